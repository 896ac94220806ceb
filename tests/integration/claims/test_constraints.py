"""Each named constraint, violated by a writer that goes round the services."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from claims.models import Claim, ClaimDeadline, ClaimDecision, Evidence, ReserveMovement, ReviewRequest, Settlement
from insureweb.kernel import clock
from insureweb.kernel.localized import Localized
from tests.factories import claims

pytestmark = pytest.mark.django_db


def refused_by(constraint: str, act: Any) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        carry_out(act)


def carry_out(act: Any) -> None:
    with transaction.atomic():
        act()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.fixture
def claim() -> Claim:
    return claims.referred()


def change(claim: Claim, **fields: Any) -> Any:
    return lambda: Claim.objects.filter(pk=claim.pk).update(**fields)


@pytest.mark.parametrize("name", ["amount_claimed", "amount_assessed", "amount_approved", "amount_paid"])
def test_amounts_are_not_negative(claim: Claim, name: str) -> None:
    refused_by(f"claim_{name}_not_negative|claim_paid_within_approved", change(claim, **{name: -1}))


def test_never_more_paid_than_approved(claim: Claim) -> None:
    refused_by("claim_paid_within_approved", change(claim, amount_paid=1))


def test_paid_means_paid_in_full() -> None:
    claim = claims.paid()
    refused_by("claim_paid_in_full", change(claim, amount_approved=900))


def test_out_of_hospital_after_in(claim: Claim) -> None:
    refused_by(
        "claim_admitted_before_discharged", change(claim, discharged_date=claim.admitted_date - timedelta(days=1))
    )


def test_into_hospital_after_the_event(claim: Claim) -> None:
    refused_by("claim_event_before_admission", change(claim, event_date=claim.admitted_date + timedelta(days=1)))


def test_a_sent_claim_is_complete(claim: Claim) -> None:
    refused_by("claim_sent_is_complete", change(claim, payee_account=None))
    refused_by("claim_sent_is_complete", change(claim, notified_at=None))


def test_one_live_claim_for_a_stay(claim: Claim) -> None:
    second = claims.draft(claim.policy)
    refused_by(
        "claim_one_live_for_a_stay",
        lambda: Claim.objects.filter(pk=second.pk).update(
            state="submitted", notified_at=clock.now(), payee_account=b"sealed"
        ),
    )


def test_illegal_moves_are_refused_by_the_database(claim: Claim) -> None:
    refused_by("may not become", change(claim, state="submitted"))


def test_a_file_is_added_once(claim: Claim) -> None:
    def add() -> None:
        for _each in range(2):
            Evidence.objects.create(claim=claim, file=uuid4(), sha256="a" * 64, added_at=clock.now())

    refused_by("evidence_is_added_once", add)


def decision(claim: Claim, **fields: Any) -> Any:
    given = {
        "claim": claim, "sequence": 9, "maker": "person", "outcome": "refer", "words": Localized("好", "Good"),
        "actor_kind": "staff", "actor_id": "1", "actor_label": "x", "at": clock.now(),
    }  # fmt: skip
    return lambda: ClaimDecision.objects.create(**(given | fields))


def test_decisions_are_numbered_once(claim: Claim) -> None:
    refused_by("claim_decision_sequence_is_unique", decision(claim, sequence=1))


def test_documents_are_asked_for_once(claim: Claim) -> None:
    claims.asked(claim)
    refused_by("claim_documents_are_asked_once", decision(claim, outcome="documents"))


def test_a_machine_refuses_formally(claim: Claim) -> None:
    refused_by(
        "claim_machine_refuses_formally", decision(claim, outcome="refuse", maker="automatic", ground="not_covered")
    )


def test_a_refusal_has_a_ground(claim: Claim) -> None:
    refused_by("claim_refusal_has_a_ground", decision(claim, outcome="refuse"))


def test_a_payment_has_an_amount(claim: Claim) -> None:
    refused_by("claim_payment_has_an_amount", decision(claim, outcome="pay"))
    refused_by("claim_decision_amount_not_negative", decision(claim, amount=-1))


def test_words_stand_in_both_languages(claim: Claim) -> None:
    refused_by("claim_decision_words_in_both_languages", decision(claim, words={"en": "Good"}))


def test_decisions_and_reserves_are_never_changed(claim: Claim) -> None:
    refused_by("is append-only", lambda: ClaimDecision.objects.filter(claim=claim).update(note="x"))
    refused_by("is append-only", lambda: ReserveMovement.objects.filter(claim=claim).delete())


def movement(claim: Claim, **fields: Any) -> Any:
    given = {"claim": claim, "sequence": 9, "cause": "opened", "change": 1, "balance": 1, "at": clock.now()}
    return lambda: ReserveMovement.objects.create(**(given | fields))


def test_reserves(claim: Claim) -> None:
    refused_by("reserve_balance_not_negative", movement(claim, balance=-1))
    refused_by("reserve_movement_moves", movement(claim, change=0))
    refused_by("reserve_sequence_is_unique", movement(claim, sequence=1))


def settlement(claim: Claim, no: str, **fields: Any) -> Any:
    given = {"claim": claim, "no": no, "kind": "full", "amount": 1, "requested_at": clock.now()}
    return Settlement.objects.create(**(given | fields))


def test_settlements(claim: Claim) -> None:
    refused_by("settlement_amount_above_zero", lambda: settlement(claim, "a", amount=0))
    refused_by("settlement_one_at_a_time", lambda: [settlement(claim, no) for no in ("a", "b")])


def test_deadlines(claim: Claim) -> None:
    row = claim.deadlines.get(duty="decide")
    rows = ClaimDeadline.objects.filter(pk=row.pk)
    refused_by("claim_deadline_due_after_start", lambda: rows.update(due_at=row.started_at))
    refused_by("claim_deadline_ends_once", lambda: rows.update(met_at=clock.now(), dropped_at=clock.now()))
    twin = {"valid_from": row.valid_from, "days": 30, "started_at": row.started_at, "due_at": row.due_at}
    refused_by("claim_deadline_runs_once", lambda: ClaimDeadline.objects.create(claim=claim, duty="decide", **twin))


def test_reviews(claim: Claim) -> None:
    def ask(**fields: Any) -> ReviewRequest:
        return ReviewRequest.objects.create(claim=claim, came_from="refused", asked_at=clock.now(), **fields)

    refused_by("claim_review_one_at_a_time", lambda: [ask(), ask()])
    refused_by("claim_review_is_answered", lambda: ReviewRequest.objects.filter(pk=ask().pk).update(state="upheld"))
