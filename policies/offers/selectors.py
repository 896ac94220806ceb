"""Reading quotes."""

import hmac
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from customers.models import User
from insureweb.kernel.checks import Refused
from insureweb.kernel.localized import Localized
from insureweb.kernel.money import Money
from policies.loading import without_files
from policies.offers.models import Quote
from policies.offers.rules.tokens import token_hash
from products.compiled import CompiledProduct, compiled


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
    """A stored price beside the one worked out again."""

    no: str
    stored_total: Decimal
    stored_hash: str
    total: Decimal
    hash: str

    @property
    def agrees(self) -> bool:
        return self.stored_total == self.total and self.stored_hash == self.hash


def replay_quote(no: str) -> Replay:
    """Price a stored quote again from its own product version.

    Raises:
        Quote.DoesNotExist: there is none.
    """
    quote = Quote.objects.select_related("product_version").get(no=no)
    product = product_of(quote)
    breakdown = product.price(product.read_facts(quote.facts, quote.plan))
    return Replay(quote.no, quote.total, quote.breakdown_hash, breakdown.total, breakdown.hash)
