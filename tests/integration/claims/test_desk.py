"""Adjusters: documents once, approve within authority, the second person, refuse with a letter, reviews."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest

from claims.models import Duty, Outcome, RefusalGround
from claims.services.desk import approve_claim, ask_for_documents, pay_advance, refuse_claim, send_documents, take_claim
from claims.services.reviews import ask_review, uphold_decision
from claims.states import ClaimState, ReviewState
from customers.actors import actor_of
from customers.models import Message
from insureweb.documents.models import Document
from insureweb.finance.models import LedgerTransaction, Payout
from insureweb.finance.selectors import balances
from insureweb.finance.services.payouts import approve_payout, reject_payout
from insureweb.kernel import clock
from insureweb.kernel.checks import Refused
from insureweb.kernel.money import Money
from insureweb.kernel.states import NotAllowed
from tests.factories import claims, customers
from tests.factories.worked_tables import figure, worked_rows

pytestmark = pytest.mark.django_db
BOOKS = worked_rows("claims.md", "4. The books", 1)


def approve(claim, amount="500.00", *, by, note="Seen the papers"):
    return approve_claim(claim=claim, amount=Money.of(amount), note=note, by=by, at=clock.now())


def books_of(*subjects: tuple[str, str]) -> list[Decimal]:
    """What stands about these on the accounts of the worked table in docs/algorithms/claims.md."""
    sums: Counter[str] = Counter()
    for subject in subjects:
        for balance in balances(subject=subject):
            sums[balance.code.replace("_", " ")] += balance.amount
    return [sums[name] for name in BOOKS[0] if name != "after"]


def in_the_books(after: str) -> list[Decimal]:
    (row,) = (row for row in BOOKS if row["after"] == after)
    return [figure(cell) for name, cell in row.items() if name != "after"]


def test_referred_approved_second_person_paid() -> None:
    claim, adjuster, approver = claims.referred(), claims.adjuster(), claims.approver()
    about = ("claim", claim.no)
    assert books_of(about) == in_the_books("referred")
    approve(claim, "450.00", by=actor_of(adjuster.user))
    claim = claims.fresh(claim)
    assert claim.state == ClaimState.APPROVED
    assert claim.reserve.order_by("-sequence").first().balance == Decimal(450)
    assert books_of(about) == in_the_books("approved by a person")
    assert not LedgerTransaction.objects.filter(subject_no=claim.no, kind="claim_payable").exists()
    claims.settle()
    assert not Message.objects.filter(kind="claim_pay").exists(), (
        "nothing reaches the customer before the second person"
    )
    payout = Payout.objects.get()
    with pytest.raises(Refused) as refusal:
        approve_payout(payout=payout, by=actor_of(adjuster.user), at=clock.now())
    assert refusal.value.code == "same_person"
    approve_payout(payout=payout, by=actor_of(approver.user), at=clock.now())
    claims.settle()
    claim = claims.fresh(claim)
    assert claim.state == ClaimState.PAID
    assert books_of(about) == in_the_books("on its way")
    assert books_of(about, ("payout", payout.no)) == in_the_books("paid")
    assert LedgerTransaction.objects.filter(subject_no=claim.no, kind="claim_payable").count() == 1
    assert claim.reserve.order_by("-sequence").first().balance == Decimal(0)
    assert Document.objects.filter(kind="claim_letter", subject_no=claim.no).count() == 1


def test_the_second_person_says_no() -> None:
    claim, approver = claims.approved(claims.referred()), claims.approver()
    reject_payout(
        payout=Payout.objects.get(), reason="The invoice is unreadable", by=actor_of(approver.user), at=clock.now()
    )
    claims.settle()
    claim = claims.fresh(claim)
    assert claim.state == ClaimState.REFERRED
    assert (claim.amount_approved, claim.days_paid) == (Decimal(0), 0)
    assert not Message.objects.filter(kind="claim_pay").exists()
    assert claim.deadlines.get(duty=Duty.DECIDE).is_running
    approve(claim, by=actor_of(claims.adjuster().user))
    assert claim.settlements.order_by("-id").first().no == f"{claim.no}-2"


def test_authority_ends_at_its_limit() -> None:
    claim = claims.referred()
    with pytest.raises(Refused) as refusal:
        approve(claim, by=actor_of(claims.adjuster(400).user))
    assert refusal.value.code == "above_authority"
    assert "¥500.00" in str(refusal.value.message)
    assert not Payout.objects.exists()


def test_nobody_pays_more_than_the_contract_leaves() -> None:
    claim = claims.referred()
    with pytest.raises(Refused) as refusal:
        approve(claim, "800.01", by=actor_of(claims.adjuster().user))
    assert refusal.value.code == "above_the_contract"


def test_another_amount_needs_a_reason() -> None:
    claim, by = claims.referred(), actor_of(claims.adjuster().user)
    with pytest.raises(Refused) as refusal:
        approve(claim, "450.00", by=by, note=" ")
    assert refusal.value.field == "note"
    decision = approve(claim, "450.00", by=by, note="One night was not in hospital")
    assert decision.lines[-1]["code"] == "set_by_person"
    assert decision.lines[-1]["value"] == "450.00"


@pytest.mark.parametrize("role", ["underwriter", "customer_service", "finance", "auditor", "system_admin"])
def test_other_roles_do_not_decide(role: str) -> None:
    claim, by = claims.referred(), actor_of(customers.colleague(role, claims_limit=10**6).user)
    for act in (
        lambda: approve(claim, by=by),
        lambda: ask_for_documents(claim=claim, wanted=["discharge"], by=by, at=clock.now()),
        lambda: take_claim(claim=claim, staff=claim.user, by=by, at=clock.now()),
        lambda: refuse_claim(
            claim=claim, ground=RefusalGround.EXCLUDED, words=claims.WORDS, note="no", by=by, at=clock.now()
        ),
    ):
        with pytest.raises((Refused, NotAllowed)):
            act()


def test_nobody_decides_about_their_own_claim() -> None:
    profile = claims.adjuster()
    claim = claims.referred()
    type(claim).objects.filter(pk=claim.pk).update(user=profile.user)
    with pytest.raises(Refused) as refusal:
        approve(claims.fresh(claim), by=actor_of(profile.user))
    assert refusal.value.code == "own_claim"


def test_documents_are_asked_for_once_and_stop_the_clock() -> None:
    start = clock.now() - timedelta(days=10)
    claim = claims.referred(at=start, ended=20)
    asked_at, sent_at = start + timedelta(days=1), start + timedelta(days=6)
    claim = claims.asked(claim, "invoice", at=asked_at)
    assert claim.state == ClaimState.EVIDENCE_WANTED
    assert claim.due_at is None
    assert claim.deadlines.get(duty=Duty.ASK_ONCE).met_at == asked_at
    with pytest.raises(Refused) as refusal:
        send_documents(claim=claim, by=actor_of(claim.user), at=sent_at)
    assert refusal.value.code == "no_documents"
    claims.with_papers(claim, "invoice", at=sent_at)
    send_documents(claim=claim, by=actor_of(claim.user), at=sent_at)
    claim = claims.fresh(claim)
    assert claim.state == ClaimState.REFERRED
    decide = claim.deadlines.get(duty=Duty.DECIDE)
    assert decide.waited_days == 5
    assert decide.is_running
    assert claim.due_at == decide.due_at
    with pytest.raises(Refused) as refusal:
        claims.asked(claim, "discharge")
    assert refusal.value.code == "asked_already"


def test_a_request_names_known_papers() -> None:
    claim, by = claims.referred(), actor_of(claims.adjuster().user)
    for wanted, code in (([], "nothing_wanted"), (["passport"], "nothing_wanted"), (["other"], "other_needs_words")):
        with pytest.raises(Refused) as refusal:
            ask_for_documents(claim=claim, wanted=wanted, by=by, at=clock.now())
        assert refusal.value.code == code


def test_a_person_refuses_with_ground_reason_and_letter() -> None:
    claim = claims.referred()
    with pytest.raises(Refused) as refusal:
        refuse_claim(
            claim=claim, ground=RefusalGround.EXCLUDED, words=claims.WORDS, note="",
            by=actor_of(claims.adjuster().user), at=clock.now(),
        )  # fmt: skip
    assert refusal.value.field == "note"
    claim = claims.refused(claim)
    assert claim.state == ClaimState.REFUSED
    assert claim.deadlines.get(duty=Duty.REFUSE).is_running
    claims.settle()
    duty = claim.deadlines.get(duty=Duty.REFUSE)
    assert duty.met_at
    assert duty.missed_at is None
    assert Document.objects.get(kind="claim_letter").subject_no == claim.no
    assert claim.reserve.order_by("-sequence").first().balance == Decimal(0)


def test_one_tap_brings_another_person() -> None:
    first = claims.adjuster()
    claim = claims.refused(claims.referred(), by=actor_of(first.user))
    customer = actor_of(claim.user)
    review = ask_review(claim=claim, words="请再看一遍", by=customer, at=clock.now())
    assert ask_review(claim=claim, by=customer, at=clock.now()) == review
    claim = claims.fresh(claim)
    assert claim.state == ClaimState.REFERRED
    assert claim.deadlines.get(duty=Duty.REVIEW).is_running
    with pytest.raises(Refused) as refusal:
        uphold_decision(claim=claim, words=claims.WORDS, note="Right", by=actor_of(first.user), at=clock.now())
    assert refusal.value.code == "same_person"
    uphold_decision(claim=claim, words=claims.WORDS, note="Right", by=actor_of(claims.adjuster().user), at=clock.now())
    review.refresh_from_db()
    assert review.state == ReviewState.UPHELD
    assert claims.fresh(claim).state == ClaimState.REFUSED


def test_a_review_may_change_the_decision() -> None:
    claim = claims.refused(claims.referred())
    ask_review(claim=claim, by=actor_of(claim.user), at=clock.now())
    approve(claim, by=actor_of(claims.adjuster().user))
    assert claim.reviews.get().state == ReviewState.CHANGED
    approve_payout(payout=Payout.objects.get(), by=actor_of(claims.approver().user), at=clock.now())
    claims.settle()
    assert claims.fresh(claim).state == ClaimState.PAID


def test_a_paid_claim_reviewed_gets_the_rest_only() -> None:
    claim = claims.paid()
    ask_review(claim=claim, by=actor_of(claim.user), at=clock.now())
    by = actor_of(claims.adjuster().user)
    with pytest.raises(Refused):
        approve(claim, "300.01", by=by)
    approve(claim, "300.00", by=by, note="The first three days count here")
    payout = Payout.objects.latest("id")
    assert payout.amount == Decimal(300)
    approve_payout(payout=payout, by=actor_of(claims.approver().user), at=clock.now())
    claims.settle()
    claim = claims.fresh(claim)
    assert (claim.state, claim.amount_paid, claim.amount_approved) == (ClaimState.PAID, Decimal(800), Decimal(800))


def test_the_certain_part_is_paid_first() -> None:
    claim = claims.referred()
    by = actor_of(claims.adjuster().user)
    pay_advance(claim=claim, amount=Money.of("300.00"), note="Three days are proven", by=by, at=clock.now())
    approve_payout(payout=Payout.objects.get(), by=actor_of(claims.approver().user), at=clock.now())
    claims.settle()
    claim = claims.fresh(claim)
    assert (claim.state, claim.amount_paid) == (ClaimState.REFERRED, Decimal(300))
    assert claim.deadlines.get(duty=Duty.ADVANCE).met_at
    assert claim.deadlines.get(duty=Duty.DECIDE).is_running
    approve(claim, "200.00", by=actor_of(claims.adjuster().user), note="The rest")
    approve_payout(payout=Payout.objects.latest("id"), by=actor_of(claims.approver().user), at=clock.now())
    claims.settle()
    claim = claims.fresh(claim)
    assert (claim.state, claim.amount_paid) == (ClaimState.PAID, Decimal(500))
    assert [row.outcome for row in claim.decisions.all()] == [Outcome.REFER, Outcome.ADVANCE, Outcome.PAY]


def test_one_payment_at_a_time() -> None:
    claim = claims.referred()
    by = actor_of(claims.adjuster().user)
    pay_advance(claim=claim, amount=Money.of("300.00"), note="Proven", by=by, at=clock.now())
    with pytest.raises(Refused) as refusal:
        approve(claim, "200.00", by=by)
    assert refusal.value.code == "payment_on_its_way"
