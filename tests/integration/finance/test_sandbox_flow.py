"""From the order to the money and back, through the sandbox gateway in this process."""

import pytest

from insureweb.finance.gateways.sandbox.models import SandboxTrade
from insureweb.finance.models import GatewayNotification, Payment
from insureweb.finance.services.payments import open_cashier
from insureweb.finance.states import PaymentState, Verdict
from insureweb.kernel import clock, outbox
from tests.factories import finance

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("money")]


def walk_to_cashier(client, payment):
    url = open_cashier(payment=payment, by=finance.VISITOR, at=clock.now())
    redirect = client.get(url.removeprefix("http://testserver"))
    assert redirect.status_code == 302, redirect.content
    return redirect.url


def test_a_payer_pays_at_the_cashier_and_the_order_hears_of_it_once(client, orders):
    payment = finance.payment()
    cashier = walk_to_cashier(client, payment)
    paid = client.post(cashier, {"behaviour": "repeat"})
    assert paid.status_code == 302
    assert paid.url.startswith(f"http://testserver/pay/return/{payment.uuid}/")
    outbox.drain(at=clock.now())
    payment.refresh_from_db()
    assert payment.state == PaymentState.CAPTURED
    assert orders.told == [("captured", payment.no)]
    assert [n.verdict for n in GatewayNotification.objects.all()] == [Verdict.ACCEPTED]
    assert SandboxTrade.objects.get().trade_no == Payment.objects.get().gateway_trade_no
