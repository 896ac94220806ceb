"""Three races about money. Each is decided by a lock; the constraint behind it holds when the lock is missing; and with
both gone the harm shows, which proves that the test really races.

The fourth, two policies from one quote, is where policies are issued.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, close_old_connections, connection, transaction

from insureweb.finance.gateways.base import Outcome, PaymentFacts
from insureweb.finance.models import LedgerEntry, LedgerTransaction, Payment, Payout, Refund
from insureweb.finance.services import locks, payments, payouts, refunds, settlement
from insureweb.kernel import clock
from insureweb.kernel.checks import Refused
from insureweb.kernel.money import Money
from tests.factories import finance

pytestmark = [pytest.mark.django_db(transaction=True)]
RACERS = 4
PATIENCE = 20


@pytest.fixture
def racing_money(transactional_db, orders, claims) -> Iterator[None]:
    with finance.answering(orders, claims):
        finance.books()
        yield


class Meeting:
    """Lets racers wait for each other at the point where the lock should have kept them apart."""

    def __init__(self) -> None:
        self.barrier = threading.Barrier(RACERS)

    def wait(self) -> None:
        # Whoever comes alone, because a lock or a constraint held the others back, goes on after a moment.
        with suppress(threading.BrokenBarrierError):
            self.barrier.wait(timeout=0.7)


def race(run: Callable[[int], Any]) -> list[Any]:
    """Run it in so many threads at once; what each returned or raised."""
    results: list[Any] = [None] * RACERS
    start = threading.Barrier(RACERS)

    def racer(number: int) -> None:
        close_old_connections()
        try:
            start.wait(timeout=PATIENCE)
            results[number] = run(number)
        except (Refused, IntegrityError, OperationalError) as error:
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=racer, args=(number,)) for number in range(RACERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=PATIENCE)
        assert not thread.is_alive(), "a racer hangs"
    return results


@contextmanager
def without(*statements: tuple[str, str]) -> Iterator[None]:
    """Carry out the first of each pair now and the second afterwards, on an emptied table."""
    with connection.cursor() as cursor:
        for drop, _restore in statements:
            cursor.execute(drop)
    try:
        yield
    finally:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            for table in ("finance_payout", "finance_refundshare", "finance_refund", "finance_paymentshare"):
                cursor.execute(f"DELETE FROM {table}")
            cursor.execute("DELETE FROM finance_payment")
            for _drop, restore in statements:
                cursor.execute(restore)


def index(name: str) -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [name])
        (definition,) = cursor.fetchone()
    return f"DROP INDEX {name}", definition


def check(table: str, name: str) -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [name])
        (definition,) = cursor.fetchone()
    return f"ALTER TABLE {table} DROP CONSTRAINT {name}", f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}"


def errors(results: list[Any], kind: type[Exception]) -> int:
    return sum(isinstance(result, kind) for result in results)


def unlocked(record: Any) -> Any:
    return type(record).objects.get(pk=record.pk)


# --- Double payment of an order --------------------------------------------------------------------------------------


@pytest.fixture
def attempts(racing_money) -> list[Payment]:
    """Several attempts to pay one order, all given up here and all paid at the gateway at the same moment."""
    made = []
    for _turn in range(RACERS):
        payment = finance.payment_at_cashier(subject_no="DD-RACE")
        payments.close_payment(payment=payment, by=finance.VISITOR, at=clock.now())
        made.append(payment)
    return made


def capture_all(attempts: list[Payment]) -> list[Any]:
    def capture(number: int) -> Any:
        payment = Payment.objects.get(pk=attempts[number].pk)
        facts = PaymentFacts(payment.no, Outcome.DONE, f"T{number}", payment.money)
        return settlement.settle_payment(payment=payment, facts=facts, by=finance.GATEWAY, at=clock.now())

    return race(capture)


def states(model: Any) -> list[str]:
    return sorted(model.objects.values_list("state", flat=True))


@pytest.fixture
def meet_before_capture(monkeypatch) -> None:
    meeting, original = Meeting(), settlement._another_live

    def another_live(payment: Payment) -> bool:
        found = original(payment)
        meeting.wait()
        return found

    monkeypatch.setattr(settlement, "_another_live", another_live)


@pytest.fixture
def no_subject_lock(monkeypatch) -> None:
    for module in (settlement, payments, payouts):
        monkeypatch.setattr(module, "lock_subject", lambda *_names: None)


def test_an_order_is_paid_once(attempts, orders, meet_before_capture):
    assert errors(capture_all(attempts), Exception) == 0
    assert states(Payment) == ["captured", *["in_suspense"] * (RACERS - 1)]
    assert len(orders.told) == 1
    assert LedgerTransaction.objects.filter(kind="premium_received").count() == 1


def test_without_the_lock_the_constraint_lets_one_payment_through(
    attempts, orders, meet_before_capture, no_subject_lock
):
    assert errors(capture_all(attempts), IntegrityError) == RACERS - 1
    assert states(Payment).count("captured") == 1


def test_without_lock_and_constraint_an_order_is_paid_twice(attempts, orders, meet_before_capture, no_subject_lock):
    with without(index("one_live_payment_per_subject")):
        capture_all(attempts)
        assert states(Payment).count("captured") > 1
        assert len(orders.told) > 1


def test_one_payment_is_captured_once_by_many_messages(racing_money, orders):
    payment = finance.payment_at_cashier()
    capture_all([payment] * RACERS)
    assert orders.told == [("captured", payment.no)]
    assert LedgerTransaction.objects.filter(kind="premium_received").count() == 1


def test_an_order_asked_for_many_times_at_once_has_one_payment(racing_money):
    made = race(lambda _number: finance.payment(subject_no="DD-RACE"))
    assert errors(made, Exception) == 0
    assert Payment.objects.count() == 1


# --- Double payout ---------------------------------------------------------------------------------------------------


@pytest.fixture
def meet_before_payout(monkeypatch) -> None:
    meeting, original = Meeting(), payouts._live_payout

    def live_payout(*subject: str) -> bool:
        found = original(*subject)
        meeting.wait()
        return found

    monkeypatch.setattr(payouts, "_live_payout", live_payout)


def ask_for_all() -> list[Any]:
    return race(lambda _number: finance.payout(subject_no="LP-RACE", payable=False))


def test_a_claim_is_paid_out_once(racing_money, meet_before_payout):
    assert errors(ask_for_all(), Refused) == RACERS - 1
    assert Payout.objects.count() == 1


def test_without_the_lock_the_constraint_lets_one_payout_through(racing_money, meet_before_payout, no_subject_lock):
    assert errors(ask_for_all(), IntegrityError) == RACERS - 1
    assert Payout.objects.count() == 1


def test_without_lock_and_constraint_a_claim_is_paid_out_twice(racing_money, meet_before_payout, no_subject_lock):
    with without(index("one_live_payout_per_subject")):
        ask_for_all()
        assert Payout.objects.count() > 1


def test_one_payout_settled_by_many_answers_is_posted_once(racing_money, claims):
    payout = finance.payout(automatic=True, by=finance.SYSTEM)
    race(lambda _number: finance.settled_payout(Payout.objects.get(pk=payout.pk), Outcome.DONE))
    assert claims.told == [("paid", payout.no)]
    assert LedgerEntry.objects.filter(transaction__kind="payout_paid").count() == 2


def test_two_people_decide_about_a_payout_once(racing_money):
    payout = finance.payout()
    second = finance.Actor("staff", "approver-2", "Approver 2", frozenset({"claims_approver"}))

    def decide(number: int) -> Any:
        if number % 2:
            return payouts.approve_payout(payout=payout, by=finance.APPROVER, at=clock.now())
        return payouts.reject_payout(payout=payout, reason="no", by=second, at=clock.now())

    assert errors(race(decide), Refused) == RACERS - 1


# --- Refund above what was received ----------------------------------------------------------------------------------


@pytest.fixture
def paid(racing_money) -> Payment:
    return finance.captured_payment("100.00")


@pytest.fixture
def meet_before_refund(monkeypatch) -> None:
    meeting, original = Meeting(), refunds.check_refundable

    def check_refundable(payment: Payment, amount: Money) -> None:
        original(payment, amount)
        meeting.wait()

    monkeypatch.setattr(refunds, "check_refundable", check_refundable)


@pytest.fixture
def no_payment_lock(monkeypatch) -> None:
    monkeypatch.setattr(refunds, "lock_payment", unlocked)


def refund_all(payment: Payment) -> list[Any]:
    return race(lambda _number: finance.refund_of(Payment.objects.get(pk=payment.pk), "60.00"))


def refunded() -> Decimal:
    return sum(Refund.objects.values_list("amount", flat=True), Decimal(0))


def test_no_more_is_refunded_than_was_received(paid, meet_before_refund):
    assert errors(refund_all(paid), Refused) == RACERS - 1
    assert refunded() == Decimal("60.00")


def test_without_the_lock_the_constraint_holds_the_refunds_back(paid, meet_before_refund, no_payment_lock):
    assert errors(refund_all(paid), IntegrityError) == RACERS - 1
    assert refunded() == Decimal("60.00")


def test_without_lock_and_constraint_too_much_is_refunded(paid, meet_before_refund, no_payment_lock):
    with without(
        check("finance_payment", "payment_refunded_within_captured"),
        check("finance_paymentshare", "payment_share_refunded_within_captured"),
    ):
        refund_all(paid)
        assert refunded() > Decimal("100.00")


def test_locks_hold_the_newest_row(racing_money):
    payment = finance.payment()
    Payment.objects.filter(pk=payment.pk).update(description="newer")
    with transaction.atomic():
        assert locks.lock_payment(payment).description == "newer"
