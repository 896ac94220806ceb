"""How many policies a second a what-if prices on this machine; docs/operations/performance.md has the figures."""

import time

import pytest
from django.db import connection

from insureweb.kernel import clock
from policies.trials.services.what_if import WHAT_IF
from products.services.runs import start_run
from products.states import RunState
from tests.factories import policies as sold
from tests.factories import trials as made
from tests.factories.products import PRODUCT_MANAGER

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
POLICIES, LEAST_A_SECOND = 2_000, 500


def test_two_thousand_policies_are_priced_again(capsys: pytest.CaptureFixture[str]) -> None:
    first = sold.policy(sold.buyer(30), age="30")
    told = [{"age": str(18 + place % 28), "occupation_class": str(1 + place % 5)} for place in range(POLICIES - 1)]
    made.book_like(first, told)
    with connection.cursor() as cursor:
        cursor.execute(
            "ANALYZE policies_policy, policies_quote, policies_application"
        )  # as the database does by itself
    made.worked_off()
    run = start_run(work=WHAT_IF, version=made.draft(*made.DEARER_LATER), by=PRODUCT_MANAGER, at=clock.now())
    begun = time.perf_counter()
    made.worked_off()
    seconds = time.perf_counter() - begun
    run.refresh_from_db()
    assert (run.state, run.done, run.rows.count()) == (RunState.FINISHED, POLICIES, POLICIES)
    with capsys.disabled():
        print(f"\nwhat-if over {POLICIES:,} policies: {seconds:.2f} s, {POLICIES / seconds:,.0f} a second")  # noqa: T201
    assert POLICIES / seconds >= LEAST_A_SECOND
