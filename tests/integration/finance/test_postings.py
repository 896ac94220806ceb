"""The worked tables of docs/algorithms/ledger.md, line by line."""

import pytest

from insureweb.finance import selectors
from insureweb.finance.gateways.base import Outcome
from insureweb.finance.services import postings
from insureweb.kernel import clock
from insureweb.kernel.money import Money
from tests.factories import finance

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("money")]


def sums(insurer=finance.LIFE):
    """Accounts that are not zero, each on the side on which it grows."""
    return {b.code: str(b.amount) for b in selectors.balances(insurer_code=insurer) if b.amount}


def given(**fields):
    return {"insurer_code": finance.LIFE, "by": finance.SYSTEM, "at": clock.now()} | fields


def test_table_1_an_order_is_paid_and_its_policy_issued():
    finance.captured_payment("174.25")
    assert sums() == {"cash_at_gateway": "174.25", "premium_received_in_advance": "174.25"}
    postings.premium_recognised(**given(amount=Money.of("174.25"), policy_no="BD1"))
    assert sums() == {"cash_at_gateway": "174.25", "premium_income": "174.25"}


def test_table_1_a_tax_in_what_was_paid_is_owed_to_the_state():
    finance.captured_payment("1250.00")
    postings.post_premium_recognised(**given(amount=Money.of("950.00"), policy_no="BD1"))
    postings.post_tax_collected(**given(amount=Money.of("300.00"), policy_no="BD1"))
    assert sums() == {"cash_at_gateway": "1250.00", "premium_income": "950.00", "taxes_collected": "300.00"}


def test_table_2_an_order_of_two_insurers():
    shares = [(finance.LIFE, Money.of("138.00")), (finance.PROPERTY, Money.of("36.25"))]
    finance.captured_payment("174.25", insurer_shares=shares)
    assert sums() == {"cash_at_gateway": "138.00", "premium_received_in_advance": "138.00"}
    assert sums(finance.PROPERTY) == {"cash_at_gateway": "36.25", "premium_received_in_advance": "36.25"}


def test_table_3_cancelled_in_the_cooling_off_period():
    payment = finance.captured_payment("174.25")
    postings.premium_recognised(**given(amount=Money.of("174.25"), policy_no="BD1"))
    postings.premium_returned(**given(amount=Money.of("174.25"), policy_no="BD1"))
    refund = finance.refund_of(payment, "174.25")
    assert sums() == {"cash_at_gateway": "174.25", "refunds_payable": "174.25"}
    finance.settle_refund_as(refund, Outcome.DONE)
    assert sums() == {}


def test_table_4_the_gateway_refuses_the_refund():
    payment = finance.captured_payment("174.25")
    finance.settled_refund(payment, "174.25", Outcome.FAILED)
    assert sums() == {"cash_at_gateway": "174.25", "premium_received_in_advance": "174.25"}


def test_table_5_money_that_cannot_be_used():
    payment = finance.payment_at_cashier("174.25")
    late = finance.settle(payment, Outcome.DONE, amount="174.24")
    assert sums() == {"cash_at_gateway": "174.24", "suspense": "174.24"}
    finance.settled_refund(late, "174.24", Outcome.DONE)
    assert sums() == {}


def test_table_6_a_claim_from_the_first_reserve_to_the_payout():
    claim = given(claim_no="LP1")
    postings.claim_reserve_changed(**claim, before=Money.zero(), after=Money.of("10000.00"))
    assert sums() == {"outstanding_claims": "10000.00", "outstanding_claims_movement": "10000.00"}
    postings.claim_reserve_changed(**claim, before=Money.of("10000.00"), after=Money.of("8000.00"))
    assert sums() == {"outstanding_claims": "8000.00", "outstanding_claims_movement": "8000.00"}
    postings.claim_reserve_changed(**claim, before=Money.of("8000.00"), after=Money.zero())
    postings.claim_payable(**claim, amount=Money.of("3000.00"))
    assert sums() == {"claims_payable": "3000.00", "claims_expense": "3000.00"}
    payout = finance.payout("3000.00", payable=False, automatic=True, by=finance.SYSTEM, subject_no="LP1")
    finance.settled_payout(payout, Outcome.DONE)
    assert sums() == {"cash_at_gateway": "-3000.00", "claims_expense": "3000.00"}


def test_table_7_a_payout_that_fails_stays_payable():
    payout = finance.payout("3000.00", automatic=True, by=finance.SYSTEM)
    finance.settled_payout(payout, Outcome.FAILED)
    assert sums() == {"claims_payable": "3000.00", "claims_expense": "3000.00"}


def test_a_reserve_that_does_not_move_posts_nothing():
    claim = given(claim_no="LP1")
    assert postings.claim_reserve_changed(**claim, before=Money.of("5.00"), after=Money.of("5.00")) is None
    assert sums() == {}


def test_a_premium_posted_by_hand_equals_one_that_was_captured():
    postings.premium_received(**given(amount=Money.of("9.90"), subject_kind="order", subject_no="DD1"))
    assert sums() == {"cash_at_gateway": "9.90", "premium_received_in_advance": "9.90"}
