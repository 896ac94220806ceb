"""Underwriting back-test: past applications decided again by a changed table; no health answer leaves the seal."""

import csv
import io

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import override

from insureweb.audit.models.access import AccessLog
from insureweb.kernel import clock, outbox
from insureweb.kernel.idempotency import FIELD, new_key
from policies.trials.models import UnderwritingBackTest, UnderwritingBackTestRow
from policies.trials.services.back_test import UNDERWRITING
from products.back_tests import why_of
from products.services import runs
from products.services.runs import start_run
from products.states import RunState
from tests.factories import policies as sold
from tests.factories import trials as made
from tests.factories.customers import colleague, sign_in
from tests.factories.products import PRODUCT_MANAGER

pytestmark = pytest.mark.django_db
# UW-05 refers a chronic illness: the draft declines it.
STRICTER = (("underwriting.rules.4.then", "decline"),)


@pytest.fixture
def draft():
    """One accepted, two referred."""
    sold.submitted(sold.buyer(30), age="30")
    sold.referred(sold.buyer(31), age="31")
    sold.referred(sold.buyer(32), age="32")
    made.worked_off()
    return made.draft(*STRICTER)


def finished(version):
    run = start_run(work=UNDERWRITING, version=version, by=PRODUCT_MANAGER, at=clock.now())
    made.worked_off()
    run.refresh_from_db()
    return run


def test_every_changed_decision_is_listed_and_counted(draft):
    run = finished(draft)
    assert (run.state, run.done, run.compared, run.changed) == (RunState.FINISHED, 3, 3, 2)
    assert run.matrix == [["accept", "accept", 1], ["refer", "decline", 2]]
    row = run.rows.order_by("id")[0]
    assert (row.stored, row.before["outcome"], row.before["rules"]) == ("refer", "refer", ["UW-05"])
    assert (row.after["outcome"], row.after["rules"]) == ("decline", ["UW-05"])


def test_answers_about_health_stay_sealed_and_the_opening_is_logged(draft):
    run = finished(draft)
    inputs = run.rows.first().inputs
    assert (inputs["age"], inputs["occupation_class"]) == ("31", "2")
    assert inputs["chronic_illness"] is None
    assert inputs["purpose"] is None
    opened = AccessLog.objects.get(subject_id=str(run.uuid))
    assert (opened.count, opened.field) == (3, "record")
    assert PRODUCT_MANAGER.label in opened.reason


def test_an_answer_the_draft_reads_otherwise_is_named_by_its_column_only(draft):
    """“Chronic illness: yes” becomes a number in the draft, and even a factor of its price."""
    factor = {**draft.definition["inputs"]["age"], "label": {"zh-hans": "慢性病", "en": "Chronic illnesses"}}
    left = [rule for rule in draft.definition["underwriting"]["rules"] if "chronic_illness" not in rule["when"]]
    questions = {key: told for key, told in draft.definition["questions"].items() if key != "chronic_illness"}
    version = made.rewritten(
        draft, ("questions", questions), ("inputs.chronic_illness", factor), ("underwriting.rules", left),
        ("underwriting.columns.chronic_illness", {"type": "number"}),
    )  # fmt: skip
    run = finished(version)
    rows = run.rows.order_by("id")
    assert [row.problem for row in rows] == [{"unreadable": ["chronic_illness"]}] * 3
    assert {row.inputs["chronic_illness"] for row in rows} == {None}
    with override("en"):
        assert why_of(rows[0]) == "A table cannot read what is on file for chronic_illness."


def test_a_table_that_asks_for_more_is_not_guessed_at(draft):
    version = made.rewritten(
        draft, ("underwriting.columns.sex", {"type": "text"}), ("underwriting.rules.4.when.sex", "female")
    )
    run = finished(version)
    assert (run.compared, run.not_compared) == (0, 3)
    assert run.rows.first().problem == {"missing": ["sex"]}


def test_it_goes_on_where_it_stopped(draft, monkeypatch):
    whole = finished(draft)
    monkeypatch.setattr(runs, "PART", 2)
    run = start_run(work=UNDERWRITING, version=draft, by=PRODUCT_MANAGER, at=clock.now())
    outbox.deliver_next(at=clock.now())
    run.refresh_from_db()
    assert (run.state, run.done) == (RunState.RUNNING, 2)
    made.worked_off()
    run.refresh_from_db()
    assert (run.matrix, run.changed, run.rows.count()) == (whole.matrix, whole.changed, 2)


def test_the_page_shows_the_matrix_and_the_file_lists_all(client, draft):
    manager = sign_in(client, colleague("product_manager").user)
    with override("en"):
        at = reverse("admin:products_productversion_underwriting_back_test", args=[draft.address])
    began = manager.post(at, {FIELD: new_key()})
    made.worked_off()
    page = manager.get(began["Location"]).content.decode()
    assert "Old outcome by new outcome" in page
    assert "UW-05" in page
    assert "not shown here" in page
    answer = manager.get(began["Location"] + "results.csv").getvalue().decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(answer)))
    assert len(lines) == 3
    assert "chronic_illness=not shown here" in lines[1][6]
    assert sign_in(client, colleague("underwriter").user).get(at).status_code == 403


def stored(**fields):
    version = sold.product()
    usual = {
        "version": version, "content_hash": version.content_hash, "total": 3, "through_id": 9,
        "started_at": clock.now(), "started_by_kind": "staff", "started_by_id": "7a4f", "started_by_label": "X",
    }  # fmt: skip
    return UnderwritingBackTest.objects.create(**(usual | fields))


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("underwritingbacktest_hash_is_sha256", {"content_hash": "x"}),
        ("underwritingbacktest_done_within_total", {"done": 4}),
        ("underwritingbacktest_finished_is_complete", {"finished_at": clock.now()}),
        ("underwritingbacktest_compares_what_is_done", {"compared": 1}),
        ("underwritingbacktest_changes_what_it_compares", {"changed": 1}),
    ],
)
def test_a_run_that_cannot_be_is_refused(name, fields):
    sold.product()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        stored(**fields)


def test_two_runs_of_a_version_are_not_at_work():
    stored()
    with pytest.raises(IntegrityError, match="underwritingbacktest_one_at_work"), transaction.atomic():
        stored()


def test_a_row_is_compared_or_says_why_and_stands_once():
    run = stored()
    told = {"record_id": 1, "reference": "A-1", "stored": "refer", "problem": {"why": "x"}}
    UnderwritingBackTestRow.objects.create(run=run, **told)
    with pytest.raises(IntegrityError, match="underwriting_back_test_once_for_a_decision"), transaction.atomic():
        UnderwritingBackTestRow.objects.create(run=run, **told)
    with (
        pytest.raises(IntegrityError, match="underwritingbacktestrow_is_compared_or_says_why"),
        transaction.atomic(),
    ):
        UnderwritingBackTestRow.objects.create(run=run, **(told | {"record_id": 2, "problem": {}}))
