"""The main job in a real browser: buy a policy, claim on it, be paid; on a phone in Chinese, at a desk in English."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core import mail

from claims.models import Claim
from insureweb.finance.models import LedgerTransaction
from insureweb.kernel import clock
from policies.contract.models import Policy
from tests.functional import steps

pytestmark = [pytest.mark.functional, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

ANSWERS = {"insured": "self", "health": "none", "q_purpose": "family", "beneficiary": "statutory"}
PREMIUM = Decimal("174.25")
# The sale happens this long ago, so that a stay in hospital can lie between it and today.
SOLD_BEFORE = timedelta(days=60)


@pytest.mark.parametrize(("kind", "prefix"), [("phone-zh", ""), ("desktop-en", "/en")])
def test_a_new_customer_buys_and_claims(kind, prefix, visitor, deliver, settings):
    settings.CLOCK_OFFSET = -SOLD_BEFORE
    person = visitor(kind)
    steps.choose_product(person, prefix)
    steps.ask_for_price(person)
    person.picture("price")
    person.tap('button[value="apply"]')
    steps.sign_up(person, "lin@example.com")
    typed = {
        "holder_name": "林知夏",
        "holder_id_number": steps.thirty_year_old(clock.today()),
        "holder_phone": "13800138000",
    }
    steps.answer_everything(person, ANSWERS, typed=typed, pictures=True)
    steps.pay(person, deliver, pictures=True)
    person.picture("issued")
    number = steps.acknowledge(person)
    deliver()
    person.go(f"{prefix}/policies/{number}/")
    person.sees("PDF")
    person.picture("policy")

    policy = Policy.objects.get()
    assert (policy.no, policy.premium) == (number, PREMIUM)
    assert policy.cooling_off_until is not None
    assert any("lin@example.com" in message.to and number in message.body for message in mail.outbox)

    settings.CLOCK_OFFSET = timedelta(0)
    person.go(f"{prefix}/my/")
    person.picture("my")
    today = clock.today()
    claim_no = steps.report_stay(
        person, number, prefix, today - timedelta(days=20), today - timedelta(days=12), pictures=True
    )
    assert len(person.visited) - 1 <= 4, f"from my page to the sent claim: {person.visited}"
    deliver()
    person.go(f"{prefix}/claims/{claim_no}/")
    person.sees("500")
    person.picture("claim")
    claim = Claim.objects.get(no=claim_no)
    assert (claim.state, claim.amount_paid) == ("paid", 500)
    person.go(f"{prefix}/my/")
    person.picture("my-after")
    assert LedgerTransaction.objects.exists()


def test_a_returning_customer_needs_few_pages_and_little_typing(visitor, deliver, settings, capsys):
    """At most 12 pages and 6 typed fields from the product page to the issued policy."""
    person = visitor("phone-zh", "phone-zh-returning")
    steps.choose_product(person, "")
    steps.ask_for_price(person)
    person.tap('button[value="apply"]')
    steps.sign_up(person, "zhou@example.com")
    typed = {
        "holder_name": "周远航",
        "holder_id_number": steps.thirty_year_old(clock.today(), 13),
        "holder_phone": "13800138001",
    }
    steps.answer_everything(person, ANSWERS, typed=typed, pictures=False)
    steps.pay(person, deliver, pictures=False)

    person.go(f"/products/anlan-guard/{steps.QUOTED}")
    person.start_counting()
    steps.ask_for_price(person)
    person.tap('button[value="apply"]')
    steps.answer_everything(person, ANSWERS, typed=typed, pictures=False)
    steps.pay(person, deliver, pictures=False)
    assert Policy.objects.count() == 2
    with capsys.disabled():
        cost = f"{len(person.visited)} pages, {person.typed} typed fields, {person.taps} taps"
        print(f"\nreturning customer, product page to policy: {cost}")  # noqa: T201  the count is what this test is for
    assert len(person.visited) <= 12, person.visited
    assert person.typed <= 6
