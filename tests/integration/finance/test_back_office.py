"""Money in the back office: who sees it, who decides, and that deciding needs a second person."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from customers.actors import actor_of
from insureweb.audit.models import AccessLog
from insureweb.finance import tasks
from insureweb.finance.gateways.base import Outcome
from insureweb.finance.models import LedgerAccount, LedgerTransaction, Payout, Refund
from insureweb.finance.services.ledger import reverse
from insureweb.finance.states import PayoutState, RefundState
from insureweb.kernel import clock
from tests.factories import customers, finance

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("money")]
LISTS = ["payment", "refund", "payout", "gatewaynotification", "ledgertransaction", "ledgeraccount"]


class Desk:
    """A member of staff at the back office."""

    def __init__(self, *roles: str) -> None:
        user = customers.colleague(*roles).user
        self.actor = actor_of(user)
        self.client: Client = customers.sign_in(Client(), user)

    def case(self, record):
        number = getattr(record, "no", record.pk)
        return f"/en/staff/finance/{record._meta.model_name}/{number}/change/"

    def look(self, record):
        return self.client.get(self.case(record))

    def act(self, record, action, **fields):
        return self.client.post(self.case(record), {"action": action} | fields)


@pytest.fixture
def clerk():
    return Desk("finance")


@pytest.fixture
def approver():
    return Desk("claims_approver")


def everything():
    payment = finance.captured_payment("100.00")
    refund = finance.settled_refund(payment, "10.00", Outcome.FAILED)
    finance.settle(finance.payment_at_cashier("50.00"), Outcome.DONE, amount="49.00")
    return [
        payment,
        finance.payment_at_cashier(),
        refund,
        finance.payout(),
        finance.settled_payout(finance.payout(automatic=True, by=finance.SYSTEM), Outcome.FAILED),
        LedgerTransaction.objects.filter(kind="reversal").first(),
        LedgerAccount.objects.first(),
    ]


@pytest.mark.parametrize("role", ["finance", "auditor"])
def test_lists_and_cases_open_for_those_who_see_money(role):
    desk = Desk(role)
    records = everything()
    for name in LISTS:
        assert desk.client.get(f"/en/staff/finance/{name}/").status_code == 200, name
    for record in records:
        assert desk.look(record).status_code == 200, record
    assert desk.client.get("/staff/").status_code == 200


@pytest.mark.parametrize("role", ["underwriter", "marketer", "customer_service", "system_admin"])
def test_others_see_no_money(role):
    desk = Desk(role)
    for record in everything():
        assert desk.look(record).status_code == 403


def test_an_approver_lets_a_payout_go(approver):
    payout = finance.payout()
    assert "the money leaves when you approve" in approver.look(payout).content.decode()
    assert approver.act(payout, "approve", reason="checked").status_code == 302
    payout.refresh_from_db()
    assert (payout.state, payout.decision_reason) == (PayoutState.APPROVED, "checked")
    assert payout.approved_by_id == approver.actor.id


def test_a_rejection_needs_a_reason(approver):
    payout = finance.payout()
    refused = approver.act(payout, "reject")
    assert refused.status_code == 409
    assert "Say why." in refused.content.decode()
    assert approver.act(payout, "reject", reason="wrong account").status_code == 302
    assert Payout.objects.get().state == PayoutState.REJECTED


def test_nobody_decides_about_what_they_asked_for(approver):
    payout = finance.payout(by=approver.actor)
    assert "a second person decides" in approver.look(payout).content.decode()
    assert approver.act(payout, "approve").status_code == 409
    assert Payout.objects.get().state == PayoutState.AWAITING_APPROVAL


def test_a_watcher_decides_nothing():
    auditor, payout = Desk("auditor"), finance.payout()
    assert auditor.act(payout, "approve").status_code == 403
    assert auditor.act(payout, "get_urls").status_code == 403


def test_the_payee_is_revealed_on_the_record(approver):
    payout = finance.payout()
    page = approver.look(payout).content.decode()
    assert "6222020200112233445" not in page
    address = f"/en/staff/finance/payout/{payout.no}/reveal/payee_account/"
    assert "6222020200112233445" in approver.client.post(address, {"reason": "call"}).content.decode()
    assert AccessLog.objects.filter(subject="finance_payout", field="payee_account").count() == 1


def test_a_refund_by_hand_takes_two(clerk):
    payment = finance.captured_payment("100.00")
    assert clerk.act(payment, "refund", amount="10.00", reason="goodwill").status_code == 302
    refund = Refund.objects.get()
    assert refund.state == RefundState.AWAITING_APPROVAL
    assert clerk.act(refund, "approve").status_code == 409
    second = Desk("finance")
    assert second.act(refund, "approve", reason="agreed").status_code == 302
    refund.refresh_from_db()
    assert refund.state == RefundState.REQUESTED


@pytest.mark.parametrize(
    "fields",
    [
        {"amount": "", "reason": "x"},
        {"amount": "ten", "reason": "x"},
        {"amount": "NaN", "reason": "x"},
        {"amount": "1e999", "reason": "x"},
        {"amount": "-1", "reason": "x"},
        {"amount": "0.001", "reason": "x"},
        {"amount": "100.01", "reason": "x"},
        {"amount": "10.00", "reason": " "},
        {"amount": "10.00\x00", "reason": "\x00"},
        {"amount": "1.00", "reason": "x", "insurer_code": "nobody"},
    ],
)
def test_a_senseless_refund_is_refused_in_words(clerk, fields):
    payment = finance.captured_payment("100.00")
    assert clerk.act(payment, "refund", **fields).status_code == 409
    assert not Refund.objects.exists()


def test_a_second_person_may_reject_a_refund(clerk):
    refund = finance.refund_of(finance.captured_payment("9.00"), "9.00", automatic=False, by=finance.CLERK)
    assert clerk.act(refund, "reject", reason="no ground").status_code == 302
    refund.refresh_from_db()
    assert refund.state == RefundState.REJECTED


def test_a_clerk_makes_a_worker_ask_the_gateway(clerk, monkeypatch):
    asked = []
    monkeypatch.setattr(tasks, "ask_about_payment", asked.append)
    payment = finance.payment_at_cashier()
    assert clerk.act(payment, "ask").status_code == 302
    assert asked == [payment.no]


def test_what_waits_stands_in_the_sidebar_and_on_the_first_page(approver, clerk):
    finance.payout()
    page = approver.client.get("/en/staff/").content.decode()
    assert "Payouts to approve" in page
    assert "Payments being checked" in clerk.client.get("/en/staff/").content.decode()


def test_a_reversal_leads_to_its_original(clerk):
    finance.captured_payment("1.00")
    original = LedgerTransaction.objects.get()
    undone = reverse(original=original, reason="x", by=finance.SYSTEM, at=clock.now())
    assert f"/ledgertransaction/{original.pk}/change/" in clerk.look(undone).content.decode()


@pytest.mark.parametrize("name", LISTS)
def test_lists_take_as_many_queries_for_many_rows_as_for_one(clerk, name):
    counts = []
    for _turn in range(2):
        everything()
        clerk.client.get(f"/en/staff/finance/{name}/")
        with CaptureQueriesContext(connection) as queries:
            clerk.client.get(f"/en/staff/finance/{name}/")
        counts.append(len(queries))
    assert counts[1] <= counts[0]
