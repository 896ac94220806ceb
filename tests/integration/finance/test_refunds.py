"""Refunds: never more than was received, a second person where a person asked, and the truth from the gateway."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection

from insureweb.finance.gateways.base import Outcome
from insureweb.finance.models import LedgerTransaction, PaymentShare, Refund, RefundShare
from insureweb.finance.services.refunds import approve_refund, reject_refund, request_refund
from insureweb.finance.states import PaymentState, RefundState
from insureweb.kernel import clock
from insureweb.kernel.checks import Refused
from insureweb.kernel.money import Money
from tests.factories import finance

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("money")]


def by_hand(payment, amount="10.00"):
    return finance.refund_of(payment, amount, automatic=False, by=finance.CLERK, reason="goodwill")


def two_insurers():
    shares = [(finance.LIFE, Money.of("138.00")), (finance.PROPERTY, Money.of("36.25"))]
    return finance.captured_payment("174.25", insurer_shares=shares)


def parts(refund):
    return {s.insurer_code: str(s.amount) for s in refund.shares.all()}


def refused(code, call, **fields):
    with pytest.raises(Refused) as refusal:
        call(**fields)
    assert refusal.value.code == code


def test_refunds_add_up_to_what_was_received_and_no_further():
    payment = finance.captured_payment("100.00")
    finance.refund_of(payment, "60.00")
    with pytest.raises(Refused) as refusal:
        finance.refund_of(payment, "40.01")
    assert refusal.value.code == "refund_too_large"
    finance.refund_of(payment, "40.00")
    payment.refresh_from_db()
    assert payment.refunded_amount == Decimal("100.00")


@pytest.mark.parametrize("amount", ["0.00", "-1.00", "1.001"])
def test_a_senseless_amount_is_refused(amount):
    with pytest.raises(Refused):
        finance.refund_of(finance.captured_payment(), amount)


@pytest.mark.parametrize("state", ["created", "pending", "closed", "failed"])
def test_only_money_that_arrived_is_given_back(state):
    payment = finance.payment() if state == "created" else finance.payment_at_cashier()
    if state in {"closed", "failed"}:
        payment = finance.settle(payment, Outcome.CLOSED if state == "closed" else Outcome.FAILED)
    with pytest.raises(Refused) as refusal:
        finance.refund_of(payment, "1.00")
    assert refusal.value.code == "nothing_to_refund"


def test_a_refund_is_divided_like_the_payment():
    assert parts(finance.refund_of(two_insurers(), "100.00")) == {finance.LIFE: "79.20", finance.PROPERTY: "20.80"}


def test_a_refund_of_one_insurers_share():
    payment = two_insurers()
    assert parts(finance.refund_of(payment, "36.25", insurer_code=finance.PROPERTY)) == {finance.PROPERTY: "36.25"}
    with pytest.raises(Refused) as refusal:
        finance.refund_of(payment, "0.01", insurer_code=finance.PROPERTY)
    assert refusal.value.code == "refund_too_large"
    assert parts(finance.refund_of(payment, "138.00")) == {finance.LIFE: "138.00"}


def test_a_refund_of_a_stranger_is_refused():
    with pytest.raises(Refused):
        finance.refund_of(two_insurers(), "1.00", insurer_code="nobody")


def test_a_refund_that_succeeds(orders):
    payment = finance.captured_payment("100.00")
    refund = finance.settled_refund(payment, "40.00", Outcome.DONE)
    payment.refresh_from_db()
    assert (refund.state, payment.state) == (RefundState.SUCCEEDED, PaymentState.CAPTURED)
    assert orders.told[-1] == ("refunded", refund.no)
    rest = finance.settled_refund(payment, "60.00", Outcome.DONE)
    payment.refresh_from_db()
    assert (rest.state, payment.state) == (RefundState.SUCCEEDED, PaymentState.REFUNDED)


def test_a_refund_that_fails_frees_its_amount(orders):
    payment = finance.captured_payment("100.00")
    refund = finance.settled_refund(payment, "100.00", Outcome.FAILED)
    payment.refresh_from_db()
    assert (refund.state, refund.failure) == (RefundState.FAILED, "told to fail")
    assert payment.refunded_amount == 0
    assert PaymentShare.objects.get(payment=payment).refunded_amount == 0
    assert orders.told[-1] == ("refund_failed", refund.no)
    assert LedgerTransaction.objects.filter(kind="reversal", subject_no=refund.no).count() == 1
    assert finance.settled_refund(payment, "100.00", Outcome.DONE).state == RefundState.SUCCEEDED


def test_an_answer_counts_once(orders):
    payment = finance.captured_payment("100.00")
    refund = finance.settled_refund(payment, "40.00", Outcome.DONE)
    finance.settle_refund_as(refund, Outcome.FAILED)
    refund.refresh_from_db()
    assert refund.state == RefundState.SUCCEEDED
    assert [what for what, _no in orders.told] == ["captured", "refunded"]


def test_a_refund_under_way_and_one_nobody_heard_of():
    payment = finance.captured_payment("100.00")
    assert finance.settled_refund(payment, "10.00", Outcome.PENDING).state == RefundState.SENT
    assert finance.settled_refund(payment, "10.00", Outcome.NOT_FOUND).state == RefundState.UNKNOWN


def test_a_refund_by_hand_waits_for_a_second_person():
    payment = finance.captured_payment("100.00")
    refund = by_hand(payment)
    payment.refresh_from_db()
    assert refund.state == RefundState.AWAITING_APPROVAL
    assert payment.refunded_amount == Decimal("10.00")
    assert not LedgerTransaction.objects.filter(kind="refund_requested").exists()
    at = clock.now()
    refused("same_person", approve_refund, refund=refund, by=finance.CLERK, at=at)
    refused("not_allowed", approve_refund, refund=refund, by=finance.APPROVER, at=at)
    approved = approve_refund(refund=refund, reason="agreed", by=finance.SECOND_CLERK, at=at)
    assert (approved.state, approved.decided_by_label) == (RefundState.REQUESTED, "Second clerk")
    assert LedgerTransaction.objects.filter(kind="refund_requested").count() == 1
    refused("illegal_move", approve_refund, refund=refund, by=finance.SECOND_CLERK, at=at)


def test_a_rejected_refund_frees_its_amount():
    payment = finance.captured_payment("100.00")
    refund = by_hand(payment, "100.00")
    at = clock.now()
    refused("reason_needed", reject_refund, refund=refund, reason=" ", by=finance.SECOND_CLERK, at=at)
    refused("same_person", reject_refund, refund=refund, reason="no", by=finance.CLERK, at=at)
    rejected = reject_refund(refund=refund, reason="no ground", by=finance.SECOND_CLERK, at=at)
    assert (rejected.state, rejected.decision_reason) == (RefundState.REJECTED, "no ground")
    assert by_hand(payment, "100.00").state == RefundState.AWAITING_APPROVAL


# --- What the database refuses ---------------------------------------------------------------------------------------


def violates(name):
    return pytest.raises(IntegrityError, match=name)


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("refund_amount_positive", {"amount": 0}),
        ("refund_has_a_reason", {"reason": ""}),
        ("refund_decided_by_someone_else", {"decided_by_kind": "staff", "decided_by_id": "clerk"}),
        ("refund_by_hand_was_decided", {"state": "requested"}),
        ("refund: awaiting_approval may not become sent", {"state": "sent"}),
    ],
)
def test_named_constraints_of_a_refund(name, changes):
    refund = by_hand(finance.captured_payment())
    with violates(name):
        Refund.objects.filter(pk=refund.pk).update(**changes)


def test_named_constraints_of_a_refund_share():
    refund = by_hand(finance.captured_payment())
    with violates("refund_share_amount_positive"):
        RefundShare.objects.filter(refund=refund).update(amount=0)


def test_one_refund_share_per_insurer():
    refund = by_hand(finance.captured_payment())
    with violates("one_refund_share_per_insurer"):
        RefundShare.objects.create(refund=refund, insurer_code=finance.LIFE, amount=1)


def test_a_refund_share_needs_a_payment_share():
    refund = by_hand(finance.captured_payment())
    with violates("has no share of the payment"):
        RefundShare.objects.create(refund=refund, insurer_code=finance.PROPERTY, amount=1)


def test_shares_of_a_refund_sum_to_it_at_commit():
    refund = by_hand(finance.captured_payment())
    RefundShare.objects.filter(refund=refund).update(amount=1)
    with violates("do not sum to the whole"), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_refund_past_the_services_is_counted_too():
    payment = finance.captured_payment("100.00")
    finance.refund_of(payment, "60.00")
    with violates("payment_refunded_within_captured"):
        Refund.objects.create(
            no="X", payment=payment, amount=Decimal("40.01"), currency="CNY", reason="x", requested_by_kind="system",
            requested_by_id="x", requested_by_label="x", requested_at=clock.now(),
        )  # fmt: skip


def test_request_refund_takes_money_not_numbers():
    with pytest.raises(AttributeError):
        request_refund(payment=finance.captured_payment(), amount=10, reason="x", by=finance.SYSTEM, at=clock.now())
