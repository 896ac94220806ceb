"""A gateway's message: each wrong field is noticed, each right one counts once, and all are written down."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import IntegrityError, connection, transaction

from insureweb.finance.gateways import rsa2
from insureweb.finance.gateways.sandbox import protocol
from insureweb.finance.gateways.sandbox.keys import GATEWAY, STRANGER, private_key
from insureweb.finance.models import GatewayNotification, Payment
from insureweb.finance.services.notifications import record_notification
from insureweb.finance.states import PaymentState, Verdict
from insureweb.kernel import clock
from tests.factories import finance

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("money")]


def fields_of(payment, *, at=None, **changes):
    fields = {
        "notify_id": "N-1",
        "notify_type": "trade_status_sync",
        "notify_time": protocol.written(at or clock.now()),
        "app_id": protocol.APP_ID,
        "seller_id": protocol.SELLER_ID,
        "out_trade_no": payment.no,
        "trade_no": "T-1",
        "trade_status": "TRADE_SUCCESS",
        "total_amount": str(payment.amount),
        "currency": payment.currency,
        "buyer_name": "林知夏",
    } | changes
    return {name: value for name, value in fields.items() if value is not None}


def send(payment, *, key=GATEWAY, at=None, after_signing=None, **changes):
    signed = rsa2.signed_fields(fields_of(payment, at=at, **changes), private_key(key)) | (after_signing or {})
    return send_body(urlencode(signed).encode(), at=at)


def send_body(body, *, at=None):
    return record_notification(gateway="sandbox", headers={}, body=body, at=at or clock.now())


def old(seconds):
    return protocol.written(clock.now() - timedelta(seconds=seconds))


WRONG = [
    ({"key": STRANGER}, Verdict.BAD_SIGNATURE),
    ({"after_signing": {"total_amount": "0.01"}}, Verdict.BAD_SIGNATURE),
    ({"after_signing": {"out_trade_no": "ZF1"}}, Verdict.BAD_SIGNATURE),
    ({"after_signing": {"trade_status": "TRADE_CLOSED"}}, Verdict.BAD_SIGNATURE),
    ({"after_signing": {"notify_time": old(0), "notify_id": "N-2"}}, Verdict.BAD_SIGNATURE),
    ({"after_signing": {"sign": ""}}, Verdict.BAD_SIGNATURE),
    ({"after_signing": {"added": "1"}}, Verdict.BAD_SIGNATURE),
    ({"app_id": "2026000000000002"}, Verdict.WRONG_APPLICATION),
    ({"app_id": None}, Verdict.WRONG_APPLICATION),
    ({"seller_id": protocol.OTHER_SELLER_ID}, Verdict.WRONG_MERCHANT),
    ({"seller_id": None}, Verdict.WRONG_MERCHANT),
    ({"notify_time": old(301)}, Verdict.STALE),
    ({"notify_time": old(-900)}, Verdict.STALE),
    ({"notify_time": "2020-01-01 00:00:00"}, Verdict.STALE),
    ({"notify_time": "yesterday"}, Verdict.UNREADABLE),
    ({"notify_time": None}, Verdict.UNREADABLE),
    ({"notify_id": None}, Verdict.UNREADABLE),
    ({"notify_id": "x" * 65}, Verdict.UNREADABLE),
    ({"out_trade_no": "ZF0000000000000-0"}, Verdict.UNKNOWN_PAYMENT),
    ({"out_trade_no": None}, Verdict.UNREADABLE),
    ({"trade_status": "TRADE_MAYBE"}, Verdict.UNREADABLE),
    ({"trade_no": None}, Verdict.UNREADABLE),
    ({"total_amount": "much"}, Verdict.UNREADABLE),
    ({"total_amount": "NaN"}, Verdict.UNREADABLE),
    ({"total_amount": "Infinity"}, Verdict.UNREADABLE),
    ({"total_amount": "1e30"}, Verdict.UNREADABLE),
    ({"total_amount": "174.251"}, Verdict.UNREADABLE),
    ({"total_amount": None}, Verdict.UNREADABLE),
    ({"total_amount": "0.00"}, Verdict.UNREADABLE),
    ({"total_amount": "-174.25"}, Verdict.UNREADABLE),
    ({"currency": "USD"}, Verdict.WRONG_CURRENCY),
    ({"currency": "XXX"}, Verdict.UNREADABLE),
]


@pytest.mark.parametrize(("wrong", "verdict"), WRONG)
def test_each_wrong_field_is_noticed_and_written_down(wrong, verdict, orders):
    payment = finance.payment_at_cashier()
    assert send(payment, **wrong) == verdict
    payment.refresh_from_db()
    assert payment.state == PaymentState.PENDING
    assert orders.told == []
    assert GatewayNotification.objects.get().verdict == verdict


@pytest.mark.parametrize("wrong", [wrong for wrong, _verdict in WRONG])
def test_a_refused_message_does_not_keep_the_real_one_out(wrong):
    payment = finance.payment_at_cashier()
    send(payment, **wrong)
    assert send(payment) == Verdict.ACCEPTED


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff\xfe", b"a", b"a=1&a=2", b"a=%00", b"=&=", b"{}", b"&".join([b"a=1"] * 60), "名=值".encode("gb18030")],
)
def test_what_is_no_message_is_unreadable_or_unsigned(body):
    assert send_body(body) in {Verdict.UNREADABLE, Verdict.BAD_SIGNATURE}


def test_the_right_message_is_carried_out_once_however_often_it_comes(orders):
    payment = finance.payment_at_cashier()
    assert [send(payment) for _turn in range(3)] == [Verdict.ACCEPTED, Verdict.NO_EFFECT, Verdict.NO_EFFECT]
    assert send(payment, notify_id="N-2") == Verdict.NO_EFFECT
    assert orders.told == [("captured", payment.no)]
    assert GatewayNotification.objects.filter(notification_id="N-1").count() == 1


def test_personal_data_in_a_message_is_not_kept():
    payment = finance.payment_at_cashier()
    send(payment)
    kept = GatewayNotification.objects.get()
    assert "buyer_name" not in kept.facts
    assert kept.facts["out_trade_no"] == payment.no
    assert len(kept.body_sha256) == 64


@pytest.mark.parametrize("amount", ["174.24", "0.01", "174.26"])
def test_a_wrong_amount_is_believed_and_put_in_suspense(amount):
    payment = finance.payment_at_cashier("174.25")
    assert send(payment, total_amount=amount) == Verdict.IN_SUSPENSE
    payment.refresh_from_db()
    assert payment.state == PaymentState.IN_SUSPENSE


@pytest.mark.parametrize("status", ["TRADE_CLOSED", "TRADE_FAILED"])
def test_bad_news_count_too(status):
    payment = finance.payment_at_cashier()
    assert send(payment, trade_status=status) == Verdict.ACCEPTED
    assert Payment.objects.get().state in {PaymentState.CLOSED, PaymentState.FAILED}


def test_a_message_of_another_gateways_payment_is_unknown():
    payment = finance.payment_at_cashier()
    Payment.objects.filter(pk=payment.pk).update(gateway="other")
    assert send(payment) == Verdict.UNKNOWN_PAYMENT


def test_when_the_order_breaks_the_message_may_come_again(orders):
    payment = finance.payment_at_cashier()
    orders.refuse = RuntimeError("broken")
    with pytest.raises(RuntimeError), transaction.atomic():
        send(payment)
    assert not GatewayNotification.objects.exists()
    orders.refuse = None
    assert send(payment) == Verdict.ACCEPTED


# --- At the endpoint -------------------------------------------------------------------------------------------------


def post(client, payment, *, gateway="sandbox", **changes):
    signed = rsa2.signed_fields(fields_of(payment, **changes), private_key(GATEWAY))
    return client.post(
        f"/payments/notify/{gateway}/", urlencode(signed), content_type="application/x-www-form-urlencoded"
    )


def test_the_endpoint_answers_in_the_gateways_words(client):
    payment = finance.payment_at_cashier()
    answers = [post(client, payment).content, post(client, payment).content, post(client, payment, app_id="x").content]
    assert answers == [b"success", b"success", b"fail"]


def test_the_endpoint_takes_posts_to_known_gateways_only(client, settings):
    payment = finance.payment_at_cashier()
    assert client.get("/payments/notify/sandbox/").status_code == 405
    assert post(client, payment, gateway="barter").status_code == 404
    settings.SANDBOX_GATEWAY = False
    assert post(client, payment).status_code == 404


def test_the_endpoint_refuses_huge_messages(client):
    answer = client.post("/payments/notify/sandbox/", b"a" * 70_000, content_type="application/x-www-form-urlencoded")
    assert (answer.status_code, answer.content) == (413, b"fail")


# --- What the database refuses ---------------------------------------------------------------------------------------


def written(**changes):
    return GatewayNotification.objects.create(
        **{
            "gateway": "sandbox", "notification_id": "N-1", "verdict": "accepted", "body_sha256": "0" * 64,
            "received_at": clock.now(),
        } | changes
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("notification_is_carried_out_once", {}),
        ("notification_carried_out_has_an_id", {"notification_id": ""}),
        ("notification_verdict_known", {"verdict": "nice"}),
    ],
)
def test_named_constraints_of_a_notification(name, changes):
    written()
    with pytest.raises(IntegrityError, match=name):
        written(**changes)


def test_notifications_are_never_changed():
    written()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE finance_gatewaynotification SET verdict = 'stale'")
