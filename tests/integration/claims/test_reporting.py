"""Reporting through the services: drafts, two claims for one stay, withdrawing, bad files."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from claims.models import Claim, Evidence
from claims.services.evidence import add_evidence, remove_evidence
from claims.services.reporting import name_payee, report_incident, send_claim, submit_claim, withdraw_claim
from claims.services.upkeep import close_quiet_claims, discard_old_drafts, note_missed_deadlines
from claims.states import ClaimState
from customers.actors import actor_of
from insureweb.kernel import clock
from insureweb.kernel.checks import Refused
from tests.factories import claims, customers

pytestmark = pytest.mark.django_db


def test_a_draft_is_saved_and_changed_in_place() -> None:
    draft = claims.draft()
    changed = report_incident(
        user=draft.user, policy=draft.policy, coverage="hospital_cash", incident=claims.incident(nights=5), draft=draft,
        by=actor_of(draft.user), at=clock.now(),
    )  # fmt: skip
    assert changed.no == draft.no
    assert Claim.objects.count() == 1
    assert (changed.discharged_date - changed.admitted_date).days == 5
    assert changed.no.startswith("LPL")


def test_health_data_is_sealed() -> None:
    claim = claims.submitted(account=claims.ACCOUNT)
    with connection.cursor() as cursor:
        cursor.execute("SELECT hospital, what_happened, payee_account FROM claims_claim WHERE id = %s", [claim.pk])
        stored = b"".join(bytes(value) for value in cursor.fetchone())
    assert not any(word.encode() in stored for word in ("人民医院", "骑车", claims.ACCOUNT))
    again = claims.fresh(claim)
    assert str(again.what_happened) == "****"
    assert str(again.payee_account).endswith("0123")
    assert again.what_happened.open().startswith("骑车")


def test_another_customers_policy_is_unknown() -> None:
    covered, stranger = claims.policy(), customers.customer()
    with pytest.raises(Refused) as refusal:
        report_incident(
            user=stranger, policy=covered, coverage="hospital_cash", incident=claims.incident(),
            by=actor_of(stranger), at=clock.now(),
        )  # fmt: skip
    assert refusal.value.code == "unknown_policy"


def test_an_unknown_cover_is_refused() -> None:
    covered = claims.policy()
    with pytest.raises(Refused) as refusal:
        report_incident(
            user=covered.user, policy=covered, coverage="moon", incident=claims.incident(), by=actor_of(covered.user),
            at=clock.now(),
        )  # fmt: skip
    assert refusal.value.code == "unknown_coverage"


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"event_date": None}, "event_date"),
        ({"event_date": claims.day(1)}, "event_date"),
        ({"event_date": claims.day(-20000)}, "event_date"),
        ({"what_happened": " "}, "what_happened"),
        ({"hospital": ""}, "hospital"),
        ({"admitted": None}, "admitted"),
        ({"admitted": claims.day(-90)}, "admitted"),
        ({"discharged": None}, "discharged"),
        ({"discharged": claims.day(2)}, "discharged"),
        ({"discharged": claims.day(-19)}, "discharged"),
    ],
)
def test_what_cannot_be_is_named_at_its_field(told: dict, field: str) -> None:
    with pytest.raises(Refused) as refusal:
        claims.draft(**told)
    assert refusal.value.field == field


def test_two_claims_for_the_same_stay_are_refused() -> None:
    first = claims.submitted()
    for changes in ({}, {"nights": 3}, {"nights": 12}):
        with pytest.raises(Refused) as refusal:
            claims.submitted(first.policy, **changes)
        assert refusal.value.code == "claimed_already"
        assert first.no in str(refusal.value.message)
    later = claims.submitted(first.policy, nights=4, ended=4, event_date=first.event_date)
    assert later.state == ClaimState.SUBMITTED


def test_a_sum_paid_once_is_claimed_once() -> None:
    first = claims.submitted(coverage="death")
    with pytest.raises(Refused):
        claims.submitted(first.policy, coverage="death", event_date=claims.day(-30))


def test_sending_twice_is_one_claim() -> None:
    claim = claims.with_papers(claims.draft())
    by = actor_of(claim.user)
    for _each in range(2):
        send_claim(claim=claim, account=claims.ACCOUNT, by=by, at=clock.now())
    assert Claim.objects.exclude(state="draft").count() == 1
    assert claim.deadlines.count() == 3
    with pytest.raises(Refused):
        name_payee(claim=claim, account=claims.ACCOUNT, by=by, at=clock.now())


def test_the_account_is_remembered_for_the_next_claim() -> None:
    claim = claims.draft()
    send_claim(claim=claim, account=claims.ACCOUNT, by=actor_of(claim.user), at=clock.now())
    second = claims.draft(claim.policy, nights=2, ended=2)
    sent = send_claim(claim=second, account=None, by=actor_of(claim.user), at=clock.now())
    assert sent.payee_account.open() == claims.ACCOUNT


def test_a_claim_needs_an_account() -> None:
    claim = claims.draft()
    with pytest.raises(Refused) as refusal:
        submit_claim(claim=claim, by=actor_of(claim.user), at=clock.now())
    assert refusal.value.code == "payee_missing"
    with pytest.raises(Refused) as refusal:
        name_payee(claim=claim, account="12a", by=actor_of(claim.user), at=clock.now())
    assert refusal.value.field == "account"


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("empty.png", b"", "image/png"),
        ("fake.png", b"<html>not a picture</html>", "image/png"),
        ("broken.jpg", b"\xff\xd8\xff\xe0" + b"0" * 200, "image/jpeg"),
        ("program.pdf", b"MZ" + b"0" * 200, "application/pdf"),
    ],
)
def test_bad_files_are_refused_in_words(name: str, content: bytes, kind: str) -> None:
    claim = claims.draft()
    with pytest.raises(Refused) as refusal:
        add_evidence(
            claim=claim, file=SimpleUploadedFile(name, content, kind), kind="discharge", by=actor_of(claim.user),
            at=clock.now(),
        )  # fmt: skip
    assert str(refusal.value.message)
    assert not Evidence.objects.exists()


def test_the_same_file_is_kept_once_and_can_be_taken_off_a_draft() -> None:
    claim = claims.draft()
    by = actor_of(claim.user)
    for _each in range(2):
        kept = add_evidence(claim=claim, file=claims.photo(), kind="discharge", by=by, at=clock.now())
    assert claim.evidence.count() == 1
    remove_evidence(claim=claim, file=str(kept.file), by=by, at=clock.now())
    assert claim.evidence.count() == 0


def test_withdrawn_until_decided() -> None:
    claim = claims.referred()
    withdrawn = withdraw_claim(claim=claim, by=actor_of(claim.user), at=clock.now())
    assert withdrawn.state == ClaimState.WITHDRAWN
    assert withdrawn.due_at is None
    assert claims.fresh(claim).reserve.order_by("-sequence").first().balance == 0
    again = claims.submitted(claim.policy)
    assert again.state == ClaimState.SUBMITTED
    paid = claims.paid()
    with pytest.raises(Refused):
        withdraw_claim(claim=paid, by=actor_of(paid.user), at=clock.now())


def test_time_marks_missed_deadlines_and_closes_quiet_claims() -> None:
    begun = clock.now() - timedelta(days=45)
    claim = claims.referred(at=begun, ended=60)
    assert note_missed_deadlines(by=claims.SYSTEM, at=begun + timedelta(days=20)) == 1
    assert note_missed_deadlines(by=claims.SYSTEM, at=begun + timedelta(days=32)) == 1
    assert claim.deadlines.get(duty="decide").missed_at
    assert claim.deadlines.get(duty="ask_once").missed_at
    paid = claims.paid()
    assert close_quiet_claims(by=claims.SYSTEM, at=clock.now() + timedelta(days=29)) == 0
    assert close_quiet_claims(by=claims.SYSTEM, at=clock.now() + timedelta(days=31)) == 1
    assert claims.fresh(paid).state == ClaimState.CLOSED


def test_forgotten_drafts_are_discarded() -> None:
    draft = claims.draft(at=clock.now() - timedelta(days=61), ended=80)
    assert discard_old_drafts(by=claims.SYSTEM, at=clock.now()) == 1
    assert claims.fresh(draft).state == ClaimState.WITHDRAWN
