"""Drafts that say something else than what was sold, and books of many policies made from one."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from insureweb.kernel import clock, outbox
from policies.contract.models import Policy
from policies.offers.models import Quote
from products.models import ProductVersion
from products.services.drafts import change_draft, start_draft
from tests.factories import policies as sold
from tests.factories.products import AUTHOR, changed_tree

Change = tuple[str, Any]
# Rows of the term life table: dearer for people from 41 on, cheaper below.
DEARER_LATER: tuple[Change, ...] = (
    ("rating.tables.term_life_rate.rows.1.1", "6.2"),
    ("rating.tables.term_life_rate.rows.2.1", "20.0"),
)


def draft(*changes: Change, of: ProductVersion | None = None, name: str = "9.1", at: datetime | None = None) -> Any:
    """A draft of a product on sale with these values changed."""
    at = at or clock.now()
    started = start_draft(from_version=of or sold.product(at=at), name=name, by=AUTHOR, at=at)
    return rewritten(started, *changes, at=at)


def rewritten(version: ProductVersion, *changes: Change, at: datetime | None = None) -> ProductVersion:
    """The same draft with other values at dotted places."""
    return change_draft(
        version=version, tree=changed_tree(version.definition, *changes), seen_hash=version.content_hash, by=AUTHOR,
        at=at or clock.now(),
    )  # fmt: skip


def worked_off(at: datetime | None = None) -> None:
    """Everything that waits is done."""
    outbox.drain(at=at or clock.now())


def policies_like(policy: Policy, quotes: Iterable[Quote]) -> None:
    """More contracts of the same people over other quotes, written at once."""
    same = ("insurer_id", "user_id", "holder_id", "insured_id", "relationship", "state", "period", "premium",
            "currency", "issued_at", "order_no")  # fmt: skip
    Policy.objects.bulk_create(
        Policy(
            no=f"BOOK-{quote.no}", quote=quote, product_version_id=quote.product_version_id, application_no="",
            **{name: getattr(policy, name) for name in same},
        )
        for quote in quotes
    )  # fmt: skip


def book_like(policy: Policy, facts: Iterable[dict[str, Any]]) -> None:
    """More policies of the same product, each with facts of its own and the premium of the first."""
    quote = policy.quote
    same = ("product_version_id", "plan", "breakdown_hash", "total", "owner_token_hash", "created_at",
            "expires_at")  # fmt: skip
    quotes = Quote.objects.bulk_create(
        Quote(
            no=f"Q{place}", facts={**quote.facts, **one}, breakdown={}, **{name: getattr(quote, name) for name in same}
        )
        for place, one in enumerate(facts)
    )
    policies_like(policy, quotes)
