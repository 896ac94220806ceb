"""A parcel insured against its return, as a shop sells the cover."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

from customers.actors import actor_of
from customers.models import User
from customers.selectors import own_party
from insureweb.kernel import clock
from insureweb.kernel.money import Money
from policies.contract.models import Policy
from policies.contract.services.issuing import issue_policy
from policies.offers.services import create_quote
from tests.factories import policies
from tests.factories.claims import SYSTEM

PRODUCT = "anlan-return-freight"
PARCEL = {"goods": "clothing", "return_rate": "12", "cover_days": "30"}
FREIGHT = Decimal("12.00")


def insured_parcel(user: User | None = None, *, days_ago: int = 5) -> Policy:
    """A policy for one parcel, issued so many days ago."""
    at, user = clock.now() - timedelta(days=days_ago), user or policies.buyer()
    policies.product(PRODUCT, at)
    quote = create_quote(
        product_code=PRODUCT, raw_facts=PARCEL, plan="standard", owner_token=uuid4().hex, user=user, by=actor_of(user),
        at=at,
    )  # fmt: skip
    person = own_party(user)
    assert person is not None
    return issue_policy(
        quote=quote, user=user, holder=person, insured=person, relationship="self",
        premium=Money(quote.total, quote.currency), application_no=f"TB{uuid4().hex[:8]}",
        order_no=f"DD{uuid4().hex[:8]}", payment_no="", by=SYSTEM, at=at,
    )  # fmt: skip
