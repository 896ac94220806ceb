"""What-if: the book in force priced again with a draft; each policy once, whatever happens on the way."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from insureweb.kernel import clock, outbox
from insureweb.kernel.checks import Refused
from insureweb.kernel.outbox import Delivery
from insureweb.kernel.states import IllegalMove, NotAllowed
from policies.contract.models import Policy
from policies.contract.states import PolicyState
from policies.sale.models import Application
from policies.trials.models import WhatIfRow, WhatIfRun
from policies.trials.services.what_if import WHAT_IF
from products.services import runs
from products.services.runs import WORKER, do_next_part, start_run, stop_run
from products.states import RunState
from tests.factories import groups
from tests.factories import policies as sold
from tests.factories import trials as made
from tests.factories.products import ADJUSTER, PRODUCT_MANAGER, RISK_MANAGER
from tests.factories.worked_tables import figure, worked_rows

pytestmark = pytest.mark.django_db


def policy(age, **told):
    return sold.policy(sold.buyer(age), age=str(age), **told)


def begun(version, by=PRODUCT_MANAGER):
    return start_run(work=WHAT_IF, version=version, by=by, at=clock.now())


def finished(version, **told):
    run = begun(version, **told)
    made.worked_off()
    run.refresh_from_db()
    return run


@pytest.fixture
def small_parts(monkeypatch):
    monkeypatch.setattr(runs, "PART", 2)


# --- what it says ---

COLUMNS = ("old", "new", "difference")


def last(cell):
    """The amount of a cell, what an equation comes to."""
    return figure(cell.rpartition("=")[2])


def test_winners_and_losers_add_up_to_the_book():
    """The worked table of docs/algorithms/what-if.md."""
    *ages, both = worked_rows("what-if.md", "What-if")
    book = {policy(int(row["age"])).no: row for row in ages}
    run = finished(made.draft(*made.DEARER_LATER))
    assert (run.state, run.total, run.done, run.priced) == (RunState.FINISHED, 2, 2, 2)
    for row in run.rows.all():
        written = book.pop(row.policy_no)
        assert [row.old_premium, row.new_premium, row.difference] == [last(written[name]) for name in COLUMNS]
    assert not book
    assert [run.old_total, run.new_total, run.difference] == [last(both[name]) for name in COLUMNS]
    assert (run.dearer, run.cheaper, run.unchanged, run.not_priced) == (1, 1, 0, 0)
    assert sum(run.buckets) == 2


def test_what_the_draft_cannot_price_is_named_with_its_reason_and_in_no_sum():
    policy(30)
    too_old = policy(42)
    run = finished(made.draft(("inputs.age.max", "40"), *made.DEARER_LATER))
    assert (run.done, run.priced, run.not_priced) == (2, 1, 1)
    row = run.rows.get(policy_no=too_old.no)
    assert (row.old_premium, row.new_premium, row.difference) == (Decimal("348.25"), None, None)
    assert row.problems == {"age": {"code": "outside", "values": {"low": "18", "high": "40"}}}
    assert (run.old_total, run.new_total) == (Decimal("174.25"), Decimal("160.25"))


def test_a_premium_beyond_any_account_is_named_and_the_run_goes_on():
    policy(30)
    policy(42)
    run = finished(made.draft(("rating.tables.term_life_rate.rows.1.1", "9" * 15)))
    assert (run.state, run.priced) == (RunState.FINISHED, 1)
    (row,) = run.rows.filter(new_premium=None)
    assert row.problems["total"]["values"]["why"].endswith("the amount is too large to work with")


def test_a_fact_the_draft_asks_no_longer_counts_for_nothing_and_a_new_one_is_missing():
    made.book_like(policy(30), [{"shoe_size": "42"}])
    run = finished(made.draft(*made.DEARER_LATER))
    assert [row.difference for row in run.rows.all()] == [Decimal("-14.00")] * 2
    cars = {**sold.product().definition["inputs"]["age"], "label": {"zh-hans": "车", "en": "Cars"}}
    added = finished(made.draft(("inputs.cars", cars), name="9.2"))
    assert added.priced == 0
    assert [row.problems for row in added.rows.all()] == [{"cars": {"code": "required", "values": {}}}] * 2


def test_a_loading_goes_on_both_premiums():
    Application.objects.filter(no=policy(30).application_no).update(loading_percent=50, terms_accepted_at=clock.now())
    run = finished(made.draft(*made.DEARER_LATER))
    row = run.rows.get()
    assert (row.old_premium, row.new_premium) == (Decimal("261.38"), Decimal("240.38"))


def test_an_empty_book_is_a_finished_run_of_nothing():
    run = finished(made.draft(*made.DEARER_LATER))
    assert (run.state, run.total, run.done, run.old_total) == (RunState.FINISHED, 0, 0, 0)
    assert not run.rows.exists()


def test_only_policies_in_force_of_this_product_count(settings):
    settings.CLOCK_OFFSET = -timedelta(days=400)
    policy(30)  # over by now
    settings.CLOCK_OFFSET = timedelta(0)
    now = policy(31)
    run = finished(made.draft(*made.DEARER_LATER))
    assert [row.policy_no for row in run.rows.all()] == [now.no]


def test_a_roster_is_the_sum_of_its_members():
    contract = groups.policy()
    run = finished(made.draft(of=contract.product_version))
    row = run.rows.get()
    assert (row.old_premium, row.new_premium, row.difference) == (contract.premium, contract.premium, 0)


# --- each policy once, whatever happens ---


@pytest.fixture
def five():
    first = policy(30)
    made.book_like(first, [{"age": str(age)} for age in (25, 35, 42, 44)])
    made.worked_off()
    return made.draft(*made.DEARER_LATER)


def figures(run):
    run.refresh_from_db()
    return run.state, run.done, run.priced, run.old_total, run.new_total, run.buckets, run.rows.count()


def test_a_run_goes_on_where_it_stopped(five, small_parts):
    """The worker dies after the first part: what it did stays, and the next worker ends with the same figures."""
    whole = figures(finished(five))
    run = begun(five)
    outbox.deliver_next(at=clock.now())
    assert figures(run)[:3] == (RunState.RUNNING, 2, 2)
    made.worked_off()
    assert figures(run) == whole
    assert whole[:3] == (RunState.FINISHED, 5, 5)


def test_a_part_that_fails_leaves_nothing_and_is_done_again(five, small_parts, monkeypatch):
    whole = figures(finished(five))
    run = begun(five)
    outbox.deliver_next(at=clock.now())
    publish = runs.publish

    def die(*_args, **_kwargs):
        raise ConnectionError("the worker is gone")

    monkeypatch.setattr(runs, "publish", die)
    made.worked_off()
    assert figures(run)[:3] == (RunState.RUNNING, 2, 2), "rows and place are written together"
    assert run.rows.count() == 2
    monkeypatch.setattr(runs, "publish", publish)
    made.worked_off(clock.now() + timedelta(seconds=6))
    assert figures(run) == whole


def test_a_part_delivered_twice_counts_once(five, small_parts):
    run = begun(five)
    for _twice in range(2):
        do_next_part(work=WHAT_IF, run_id=run.pk, done=0, by=WORKER, at=clock.now())
    assert figures(run)[:3] == (RunState.RUNNING, 2, 2)


def test_without_its_place_a_run_would_count_twice_and_the_table_refuses(five, small_parts):
    """The control: with the place forgotten the same policies come again, and only the constraint stops them."""
    run = begun(five)
    do_next_part(work=WHAT_IF, run_id=run.pk, done=0, by=WORKER, at=clock.now())
    WhatIfRun.objects.filter(pk=run.pk).update(after_id=0, done=0, priced=0, dearer=0, cheaper=0)
    with pytest.raises(IntegrityError, match="what_if_row_once_for_a_policy"), transaction.atomic():
        do_next_part(work=WHAT_IF, run_id=run.pk, done=0, by=WORKER, at=clock.now())


def test_a_policy_issued_meanwhile_is_no_part_of_the_run(five, small_parts):
    run = begun(five)
    outbox.deliver_next(at=clock.now())
    policy(33)
    made.worked_off()
    assert figures(run)[:2] == (RunState.FINISHED, 5)


def test_a_policy_cancelled_meanwhile_is_no_part_of_the_run_either(five, small_parts):
    run = begun(five)
    outbox.deliver_next(at=clock.now())
    cancelled = Policy.objects.order_by("pk")[3]
    Policy.objects.filter(pk=cancelled.pk).update(state=PolicyState.CANCELLED, ended_at=clock.now())
    made.worked_off()
    state, done, priced, *_rest, rows = figures(run)
    assert (state, run.total, done, priced, rows) == (RunState.FINISHED, 4, 4, 4, 4)
    assert not run.rows.filter(policy_no=cancelled.no).exists()


def test_reading_a_part_takes_two_queries_at_any_size(five, django_assert_num_queries):
    run = begun(five)
    with django_assert_num_queries(2):
        assert len(WHAT_IF.next_items(run, 500)) == 5
    with django_assert_num_queries(2):
        assert len(WHAT_IF.next_items(run, 1)) == 1


# --- drafts that change, people who may ---


def test_a_draft_changed_meanwhile_stops_the_run(five, small_parts):
    run = begun(five)
    outbox.deliver_next(at=clock.now())
    made.rewritten(five, ("rating.tables.term_life_rate.rows.1.1", "6.3"))
    made.worked_off()
    assert figures(run)[:2] == (RunState.STOPPED, 2)
    assert run.finished_at
    assert not Delivery.objects.exclude(error="").exists()


def test_a_finished_run_knows_that_the_draft_has_changed_since(five):
    run = finished(five)
    assert not run.is_outdated
    made.rewritten(five, ("rating.tables.term_life_rate.rows.1.1", "6.3"))
    assert WhatIfRun.objects.get(pk=run.pk).is_outdated


def test_one_run_of_a_version_at_a_time_and_stopping_frees_it(five, small_parts):
    run = begun(five)
    with translation.override("en"), pytest.raises(Refused, match="at work already"):
        begun(five, by=RISK_MANAGER)
    stop_run(run=run, by=RISK_MANAGER, at=clock.now())
    made.worked_off()
    assert figures(run)[:2] == (RunState.STOPPED, 0)
    with pytest.raises(IllegalMove):
        stop_run(run=run, by=RISK_MANAGER, at=clock.now())
    assert finished(five).state == RunState.FINISHED


def test_only_product_and_risk_managers_run_and_stop(five):
    with pytest.raises(NotAllowed):
        begun(five, by=ADJUSTER)
    run = begun(five)
    with pytest.raises(NotAllowed):
        stop_run(run=run, by=ADJUSTER, at=clock.now())


# --- what PostgreSQL refuses ---


def stored(version, **fields):
    usual = {
        "version": version, "content_hash": version.content_hash, "total": 3, "through_id": 9,
        "started_at": clock.now(), "started_by_kind": "staff", "started_by_id": "7a4f", "started_by_label": "X",
    }  # fmt: skip
    return WhatIfRun.objects.create(**(usual | fields))


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("whatifrun_hash_is_sha256", {"content_hash": "x"}),
        ("whatifrun_done_within_total", {"done": 4}),
        ("whatifrun_finished_is_complete", {"finished_at": clock.now()}),
        ("what_if_run_old_total_not_negative", {"old_total": -1}),
        ("what_if_run_new_total_not_negative", {"new_total": -1}),
        ("what_if_run_prices_what_is_done", {"done": 1, "priced": 2}),
        ("what_if_run_counts_each_policy_once", {"done": 2, "priced": 1, "dearer": 1, "cheaper": 1}),
    ],
)
def test_a_run_that_cannot_be_is_refused(name, fields):
    version = sold.product()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        stored(version, **fields)


def test_a_run_is_not_finished_before_its_end():
    run = stored(sold.product(), done=2)
    with pytest.raises(IntegrityError, match="whatifrun_finished_is_complete"), transaction.atomic():
        WhatIfRun.objects.filter(pk=run.pk).update(state="finished", finished_at=clock.now())


def test_two_runs_of_a_version_are_not_at_work():
    version = sold.product()
    stored(version)
    with pytest.raises(IntegrityError, match="whatifrun_one_at_work"), transaction.atomic():
        stored(version)


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("what_if_row_old_premium_not_negative", {"old_premium": -1, "difference": 13}),
        ("what_if_row_new_premium_not_negative", {"new_premium": -1, "difference": -11}),
        ("what_if_row_is_priced_or_says_why", {"new_premium": 12, "difference": 1}),
        ("what_if_row_is_priced_or_says_why", {"new_premium": None, "difference": None}),
        ("what_if_row_is_priced_or_says_why", {"problems": {"age": {}}}),
    ],
)
def test_a_row_is_priced_or_says_why(name, fields):
    run = stored(sold.product())
    usual = {"policy_no": "P-1", "old_premium": 10, "new_premium": 12, "difference": 2}
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        WhatIfRow.objects.create(run=run, **(usual | fields))
