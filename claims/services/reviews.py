"""Another person looks again: one tap for the customer, an answer within the time we promise."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from claims.checks import check_acts_for_insured, check_may_review
from claims.models import Claim, ClaimDecision, Duty, Maker, Outcome, ReviewRequest
from claims.permissions import check_may_decide, check_other_person
from claims.services.deadlines import meet_duty, start_duty
from claims.services.locking import locked_claim
from claims.services.records import announce, record_decision
from claims.states import CLAIM, REVIEW, ClaimState, ReviewState
from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.context import use_case
from insureweb.kernel.localized import Localized
from insureweb.kernel.states import transition


def open_review(claim: Claim) -> ReviewRequest | None:
    return claim.reviews.filter(state=ReviewState.OPEN).first()


@use_case
def ask_review(*, claim: Claim, words: str = "", by: Actor, at: datetime) -> ReviewRequest:
    """The customer wants another person to look. Asking twice is asking once.

    Raises:
        Refused: nothing has been decided yet, or a newer claim has taken the same days.
    """
    locked = locked_claim(claim.no)
    running = open_review(locked)
    if running is not None:
        return running
    check_may_review(locked)
    check_acts_for_insured(locked, by)
    review = ReviewRequest.objects.create(
        claim=locked, came_from=locked.state, words=words.strip() or None, asked_at=at
    )
    try:
        with transaction.atomic():
            transition(locked, CLAIM, ClaimState.REFERRED, by=by, at=at, adjuster=None)
    except IntegrityError as error:
        if "claim_one_live_for_a_stay" not in str(error):
            raise
        raise Refused("newer_claim", _("A newer claim for the same days is open; it will be looked at.")) from error
    start_duty(locked, Duty.REVIEW, at=at)
    return review


@use_case
def uphold_decision(*, claim: Claim, words: Localized, note: str, by: Actor, at: datetime) -> ClaimDecision:
    """The review finds the decision right; the claim goes back to where it was.

    Raises:
        Refused: no review is open, no reason, or the actor made the decision under review.
    """
    locked = locked_claim(claim.no)
    check_may_decide(locked, by)
    review = open_review(locked)
    if review is None:
        raise Refused("no_review", _("Nobody has asked for a review of this claim."))
    check_other_person(locked, by)
    if not note.strip():
        raise Refused("reason_needed", _("Write down why the decision stands."), field="note")
    decision = record_decision(locked, maker=Maker.PERSON, outcome=Outcome.UPHOLD, words=words, note=note, by=by, at=at)
    transition(review, REVIEW, ReviewState.UPHELD, by=by, at=at, answered_at=at)
    back = ClaimState.PAID if locked.amount_paid else ClaimState.REFUSED
    transition(locked, CLAIM, back, by=by, at=at, reason=note)
    meet_duty(locked, Duty.REVIEW, at=at)
    announce(locked, decision, at=at)
    return decision


def close_review_as_changed(claim: Claim, *, by: Actor, at: datetime) -> None:
    """The review, if one is open, led to another decision. The caller has locked the claim and checked who decides."""
    review = open_review(claim)
    if review is not None:
        transition(review, REVIEW, ReviewState.CHANGED, by=by, at=at, answered_at=at)
