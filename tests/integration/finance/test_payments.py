"""Payments from the request to the money, and what happens to money nobody can use."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from insureweb.finance.gateways.base import Outcome
from insureweb.finance.models import LedgerTransaction, Payment, PaymentShare, Refund
from insureweb.finance.services.ledger import AccountUnknown
from insureweb.finance.services.payments import cashier_url, close_payment, create_payment, open_cashier
from insureweb.finance.services.refunds import refund_suspense
from insureweb.finance.states import PaymentState, SuspenseReason
from insureweb.kernel import clock, outbox
from insureweb.kernel.checks import Refused
from insureweb.kernel.money import Money
from insureweb.kernel.states import IllegalMove
from tests.factories import finance

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("money")]


def kinds():
    return list(LedgerTransaction.objects.order_by("id").values_list("kind", flat=True))


def test_a_payment_begins_with_its_shares():
    shares = [(finance.LIFE, Money.of("138.00")), (finance.PROPERTY, Money.of("36.25"))]
    payment = finance.payment("174.25", insurer_shares=shares)
    assert payment.state == PaymentState.CREATED
    assert payment.money == Money.of("174.25")
    assert payment.expires_at == payment.created_at + timedelta(minutes=30)
    assert [(s.insurer_code, s.amount) for s in payment.shares.all()] == [
        (finance.LIFE, Decimal("138.00")),
        (finance.PROPERTY, Decimal("36.25")),
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {"amount": "0.00"},
        {"amount": "-1.00"},
        {"amount": "1.001"},
        {"insurer_code": ""},
        {"insurer_shares": [(finance.LIFE, Money.of("1.00"))]},
        {"insurer_shares": [(finance.LIFE, Money.of("87.00")), (finance.LIFE, Money.of("87.25"))]},
        {"insurer_shares": [(finance.LIFE, Money.of("174.25")), (finance.PROPERTY, Money.of("0.00"))]},
        {"return_path": "https://elsewhere.example/"},
        {"return_path": "//elsewhere.example/"},
        {"return_path": "/\\elsewhere.example/"},
        {"return_path": "my/"},
    ],
)
def test_a_senseless_request_is_an_error_of_the_caller(fields):
    with pytest.raises(ValueError, match=r".+"):
        finance.payment(**({"amount": "174.25"} | fields))
    assert not Payment.objects.exists()


def test_a_payment_needs_open_books_a_handler_and_a_gateway(settings):
    with pytest.raises(AccountUnknown):
        finance.payment(insurer_code="nobody")
    with pytest.raises(LookupError):
        finance.payment(subject_kind="nothing")
    with pytest.raises(Refused):
        finance.payment(gateway="barter")
    settings.SANDBOX_GATEWAY = False
    with pytest.raises(Refused):
        finance.payment()


def test_asking_again_gives_the_open_payment_back():
    first = finance.payment(subject_no="DD-1")
    assert finance.payment(subject_no="DD-1") == first
    with pytest.raises(Refused) as refusal:
        finance.payment("1.00", subject_no="DD-1")
    assert refusal.value.code == "payment_under_way"
    finance.settle(first, Outcome.DONE)
    with pytest.raises(Refused) as refusal:
        finance.payment(subject_no="DD-1")
    assert refusal.value.code == "already_paid"


def test_one_that_ran_out_of_time_is_replaced(orders):
    start = clock.now() - timedelta(hours=1)
    first = finance.payment(subject_no="DD-1", at=start)
    second = finance.payment(subject_no="DD-1")
    first.refresh_from_db()
    assert (first.state, second.state) == (PaymentState.CLOSED, PaymentState.CREATED)
    assert first != second


def test_the_cashier_opens_while_there_is_time():
    payment = finance.payment()
    url = open_cashier(payment=payment, by=finance.VISITOR, at=payment.created_at)
    assert url.startswith("http://testserver/sandbox-gateway/gateway?")
    assert payment.state == PaymentState.PENDING
    assert open_cashier(payment=payment, by=finance.VISITOR, at=payment.created_at) == url == cashier_url(payment)
    with pytest.raises(Refused) as refusal:
        open_cashier(payment=payment, by=finance.VISITOR, at=payment.expires_at)
    assert refusal.value.code == "payment_expired"
    close_payment(payment=payment, by=finance.VISITOR, at=clock.now())
    with pytest.raises(Refused) as refusal:
        open_cashier(payment=payment, by=finance.VISITOR, at=payment.created_at)
    assert refusal.value.code == "payment_not_open"


def test_money_is_captured_once_with_the_order_told_in_the_same_transaction(orders):
    payment = finance.captured_payment("174.25")
    again = finance.settle(payment, Outcome.DONE)
    assert (payment.state, payment.captured_amount) == (PaymentState.CAPTURED, Decimal("174.25"))
    assert again == payment
    assert orders.told == [("captured", payment.no)]
    assert kinds() == ["premium_received"]


def test_when_the_order_breaks_nothing_of_the_capture_remains(orders):
    payment = finance.payment_at_cashier()
    orders.refuse = RuntimeError("broken")
    with pytest.raises(RuntimeError), transaction.atomic():
        finance.settle(payment, Outcome.DONE)
    payment.refresh_from_db()
    assert payment.state == PaymentState.PENDING
    assert kinds() == []


@pytest.mark.parametrize(
    ("outcome", "state"), [(Outcome.FAILED, PaymentState.FAILED), (Outcome.CLOSED, PaymentState.CLOSED)]
)
def test_a_payment_that_came_to_nothing(outcome, state, orders):
    payment = finance.settle(finance.payment_at_cashier(), outcome)
    assert payment.state == state
    assert orders.told == [("failed", payment.no)]
    finance.settle(payment, outcome)
    assert len(orders.told) == 1
    assert finance.payment(subject_no=payment.subject_no) != payment


@pytest.mark.parametrize("outcome", [Outcome.PENDING, Outcome.NOT_FOUND])
def test_no_news_change_nothing(outcome):
    assert finance.settle(finance.payment_at_cashier(), outcome).state == PaymentState.PENDING


def test_bad_news_after_the_money_change_nothing():
    payment = finance.captured_payment()
    assert finance.settle(payment, Outcome.CLOSED).state == PaymentState.CAPTURED


# --- Money nobody can use --------------------------------------------------------------------------------------------


def in_suspense(payment, why, amount, orders):
    payment.refresh_from_db()
    assert (payment.state, payment.suspense_reason) == (PaymentState.IN_SUSPENSE, why)
    assert payment.captured_amount == Decimal(amount)
    assert ("captured", payment.no) not in orders.told
    outbox.drain(at=clock.now())
    refund = Refund.objects.get(payment=payment)
    assert refund.amount == Decimal(amount)
    return refund


@pytest.mark.parametrize("amount", ["174.24", "174.26", "0.01", "1000000.00"])
def test_a_wrong_amount_goes_to_suspense_and_back(amount, orders):
    payment = finance.settle(finance.payment_at_cashier("174.25"), Outcome.DONE, amount=amount)
    in_suspense(payment, SuspenseReason.WRONG_AMOUNT, amount, orders)
    assert kinds()[0] == "money_in_suspense"


def test_a_wrong_amount_is_divided_like_the_right_one():
    shares = [(finance.LIFE, Money.of("138.00")), (finance.PROPERTY, Money.of("36.25"))]
    payment = finance.payment_at_cashier("174.25", insurer_shares=shares)
    finance.settle(payment, Outcome.DONE, amount="100.00")
    parts = PaymentShare.objects.filter(payment=payment).order_by("id").values_list("captured_amount", flat=True)
    assert list(parts) == [Decimal("79.20"), Decimal("20.80")]


def test_late_money_still_buys_what_is_still_wanted(orders):
    payment = finance.payment_at_cashier()
    close_payment(payment=payment, by=finance.VISITOR, at=clock.now())
    late = finance.settle(payment, Outcome.DONE)
    assert late.state == PaymentState.CAPTURED
    assert orders.told == [("captured", payment.no)]


def test_late_money_for_an_order_that_was_cancelled_goes_back(orders):
    payment = finance.payment_at_cashier()
    close_payment(payment=payment, by=finance.VISITOR, at=clock.now())
    orders.refuse = Refused("order_cancelled", "cancelled")
    finance.settle(payment, Outcome.DONE)
    in_suspense(payment, SuspenseReason.NO_LONGER_WANTED, "174.25", orders)


def test_late_money_for_an_order_paid_otherwise_goes_back(orders):
    first = finance.payment_at_cashier(subject_no="DD-1")
    close_payment(payment=first, by=finance.VISITOR, at=clock.now())
    second = finance.captured_payment(subject_no="DD-1")
    finance.settle(first, Outcome.DONE)
    in_suspense(first, SuspenseReason.PAID_TWICE, "174.25", orders)
    second.refresh_from_db()
    assert second.state == PaymentState.CAPTURED


def test_a_second_trade_for_one_payment_becomes_a_payment_in_suspense(orders):
    payment = finance.captured_payment()
    second = finance.settle(payment, Outcome.DONE, trade_no="ANOTHER")
    assert second != payment
    in_suspense(second, SuspenseReason.PAID_TWICE, "174.25", orders)
    assert finance.settle(payment, Outcome.DONE, trade_no="ANOTHER") == second
    assert Payment.objects.count() == 2


def test_suspense_is_sent_back_once():
    payment = finance.settle(finance.payment_at_cashier(), Outcome.DONE, amount="1.00")
    asked = [refund_suspense(payment=payment, by=finance.SYSTEM, at=clock.now()) for _turn in range(2)]
    assert [bool(refund) for refund in asked] == [True, False]


def test_money_in_another_currency_is_left_to_a_person():
    payment = finance.payment_at_cashier()
    payment.currency = "USD"
    assert finance.settle(payment, Outcome.DONE).state == PaymentState.PENDING


def test_closing_what_was_paid_is_refused():
    payment = finance.captured_payment()
    with pytest.raises(IllegalMove):
        close_payment(payment=payment, by=finance.VISITOR, at=clock.now())


# --- What the database refuses ---------------------------------------------------------------------------------------


def raw(payment, **changes):
    Payment.objects.filter(pk=payment.pk).update(**changes)


def violates(name):
    return pytest.raises(IntegrityError, match=name)


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("payment_amount_positive", {"amount": 0}),
        ("payment_captured_amount_not_negative", {"captured_amount": -1}),
        ("payment_refunded_amount_not_negative", {"refunded_amount": -1}),
        ("payment_refunded_within_captured", {"refunded_amount": 1}),
        ("payment_expires_after_creation", {"expires_at": clock.now() - timedelta(days=365)}),
        ("payment_received_says_how_much_and_when", {"captured_amount": 1}),
        ("payment_received_says_how_much_and_when", {"captured_at": clock.now()}),
        (
            "payment_captured_in_full",
            {"state": "captured", "captured_amount": 1, "captured_at": clock.now()},
        ),
        (
            "payment_in_suspense_says_why",
            {"state": "in_suspense", "captured_amount": 1, "captured_at": clock.now()},
        ),
        ("payment: pending may not become refunded", {"state": "refunded"}),
    ],
)
def test_named_constraints_of_a_payment(name, changes):
    payment = finance.payment_at_cashier()
    with violates(name):
        raw(payment, **changes)


def test_one_live_payment_per_subject():
    first, second = finance.payment(), finance.payment()
    with violates("one_live_payment_per_subject"):
        raw(second, subject_no=first.subject_no)


def test_a_trade_belongs_to_one_payment():
    first, second = finance.captured_payment(), finance.captured_payment()
    with violates("payment_gateway_trade_is_unique"):
        raw(second, gateway_trade_no=first.gateway_trade_no)


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("payment_share_amount_positive", {"amount": 0}),
        ("payment_share_captured_amount_not_negative", {"captured_amount": -1}),
        ("payment_share_refunded_amount_not_negative", {"refunded_amount": -1}),
        ("payment_share_refunded_within_captured", {"refunded_amount": 1}),
    ],
)
def test_named_constraints_of_a_share(name, changes):
    payment = finance.payment()
    with violates(name):
        PaymentShare.objects.filter(payment=payment).update(**changes)


def test_one_share_per_insurer():
    payment = finance.payment()
    with violates("one_share_per_insurer"):
        PaymentShare.objects.create(payment=payment, insurer_code=finance.LIFE, amount=1)


@pytest.mark.parametrize("sides", ["payment", "share", "another share"])
def test_shares_sum_to_the_payment_at_commit(sides):
    payment = finance.payment()
    if sides == "payment":
        raw(payment, amount=1)
    elif sides == "share":
        PaymentShare.objects.filter(payment=payment).update(amount=1)
    else:
        PaymentShare.objects.create(payment=payment, insurer_code=finance.PROPERTY, amount=1)
    with violates("do not sum to the whole"), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_no_payment_begins_paid():
    with violates("payment: captured is no first state"):
        Payment.objects.create(
            no="X", subject_kind="x", subject_no="x", payer="x", description="x", amount=1, captured_amount=1,
            captured_at=clock.now(), gateway="sandbox", state="captured", created_at=clock.now(),
            expires_at=finance.later(60),
        )  # fmt: skip


def test_create_payment_names_its_amount_in_the_given_currency():
    finance.open_books(insurer_code=finance.LIFE, currency="USD", by=finance.SYSTEM, at=clock.now())
    payment = create_payment(
        subject_kind=finance.ORDER, subject_no="DD-USD", payer="p", amount=Money.of("5.00", "USD"),
        insurer_code=finance.LIFE, gateway="sandbox", description="d", by=finance.VISITOR, at=clock.now(),
    )  # fmt: skip
    assert payment.currency == "USD"
