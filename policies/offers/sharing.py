"""A quote for somebody else's eyes: a link with a secret, and what stands behind it.

The secret is a signature over the quote's number: only this house can make one, it needs no row, and it is the same
every time, so that the link printed on paper is the one on the page. Behind it stands the price and what it was worked
out from, never who asked.
"""

from dataclasses import dataclass

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from insureweb.kernel.localized import LANGUAGES, Localized
from insureweb.kernel.money import Money
from policies.loading import without_files
from policies.offers.models import Quote
from policies.offers.selectors import product_of
from policies.words import in_both_languages, money_in
from products.rules.definition import FactValue, Input
from products.rules.platform_facts import GROUP_SIZE
from products.sharing import SHAREABLE_TYPES

_signer = Signer(salt="policies.quote-share", sep=".")
MAX_TOKEN = 120


@dataclass(frozen=True, slots=True)
class ShownFact:
    """One answer the price was worked out from, in words."""

    label: Localized
    value: Localized


def share_token(quote: Quote) -> str:
    return _signer.sign(quote.no)


def share_address(quote: Quote) -> str:
    """The whole address, in the language of the moment."""
    return settings.PUBLIC_URL.rstrip("/") + reverse("policies:quote_shared", args=[share_token(quote)])


def shared_quote(token: str) -> Quote:
    """The quote behind a link.

    Raises:
        Quote.DoesNotExist: the link is not one of ours.
    """
    try:
        no = _signer.unsign(token[:MAX_TOKEN])
    except BadSignature:
        raise Quote.DoesNotExist from None
    quotes = Quote.objects.select_related("product_version__product__insurer", "roster_offer").defer(*without_files())
    return quotes.get(no=no)


def shown_facts(quote: Quote) -> list[ShownFact]:
    """What the price was worked out from, without anything that says who somebody is.

    A list of people is priced person by person: only how many they are holds for all of them.
    """
    product = product_of(quote)
    is_listed = getattr(quote, "roster_offer", None) is not None
    facts = product.read_facts(quote.facts, quote.plan)
    return [
        ShownFact(one.label, _words_of(one, facts[one.key], quote.currency))
        for one in product.definition.asked_inputs
        if one.type in SHAREABLE_TYPES and (one.key == GROUP_SIZE or not is_listed)
    ]


def _words_of(asked: Input, value: FactValue, currency: str) -> Localized:
    option = asked.option(value)
    if option is not None:
        return option.label
    if isinstance(value, bool):
        return in_both_languages(_("Yes") if value else _("No"))
    if asked.type == "money":
        return money_in(Money.of(str(value), currency))
    units = {language: f"{value} {asked.unit.get(language)}" if asked.unit else str(value) for language in LANGUAGES}
    return Localized.read(units)
