"""Payouts: one per subject, two people unless a rule decided, and the truth from the gateway."""

import pytest
from django.db import IntegrityError, connection

from insureweb.audit.access import reveal
from insureweb.finance.gateways.base import Outcome
from insureweb.finance.models import LedgerTransaction, Payout
from insureweb.finance.services.payouts import approve_payout, reject_payout
from insureweb.finance.states import PayoutState
from insureweb.kernel import clock
from insureweb.kernel.checks import Refused
from tests.factories import finance

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("money")]


def refused(code, call, **fields):
    with pytest.raises(Refused) as refusal:
        call(**fields)
    assert refusal.value.code == code


def test_a_person_decides_about_what_a_person_asked_for():
    payout = finance.payout()
    at = clock.now()
    assert payout.state == PayoutState.AWAITING_APPROVAL
    refused("same_person", approve_payout, payout=payout, by=finance.ADJUSTER, at=at)
    stranger = finance.Actor("staff", "x", "x", frozenset({"customer_service"}))
    refused("not_allowed", approve_payout, payout=payout, by=stranger, at=at)
    approved = approve_payout(payout=payout, reason="checked", by=finance.APPROVER, at=at)
    assert (approved.state, approved.approved_by_label) == (PayoutState.APPROVED, "Approver")
    refused("illegal_move", approve_payout, payout=payout, by=finance.APPROVER, at=at)


def test_an_approver_who_asked_may_not_approve():
    payout = finance.payout(by=finance.APPROVER)
    refused("same_person", approve_payout, payout=payout, by=finance.APPROVER, at=clock.now())


def test_what_a_rule_decided_leaves_at_once():
    assert finance.payout(automatic=True, by=finance.SYSTEM).state == PayoutState.APPROVED


def test_a_rejected_payout_makes_room_for_another(claims):
    payout = finance.payout(subject_no="LP-1")
    at = clock.now()
    refused("reason_needed", reject_payout, payout=payout, reason=" ", by=finance.APPROVER, at=at)
    refused("same_person", reject_payout, payout=payout, reason="no", by=finance.ADJUSTER, at=at)
    rejected = reject_payout(payout=payout, reason="wrong account", by=finance.APPROVER, at=at)
    assert (rejected.state, rejected.decision_reason) == (PayoutState.REJECTED, "wrong account")
    assert claims.told == [("rejected", payout.no)]
    assert finance.payout(subject_no="LP-1", payable=False).state == PayoutState.AWAITING_APPROVAL


def test_one_payout_per_subject():
    finance.payout(subject_no="LP-1")
    with pytest.raises(Refused) as refusal:
        finance.payout(subject_no="LP-1", payable=False)
    assert refusal.value.code == "payout_exists"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"amount": "0.00"}, "payout_amount"),
        ({"amount": "-1.00"}, "payout_amount"),
        ({"amount": "1.001"}, "payout_amount"),
        ({"payee_name": " "}, "payee_missing"),
        ({"payee_account": ""}, "payee_missing"),
        ({"gateway": "barter"}, "gateway_unknown"),
    ],
)
def test_an_incomplete_request_is_refused(fields, code):
    with pytest.raises(Refused) as refusal:
        finance.payout(**fields, payable=False)
    assert refusal.value.code == code


def test_without_a_gateway_nothing_is_paid_out(settings):
    settings.PAYMENT_GATEWAYS = []
    with pytest.raises(Refused) as refusal:
        finance.payout()
    assert refusal.value.code == "gateway_unknown"


def test_a_payout_that_is_paid(claims):
    payout = finance.settled_payout(finance.payout(automatic=True, by=finance.SYSTEM), Outcome.DONE)
    assert (payout.state, payout.gateway_transfer_no) == (PayoutState.PAID, "F1")
    assert claims.told == [("paid", payout.no)]
    assert LedgerTransaction.objects.filter(kind="payout_paid", subject_no=payout.no).count() == 1
    finance.settled_payout(payout, Outcome.FAILED)
    payout.refresh_from_db()
    assert payout.state == PayoutState.PAID


def test_a_payout_that_fails_may_be_asked_for_again(claims):
    payout = finance.settled_payout(finance.payout(automatic=True, by=finance.SYSTEM), Outcome.FAILED)
    assert (payout.state, payout.failure) == (PayoutState.FAILED, "told to fail")
    assert claims.told == [("failed", payout.no)]
    assert finance.payout(subject_no=payout.subject_no, payable=False)


def test_a_payout_under_way_and_one_nobody_heard_of():
    pending = finance.settled_payout(finance.payout(automatic=True, by=finance.SYSTEM), Outcome.PENDING)
    lost = finance.settled_payout(finance.payout(automatic=True, by=finance.SYSTEM), Outcome.NOT_FOUND)
    assert (pending.state, lost.state) == (PayoutState.SENT, PayoutState.UNKNOWN)


def test_the_payee_is_sealed_and_opened_on_the_record():
    payout = finance.payout()
    payout.refresh_from_db()
    assert str(payout.payee_name) == "林**"
    assert str(payout.payee_account).strip() == "**** 3445"
    with connection.cursor() as cursor:
        cursor.execute("SELECT payee_name, payee_account FROM finance_payout WHERE id = %s", [payout.pk])
        assert all("林".encode() not in bytes(value) and b"3445" not in bytes(value) for value in cursor.fetchone())
    shown = reveal(record=payout, field="payee_account", reason="call", by=finance.APPROVER, at=clock.now())
    assert shown == "6222020200112233445"


def violates(name):
    return pytest.raises(IntegrityError, match=name)


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("payout_amount_positive", {"amount": 0}),
        ("payout_decided_by_someone_else", {"approved_by_kind": "staff", "approved_by_id": "adjuster"}),
        ("payout_by_hand_was_decided", {"state": "approved"}),
        ("payout: awaiting_approval may not become paid", {"state": "paid"}),
    ],
)
def test_named_constraints_of_a_payout(name, changes):
    payout = finance.payout()
    with violates(name):
        Payout.objects.filter(pk=payout.pk).update(**changes)


def test_one_live_payout_per_subject():
    first, second = finance.payout(), finance.payout()
    with violates("one_live_payout_per_subject"):
        Payout.objects.filter(pk=second.pk).update(subject_no=first.subject_no)
