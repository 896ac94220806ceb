"""Two policies from one quote: a lock decides, a constraint stands behind it; with both gone the harm shows."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from django.db import IntegrityError, close_old_connections, connection

from customers.actors import actor_of
from insureweb.finance.services.settlement import gateway_actor
from insureweb.kernel import clock
from insureweb.kernel.checks import Refused
from policies.contract.models import Policy
from policies.offers.models import Quote
from policies.sale.models import Application, Order
from policies.sale.selectors.pages import with_lines
from policies.sale.services import issuing, locking
from policies.sale.services.applications import start_application
from policies.sale.services.submission import submit_application
from tests.factories import policies as made

pytestmark = pytest.mark.django_db(transaction=True)
RACERS = 4
PATIENCE = 20


def race(run: Callable[[], Any]) -> list[Any]:
    """Run it in so many threads at once; what each returned or raised."""
    results: list[Any] = [None] * RACERS
    start = threading.Barrier(RACERS)

    def racer(number: int) -> None:
        close_old_connections()
        try:
            start.wait(timeout=PATIENCE)
            results[number] = run()
        except (Refused, IntegrityError) as error:
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


def issue_the_same_order() -> list[Any]:
    order = made.order()
    payment = made.payment(order)
    gateway, at = gateway_actor("sandbox"), clock.now()
    return race(lambda: issuing.issue_order(order_no=order.no, payment=payment, by=gateway, at=at)[0].no)


def without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The order is read without a lock, and every racer waits until the others have read it too."""
    barrier = threading.Barrier(RACERS)

    def read(no: str) -> Order:
        order = Order.objects.prefetch_related(with_lines(*locking.ISSUING)).get(no=no)
        with suppress(threading.BrokenBarrierError):
            barrier.wait(timeout=2)
        return order

    def write(record: Any, machine: Any, target: Any, *, by: Any, at: Any, reason: str = "", **changes: Any) -> Any:
        type(record).objects.filter(pk=record.pk).update(state=target, **changes)

    monkeypatch.setattr(issuing, "lock_order_for_issuing", read)
    monkeypatch.setattr(issuing, "transition", write)


@contextmanager
def without_constraint() -> Iterator[None]:
    table = Policy._meta.db_table
    with connection.cursor() as cursor:
        constraints = connection.introspection.get_constraints(cursor, table)
        (name,) = (key for key, found in constraints.items() if found["unique"] and found["columns"] == ["quote_id"])
        cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            cursor.execute("TRUNCATE policies_policyversion, policies_beneficiary, policies_policychange, "
                           "policies_renewalnotice, policies_policy CASCADE")  # fmt: skip
            cursor.execute("SET session_replication_role = origin")
            cursor.execute(f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" UNIQUE (quote_id)')


def test_every_racer_gets_the_one_policy():
    results = issue_the_same_order()
    assert len(set(results)) == 1
    assert Policy.objects.get().no == results[0]


def test_the_constraint_holds_when_the_lock_is_missing(monkeypatch):
    without_locks(monkeypatch)
    results = issue_the_same_order()
    assert Policy.objects.count() == 1
    assert sum(isinstance(result, IntegrityError) for result in results) == RACERS - 1


def test_without_lock_and_constraint_the_harm_shows(monkeypatch):
    without_locks(monkeypatch)
    with without_constraint():
        issue_the_same_order()
        assert Policy.objects.count() > 1


def test_one_quote_begins_one_application():
    user = made.buyer()
    quote = made.quote(user)
    results = race(lambda: start_application(quote=quote, user=user, by=actor_of(user), at=clock.now()).no)
    assert len(set(results)) == 1
    assert Application.objects.count() == 1


def test_handing_in_twice_makes_one_order():
    application = made.answered()
    by, at, consents = actor_of(application.user), clock.now(), made.consents_of(application)
    results = race(
        lambda: submit_application(application=application, consents=consents, language="en", by=by, at=at).state
    )
    assert set(results) == {"accepted"}
    assert Order.objects.count() == 1
    assert Quote.objects.count() == 1


def test_two_gateway_words_at_once_charge_and_issue_once():
    order = made.order()
    payment = made.payment(order)
    race(lambda: made.capture(payment))
    assert Policy.objects.count() == 1
