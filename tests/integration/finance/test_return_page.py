"""Where a payer comes back to: it believes nothing the address says, and moves on when the gateway has spoken."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine

from insureweb.finance import tasks
from insureweb.finance.gateways.base import Outcome
from insureweb.kernel import clock
from tests.factories import finance

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("money")]
HTMX = {"HTTP_HX_REQUEST": "true"}


def address(payment):
    return f"/pay/return/{payment.uuid}/"


def test_an_open_payment_waits_and_polls(client):
    payment = finance.payment_at_cashier()
    page = client.get(address(payment) + "?out_trade_no=x&trade_status=TRADE_SUCCESS")
    text = page.content.decode()
    assert page.status_code == 200
    assert 'hx-trigger="every 2s"' in text
    assert 'http-equiv="refresh"' in text
    fragment = client.get(address(payment), **HTMX)
    assert fragment.status_code == 200
    assert b"<html" not in fragment.content


def test_a_paid_one_moves_on(client):
    payment = finance.captured_payment(return_path="/my/")
    assert client.get(address(payment)).url == "/my/"
    polled = client.get(address(payment), **HTMX)
    assert (polled.status_code, polled["HX-Redirect"]) == (204, "/my/")


def test_a_paid_one_without_a_way_on_says_so(client):
    payment = finance.captured_payment(return_path="")
    assert client.get(address(payment)).status_code == 200


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.CLOSED])
def test_one_that_came_to_nothing_offers_the_way_back(client, outcome):
    payment = finance.settle(finance.payment_at_cashier(return_path="/my/"), outcome)
    assert 'href="/my/"' in client.get(address(payment)).content.decode()
    assert client.get(address(payment), **HTMX).status_code == 286


def test_money_in_suspense_and_sent_back_says_so(client):
    payment = finance.settle(finance.payment_at_cashier("10.00"), Outcome.DONE, amount="9.00")
    assert client.get(address(payment)).status_code == 200
    finance.settled_refund(payment, "9.00", Outcome.DONE)
    assert client.get(address(payment)).status_code == 200


def test_a_foreign_or_invented_address_is_not_found(client):
    assert client.get(f"/pay/return/{uuid4()}/").status_code == 404
    assert client.get("/pay/return/1/").status_code == 404


def test_waiting_makes_a_worker_ask_the_gateway_now_and_then(client, monkeypatch):
    asked = []
    monkeypatch.setattr(tasks, "ask_about_payment", asked.append)
    payment = finance.payment_at_cashier()
    client.get(address(payment))
    assert asked == []
    with time_machine.travel(clock.now() + timedelta(seconds=4), tick=True):
        client.get(address(payment))
    assert asked == [payment.no]


def test_a_broker_that_is_away_is_no_error(client, settings, monkeypatch):
    def away(*_arguments, **_options):
        raise OSError("away")

    monkeypatch.setattr(tasks.current_app, "send_task", away)
    tasks.ask_about_payment("ZF1")


@pytest.mark.parametrize("path", ["/pay/return/", "/en/pay/return/"])
def test_both_languages(client, path):
    payment = finance.payment_at_cashier()
    assert client.get(f"{path}{payment.uuid}/").status_code == 200
