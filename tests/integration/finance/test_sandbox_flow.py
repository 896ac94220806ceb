"""From the order to the money and back through the sandbox gateway in this process, with everything it can be told."""

from datetime import timedelta

import pytest
import time_machine

from insureweb.finance import tasks
from insureweb.finance.gateways.base import GatewayUnavailable, Outcome, refuse_open_transaction
from insureweb.finance.gateways.sandbox import protocol
from insureweb.finance.gateways.sandbox.client import SandboxGateway
from insureweb.finance.gateways.sandbox.models import (
    Behaviour,
    Operation,
    SandboxRefund,
    SandboxTrade,
    SandboxTransfer,
)
from insureweb.finance.gateways.sandbox.services import BANK, cancel_trade, set_switch
from insureweb.finance.models import GatewayNotification, Payment, Refund
from insureweb.finance.services.payments import open_cashier, settle_by_query
from insureweb.finance.services.payouts import send_payout, settle_payout_by_query
from insureweb.finance.services.refunds import send_refund, settle_refund_by_query
from insureweb.finance.states import PaymentState, PayoutState, RefundState, Verdict
from insureweb.finance.verification import verify_ledger
from insureweb.kernel import clock, outbox
from insureweb.kernel.checks import Refused
from insureweb.kernel.context import use_case
from insureweb.kernel.money import Money
from tests.factories import finance

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("money")]


@pytest.fixture(autouse=True)
def _books_agree_at_the_end(money):
    yield
    assert verify_ledger().problems == []


def walk_to_cashier(client, payment):
    url = open_cashier(payment=payment, by=finance.VISITOR, at=clock.now())
    redirect = client.get(url.removeprefix("http://testserver"))
    assert redirect.status_code == 302, redirect.content
    return redirect.url


def told(operation, behaviour):
    set_switch(operation=operation, behaviour=behaviour, by=BANK, at=clock.now())


def drain(seconds=0):
    """Deliver until nothing is due: a message to the shop makes new events while it is delivered."""
    with time_machine.travel(clock.now() + timedelta(seconds=seconds), tick=True):
        while outbox.drain(at=clock.now()):
            pass


def test_a_payer_pays_at_the_cashier_and_the_order_hears_of_it_once(client, orders):
    payment = finance.payment()
    cashier = walk_to_cashier(client, payment)
    paid = client.post(cashier, {"behaviour": "repeat"})
    assert paid.status_code == 302
    assert paid.url.startswith(f"http://testserver/pay/return/{payment.uuid}/")
    drain()
    payment.refresh_from_db()
    assert payment.state == PaymentState.CAPTURED
    assert orders.told == [("captured", payment.no)]
    assert [n.verdict for n in GatewayNotification.objects.all()] == [Verdict.ACCEPTED]
    assert SandboxTrade.objects.get().trade_no == Payment.objects.get().gateway_trade_no


@pytest.mark.parametrize(
    ("behaviour", "verdicts", "state"),
    [
        (Behaviour.NORMAL, [Verdict.ACCEPTED], PaymentState.CAPTURED),
        (Behaviour.REPEAT, [Verdict.ACCEPTED], PaymentState.CAPTURED),
        (Behaviour.FAIL, [Verdict.ACCEPTED], PaymentState.FAILED),
        (Behaviour.FORGE, [Verdict.BAD_SIGNATURE], PaymentState.PENDING),
        (Behaviour.WRONG_AMOUNT, [Verdict.IN_SUSPENSE], PaymentState.REFUNDED),
        (Behaviour.LOST_ANSWER, [], PaymentState.PENDING),
        (Behaviour.DELAY, [], PaymentState.PENDING),
    ],
)
def test_what_the_shop_hears_when_the_cashier_is_told(behaviour, verdicts, state):
    payment = finance.payment_at_cashier()
    finance.paid_trade(payment, behaviour)
    drain()
    assert list(GatewayNotification.objects.values_list("verdict", flat=True)) == [v.value for v in verdicts]
    payment.refresh_from_db()
    assert payment.state == state


@pytest.mark.parametrize("behaviour", [Behaviour.FORGE, Behaviour.LOST_ANSWER, Behaviour.DELAY])
def test_what_no_message_told_a_query_does(behaviour, orders):
    payment = finance.payment_at_cashier()
    finance.paid_trade(payment, behaviour)
    drain()
    assert settle_by_query(payment, at=clock.now()).state == PaymentState.CAPTURED
    drain(30)
    assert orders.told == [("captured", payment.no)]


def test_a_delayed_message_arrives_in_time():
    payment = finance.payment_at_cashier()
    finance.paid_trade(payment, Behaviour.DELAY)
    drain(30)
    payment.refresh_from_db()
    assert payment.state == PaymentState.CAPTURED


def test_a_buyer_who_cancels_closes_the_payment():
    payment = finance.payment_at_cashier()
    cancel_trade(trade=finance.trade_of(payment), by=BANK, at=clock.now())
    drain()
    payment.refresh_from_db()
    assert payment.state == PaymentState.CLOSED


# --- Queries ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("behaviour", [Behaviour.FAIL, Behaviour.FORGE, Behaviour.LOST_ANSWER])
def test_no_believable_answer_leaves_the_payment_unknown_until_there_is_one(behaviour):
    payment = finance.payment_at_cashier()
    finance.paid_trade(payment, Behaviour.LOST_ANSWER)
    told(Operation.QUERY, behaviour)
    assert settle_by_query(payment, at=clock.now()).state == PaymentState.UNKNOWN
    payment.refresh_from_db()
    assert payment.checked_at is not None
    told(Operation.QUERY, Behaviour.NORMAL)
    assert settle_by_query(payment, at=clock.now()).state == PaymentState.CAPTURED


def test_a_query_may_say_that_nothing_has_happened_yet():
    payment = finance.payment_at_cashier()
    finance.paid_trade(payment, Behaviour.LOST_ANSWER)
    told(Operation.QUERY, Behaviour.DELAY)
    assert settle_by_query(payment, at=clock.now()).state == PaymentState.PENDING


def test_a_payment_the_gateway_never_saw_is_closed_when_its_time_is_over():
    payment = finance.payment_at_cashier()
    assert settle_by_query(payment, at=payment.created_at).state == PaymentState.PENDING
    assert settle_by_query(payment, at=payment.expires_at).state == PaymentState.CLOSED


# --- Refunds ---------------------------------------------------------------------------------------------------------


def paid_through_sandbox(amount="100.00"):
    payment = finance.payment_at_cashier(amount)
    finance.paid_trade(payment)
    drain()
    payment.refresh_from_db()
    assert payment.state == PaymentState.CAPTURED
    return payment


@pytest.mark.parametrize(
    ("behaviour", "first", "after"),
    [
        (Behaviour.NORMAL, RefundState.SUCCEEDED, RefundState.SUCCEEDED),
        (Behaviour.FAIL, RefundState.FAILED, RefundState.FAILED),
        (Behaviour.DELAY, RefundState.SENT, RefundState.SUCCEEDED),
        (Behaviour.FORGE, RefundState.UNKNOWN, RefundState.SUCCEEDED),
        (Behaviour.LOST_ANSWER, RefundState.UNKNOWN, RefundState.SUCCEEDED),
    ],
)
def test_refunds_when_the_sandbox_is_told(behaviour, first, after):
    payment = paid_through_sandbox()
    told(Operation.REFUND, behaviour)
    refund = finance.refund_of(payment, "40.00")
    drain()
    refund.refresh_from_db()
    assert refund.state == first
    with time_machine.travel(clock.now() + timedelta(seconds=60), tick=True):
        tasks.settle_unknown()
    refund.refresh_from_db()
    assert refund.state == after
    assert SandboxRefund.objects.count() == 1


def test_a_refund_that_never_reached_the_gateway_is_sent_again_under_its_number():
    payment = paid_through_sandbox()
    refund = finance.refund_of(payment, "40.00")
    finance.settle_refund_as(refund, Outcome.NOT_FOUND)
    refund.refresh_from_db()
    assert settle_refund_by_query(refund, at=clock.now()).state == RefundState.SUCCEEDED


def test_a_refund_sent_twice_moves_money_once():
    payment = paid_through_sandbox()
    refund = finance.refund_of(payment, "40.00")
    assert [send_refund(refund.no, at=clock.now()).state for _turn in range(2)] == [RefundState.SUCCEEDED] * 2
    assert SandboxRefund.objects.count() == 1
    assert SandboxTrade.objects.get().refunded_amount == 40


def test_the_gateway_itself_refuses_more_than_was_paid():
    payment = paid_through_sandbox()
    gateway = SandboxGateway()
    answer = gateway.refund(
        payment_no=payment.no, refund_no="TK1", amount=Money.of("100.01"), reason="x", at=clock.now()
    )
    assert answer.outcome is Outcome.FAILED


# --- Payouts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("behaviour", "first", "after"),
    [
        (Behaviour.NORMAL, PayoutState.PAID, PayoutState.PAID),
        (Behaviour.FAIL, PayoutState.FAILED, PayoutState.FAILED),
        (Behaviour.DELAY, PayoutState.SENT, PayoutState.PAID),
        (Behaviour.FORGE, PayoutState.UNKNOWN, PayoutState.PAID),
        (Behaviour.LOST_ANSWER, PayoutState.UNKNOWN, PayoutState.PAID),
    ],
)
def test_payouts_when_the_sandbox_is_told(behaviour, first, after, claims):
    told(Operation.TRANSFER, behaviour)
    payout = finance.payout(automatic=True, by=finance.SYSTEM)
    drain()
    payout.refresh_from_db()
    assert payout.state == first
    with time_machine.travel(clock.now() + timedelta(seconds=60), tick=True):
        tasks.settle_unknown()
    payout.refresh_from_db()
    assert payout.state == after
    assert SandboxTransfer.objects.get().payee_tail == "3445"
    assert len(claims.told) == 1


def test_a_payout_that_never_reached_the_gateway_is_sent_again():
    payout = finance.settled_payout(finance.payout(automatic=True, by=finance.SYSTEM), Outcome.NOT_FOUND)
    assert settle_payout_by_query(payout, at=clock.now()).state == PayoutState.PAID
    assert send_payout(payout.no, at=clock.now()).state == PayoutState.PAID
    assert SandboxTransfer.objects.count() == 1


def test_nothing_leaves_before_the_second_person_agreed():
    finance.payout()
    finance.refund_of(paid_through_sandbox(), "1.00", automatic=False, by=finance.CLERK)
    drain()
    assert not SandboxTransfer.objects.exists()
    assert not SandboxRefund.objects.exists()
    payout_no = finance.payout().no
    assert send_payout(payout_no, at=clock.now()).state == PayoutState.AWAITING_APPROVAL
    assert send_refund(Refund.objects.get().no, at=clock.now()).state == RefundState.AWAITING_APPROVAL


# --- The rules of calling --------------------------------------------------------------------------------------------


def test_a_gateway_is_never_called_inside_a_transaction():
    payment = finance.payment_at_cashier()

    @use_case
    def ask_inside(*, by, at):
        settle_by_query(payment, at=at)

    with pytest.raises(RuntimeError, match="never called inside"):
        ask_inside(by=finance.SYSTEM, at=clock.now())
    refuse_open_transaction()


def test_a_gateway_nobody_reaches_is_unavailable(settings):
    settings.SANDBOX_GATEWAY_TRANSPORT = "http"
    settings.SANDBOX_GATEWAY_URL = "http://127.0.0.1:9"
    with pytest.raises(GatewayUnavailable):
        SandboxGateway().query("ZF1", at=clock.now())


def test_settling_goes_on_when_one_record_breaks(orders):
    broken, whole = finance.payment_at_cashier(), finance.payment_at_cashier()
    for payment in (broken, whole):
        finance.paid_trade(payment, Behaviour.LOST_ANSWER)
    finance.ports._payment_handlers["gone"] = orders
    Payment.objects.filter(pk=broken.pk).update(subject_kind="gone")
    finance.ports._payment_handlers.pop("gone")
    with time_machine.travel(clock.now() + timedelta(seconds=60), tick=True):
        assert tasks.settle_unknown() == 2
    whole.refresh_from_db()
    assert whole.state == PaymentState.CAPTURED
    finance.ports._payment_handlers["gone"] = orders
    try:
        settle_by_query(Payment.objects.get(pk=broken.pk), at=clock.now())
    finally:
        finance.ports._payment_handlers.pop("gone")


def test_a_worker_asks_about_one_payment():
    payment = finance.payment_at_cashier()
    finance.paid_trade(payment, Behaviour.LOST_ANSWER)
    tasks.settle_payment(payment.no)
    tasks.settle_payment(payment.no)
    payment.refresh_from_db()
    assert payment.state == PaymentState.CAPTURED


# --- The sandbox's pages ---------------------------------------------------------------------------------------------


def test_the_cashier_shows_the_amount_the_code_and_the_switches(client):
    payment = finance.payment("174.25")
    page = client.get(walk_to_cashier(client, payment)).content.decode()
    for words in ("174.25", payment.no, "<svg", 'value="forge"', "csrfmiddlewaretoken"):
        assert words in page


def test_the_cashier_keeps_the_language_of_the_shop(client):
    payment = finance.payment()
    open_cashier(payment=payment, by=finance.VISITOR, at=clock.now())
    english = SandboxGateway().cashier_url(payment, language="en", at=clock.now())
    assert client.get(english.removeprefix("http://testserver")).url.startswith("/en/sandbox-gateway/cashier/")


def test_a_finished_trade_is_not_paid_again(client):
    payment = finance.payment()
    cashier = walk_to_cashier(client, payment)
    client.post(cashier, {"cancel": "1"})
    again = client.post(cashier, {"pay": "1"})
    assert again.status_code == 409
    assert client.post(cashier, {"cancel": "1"}).status_code == 409
    assert 'name="pay"' not in client.get(cashier).content.decode()
    trade = SandboxTrade.objects.get()
    with pytest.raises(Refused):
        cancel_trade(trade=trade, by=BANK, at=clock.now())


def test_a_trade_out_of_time_is_not_paid(client):
    payment = finance.payment()
    cashier = walk_to_cashier(client, payment)
    with time_machine.travel(payment.expires_at + timedelta(seconds=1), tick=True):
        assert client.post(cashier, {"pay": "1"}).status_code == 409
    assert SandboxTrade.objects.get().paid_at is None


@pytest.mark.parametrize("change", ["total_amount", "sign", "app_id", "nothing"])
def test_the_sandbox_refuses_what_the_shop_did_not_sign(client, change):
    payment = finance.payment()
    url = open_cashier(payment=payment, by=finance.VISITOR, at=clock.now()).removeprefix("http://testserver")
    changed = {
        "total_amount": url.replace("174.25", "0.01"),
        "sign": url.partition("&sign=")[0],
        "app_id": url.replace(protocol.APP_ID, "1"),
        "nothing": "/sandbox-gateway/gateway",
    }[change]
    assert client.get(changed).status_code == 400
    assert not SandboxTrade.objects.exists()


def test_an_unsigned_call_is_answered_with_a_refusal(client):
    answer = client.post("/sandbox-gateway/api", {"method": protocol.QUERY})
    assert b"INVALID_SIGNATURE" in answer.content


def test_the_switches_page_sets_what_calls_answer(client):
    page = client.post("/sandbox-gateway/switches/", {"operation": "refund", "behaviour": "fail"})
    assert page.status_code == 302
    assert b"selected" in client.get("/sandbox-gateway/switches/").content
    assert client.post("/sandbox-gateway/switches/", {"operation": "x", "behaviour": "y"}).status_code == 400


def test_without_the_switch_nothing_of_the_sandbox_exists(client, settings):
    trade = finance.trade_of(finance.payment())
    settings.SANDBOX_GATEWAY = False
    for path in ("gateway", f"cashier/{trade.token}/", "switches/"):
        assert client.get(f"/sandbox-gateway/{path}").status_code == 404
    assert client.post("/sandbox-gateway/api").status_code == 404
