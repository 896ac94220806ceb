"""What a coverage pays at most, in words or as a sum."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from insureweb.kernel.localized import Localized
from insureweb.kernel.money import Money
from policies.words import in_both_languages
from products.compiled import CoverageTerm


def benefit_words(term: CoverageTerm) -> Localized | Money:
    """What a coverage pays at most, as a sum or as a sum a day; a coverage left out says so."""
    if term.daily_amount is not None:
        return in_both_languages(_("%(amount)s yuan a day"), amount=_figure(term.daily_amount))
    if term.limit == 0:
        return in_both_languages(_("not chosen"))
    if term.limit is not None:
        return Money(term.limit.quantize(Decimal("0.01")))
    return term.how


def _figure(amount: Decimal) -> str:
    return f"{amount:,.2f}".removesuffix(".00")
