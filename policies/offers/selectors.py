"""Reading quotes."""

import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models import User
from insureweb.kernel.checks import Refused
from insureweb.kernel.localized import Localized
from insureweb.kernel.money import Money
from policies.loading import without_files
from policies.offers.models import Quote
from policies.offers.rosters.selectors import priced_again as roster_priced_again
from policies.offers.rules.household import counted_fact
from policies.offers.rules.replay import price_differences
from policies.offers.rules.tokens import token_hash
from products.compiled import CompiledProduct, compiled
from products.rules.definition import Definition
from products.rules.document import ProductFileError, node_of
from products.rules.facts import FactsInvalid, read_facts
from products.rules.rating import NotPriceable, replay
from products.rules.reading import read_definition


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One line of a price: what, how much, how it came about."""

    label: Localized
    amount: Money
    how: Localized


def owned_quote(no: str, *, user: User | None, token: str) -> Quote:
    """The quote, for its owner alone.

    Raises:
        Quote.DoesNotExist: there is none, or it is somebody else's; the two cannot be told apart.
    """
    quotes = Quote.objects.select_related("product_version__product__insurer", "claim").defer(*without_files())
    quote = quotes.get(no=no)
    claim = getattr(quote, "claim", None)
    owner = quote.user_id or (claim.user_id if claim else None)
    if owner is not None:
        owned = user is not None and user.pk == owner
    else:
        owned = bool(token) and hmac.compare_digest(quote.owner_token_hash, token_hash(token))
    if not owned:
        raise Quote.DoesNotExist
    return quote


def owned_by(*, user: User | None, token: str) -> Q:
    """The quotes of an account and what it took over, and those of a browser's secret."""
    owned = Q(pk__in=[])
    if token:
        owned |= Q(user=None, claim=None, owner_token_hash=token_hash(token))
    if user is not None:
        owned |= Q(user=user) | Q(claim__user=user)
    return owned


@dataclass(frozen=True, slots=True)
class MemberPrice:
    """What one person pays in an order of so many people, and alone."""

    lines: list[ReceiptLine]
    total: Money
    alone: Money


def price_in_household(product: CompiledProduct, raw: Mapping[str, Any], plan: str, people: int) -> MemberPrice:
    """The price a joint order of `people` puts in, by the same tariff step.

    Raises:
        FactsInvalid, NotPriceable: as for one person.
    """
    together, alone = (
        product.price(product.read_facts({**raw, **counted_fact(product.definition, number)}, plan))
        for number in (people, 1)
    )
    return MemberPrice(
        receipt_lines(together.as_json()),
        Money(together.total, together.currency),
        Money(alone.total, alone.currency),
    )


def check_not_expired(quote: Quote, at: datetime) -> None:
    """Raises `Refused` when the price is no longer held."""
    if at >= quote.expires_at:
        raise Refused(
            "quote_expired",
            _("This price was held until its date and has passed. Price it again with the same answers."),
        )


def receipt_lines(breakdown: dict[str, Any]) -> list[ReceiptLine]:
    """The lines of a stored price."""
    currency = breakdown["currency"]
    return [
        ReceiptLine(
            Localized.read(line["name"]), Money(Decimal(line["rounded"]), currency), Localized.read(line["words"])
        )
        for line in breakdown["coverages"]
    ]


def product_of(quote: Quote) -> CompiledProduct:
    """The compiled product version of a quote."""
    return compiled(quote.product_version)


@dataclass(frozen=True, slots=True)
class Replay:
    """A stored price and what differs when it is worked out again; nothing does when it agrees."""

    no: str
    stored_total: Decimal
    stored_hash: str
    differences: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        return not self.differences


def replay_quote(no: str) -> Replay:
    """Price a stored quote again from nothing but the stored definition, facts and plan; no compiled form is reused.

    Raises:
        Quote.DoesNotExist: there is none.
    """
    quote = Quote.objects.select_related("product_version", "roster_offer").get(no=no)
    return Replay(quote.no, quote.total, quote.breakdown_hash, tuple(_differences(quote)))


def _differences(quote: Quote) -> Iterator[str]:
    version = quote.product_version
    try:
        definition = read_definition(node_of(version.definition))
        again = _priced_again(quote, definition)
    except (ProductFileError, FactsInvalid, NotPriceable) as error:
        yield f"no price any more: {error}"
        return
    if definition.content_hash != version.content_hash:
        yield f"definition: stored under {version.content_hash}, its content now has {definition.content_hash}"
    kept = {"total": str(quote.total), "hash": quote.breakdown_hash, "currency": quote.currency}
    stored = quote.breakdown if isinstance(quote.breakdown, dict) else {}
    for key, value in kept.items():
        if stored.get(key) != value:
            yield f"{key}: {value} beside a stored breakdown of {stored.get(key)}"
    yield from price_differences(quote.breakdown, again)


def _priced_again(quote: Quote, definition: Definition) -> dict[str, Any]:
    """The breakdown as it comes out now; that of a roster is the sum of its members."""
    if getattr(quote, "roster_offer", None) is not None:
        return roster_priced_again(quote, definition)
    return replay(definition, read_facts(definition, quote.facts, quote.plan)).as_json()
