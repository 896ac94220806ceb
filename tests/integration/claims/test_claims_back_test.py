"""Claims back-test: past claims decided again by a changed claims table."""

import pytest
from django.db import IntegrityError, transaction

from claims.models import ClaimsBackTest, ClaimsBackTestRow
from claims.services.back_test import CLAIMS
from insureweb.kernel import clock
from products.services.runs import start_run
from products.states import RunState
from tests.factories import claims as claimed
from tests.factories import trials as made
from tests.factories.products import PRODUCT_MANAGER

pytestmark = pytest.mark.django_db


def test_a_paid_claim_the_new_table_refers_is_listed():
    claim = claimed.decided()
    version = claim.policy.product_version
    decided = claim.decisions.order_by("sequence").first()
    place = next(
        place
        for place, rule in enumerate(version.definition["claims"]["rules"])
        if rule["id"] == decided.rules[0]["id"]
    )
    draft = made.draft((f"claims.rules.{place}.then", "refer"), of=version)
    run = start_run(work=CLAIMS, version=draft, by=PRODUCT_MANAGER, at=clock.now())
    made.worked_off()
    run.refresh_from_db()
    assert (run.state, run.compared, run.changed) == (RunState.FINISHED, 1, 1)
    assert run.matrix == [["pay", "refer", 1]]
    row = run.rows.get()
    assert (row.reference, row.stored, row.after["outcome"]) == (claim.no, "pay", "refer")
    assert row.inputs["coverage"] == claim.coverage


def stored(**fields):
    version = claimed.product(clock.now())
    usual = {
        "version": version, "content_hash": version.content_hash, "total": 3, "through_id": 9,
        "started_at": clock.now(), "started_by_kind": "staff", "started_by_id": "7a4f", "started_by_label": "X",
    }  # fmt: skip
    return ClaimsBackTest.objects.create(**(usual | fields))


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("claimsbacktest_hash_is_sha256", {"content_hash": "x"}),
        ("claimsbacktest_done_within_total", {"done": 4}),
        ("claimsbacktest_finished_is_complete", {"finished_at": clock.now()}),
        ("claimsbacktest_compares_what_is_done", {"compared": 1}),
        ("claimsbacktest_changes_what_it_compares", {"changed": 1}),
    ],
)
def test_a_run_that_cannot_be_is_refused(name, fields):
    claimed.product(clock.now())
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        stored(**fields)


def test_two_runs_of_a_version_are_not_at_work():
    stored()
    with pytest.raises(IntegrityError, match="claimsbacktest_one_at_work"), transaction.atomic():
        stored()


def test_a_row_is_compared_or_says_why_and_stands_once():
    run = stored()
    told = {"record_id": 1, "reference": "C-1", "stored": "pay", "problem": {"why": "x"}}
    ClaimsBackTestRow.objects.create(run=run, **told)
    with pytest.raises(IntegrityError, match="claims_back_test_once_for_a_decision"), transaction.atomic():
        ClaimsBackTestRow.objects.create(run=run, **told)
    with pytest.raises(IntegrityError, match="claimsbacktestrow_is_compared_or_says_why"), transaction.atomic():
        ClaimsBackTestRow.objects.create(run=run, **(told | {"record_id": 2, "problem": {}}))
