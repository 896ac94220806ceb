"""Receivables of a seller insured under the shipped product."""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import uuid4

from customers.actors import actor_of
from customers.models import User
from customers.selectors import own_party
from insureweb.kernel import clock
from insureweb.kernel.actors import Actor
from insureweb.kernel.money import Money
from policies.contract.models import Policy
from policies.contract.selectors import policy_of
from policies.contract.services.issuing import issue_policy
from policies.offers.services import create_quote
from policies.underwriting.models import UnderwritingDecision
from tests.factories import policies

PRODUCT = "anlan-trade-credit"
SELLER = {"turnover": "20000000", "buyer_rating": "sound", "country": "mainland", "payment_days": "60"}
SYSTEM = Actor.system("tests")


def policy(user: User | None = None, *, days_ago: int = 200, at: datetime | None = None, loading: str = "0") -> Policy:
    """A policy issued so many days ago on a turnover of 20 million: 34,200.00 paid in advance, and a loading on top."""
    at, user = at or clock.now() - timedelta(days=days_ago), user or policies.buyer()
    version = policies.product(PRODUCT, at)
    quote = create_quote(
        product_code=PRODUCT, raw_facts=SELLER, plan="standard", owner_token=uuid4().hex, user=user, by=actor_of(user),
        at=at,
    )  # fmt: skip
    person, application_no = own_party(user), f"TB{uuid4().hex[:8]}"
    assert person is not None
    if loading != "0":
        UnderwritingDecision.objects.create(
            subject_kind="application", subject_no=application_no, product_version=version, table_id="underwriting",
            table_hash="0" * 64, outcome="load", loading_percent=Decimal(loading), record="{}", is_automatic=True,
            decided_by_kind="system", decided_by_label="tests", at=at,
        )  # fmt: skip
    premium = Money(quote.total, quote.currency) * ((100 + Decimal(loading)) / 100)
    issued = issue_policy(
        quote=quote, user=user, holder=person, insured=person, relationship="self", premium=premium.quantise(),
        application_no=application_no, order_no=f"DD{uuid4().hex[:8]}", payment_no="", by=SYSTEM, at=at,
    )  # fmt: skip
    return policy_of(user, issued.no)
