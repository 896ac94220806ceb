"""What time does to claims: decisions that got stuck, deadlines passed, drafts forgotten, cases closed."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import Q

from claims.models import Claim, Duty
from claims.services.deadlines import drop_duty, mark_missed
from claims.services.deciding import decide_automatically
from claims.services.locking import locked_claim
from claims.states import CLAIM, ClaimState, ReviewState
from claims.time_limits import time_limit
from insureweb.kernel.actors import Actor
from insureweb.kernel.context import use_case
from insureweb.kernel.periods import business_date
from insureweb.kernel.states import transition

logger = logging.getLogger(__name__)
STUCK_AFTER = timedelta(minutes=2)
DRAFTS_KEPT = timedelta(days=60)
BATCH = 200


def decide_stuck_claims(*, by: Actor, at: datetime) -> int:
    """Decide claims whose listener did not; how many."""
    stuck = Claim.objects.filter(state=ClaimState.SUBMITTED, notified_at__lte=at - STUCK_AFTER)
    return _for_each(stuck.order_by("id"), lambda number: decide_automatically(claim_no=number, by=by, at=at))


@use_case
def note_missed_deadlines(*, by: Actor, at: datetime) -> int:
    """Mark duties whose last day is over; how many."""
    late = mark_missed(at=at, limit=BATCH)
    for deadline in late:
        logger.warning("claim_deadline_missed", extra={"claim": deadline.claim.no, "duty": deadline.duty})
    return len(late)


def discard_old_drafts(*, by: Actor, at: datetime) -> int:
    """Drafts nobody came back to are withdrawn; how many."""
    old = Claim.objects.filter(state=ClaimState.DRAFT, created_at__lte=at - DRAFTS_KEPT).order_by("id")
    return _for_each(old, lambda number: _end(claim_no=number, state=ClaimState.WITHDRAWN, by=by, at=at))


def close_quiet_claims(*, by: Actor, at: datetime) -> int:
    """Close what was paid or refused when nobody has objected for the days we promise; how many."""
    limit = time_limit("close", line="any", day=business_date(at))
    before = at - timedelta(days=limit.days)
    quiet = Claim.objects.filter(
        Q(state=ClaimState.PAID, paid_at__lte=before) | Q(state=ClaimState.REFUSED, decided_at__lte=before)
    ).exclude(reviews__state=ReviewState.OPEN)
    return _for_each(quiet.order_by("id"), lambda number: _end(claim_no=number, state=ClaimState.CLOSED, by=by, at=at))


@use_case
def _end(*, claim_no: str, state: ClaimState, by: Actor, at: datetime) -> None:
    claim = locked_claim(claim_no)
    if (claim.state, state) in CLAIM.moves:
        transition(claim, CLAIM, state, by=by, at=at)
        drop_duty(claim, *Duty, at=at)


def _for_each(claims: object, act: Callable[[str], object]) -> int:
    """One transaction a claim: one that cannot be done does not hold up the rest."""
    done = 0
    for number in list(claims.values_list("no", flat=True)[:BATCH]):  # type: ignore[attr-defined]
        try:
            act(number)
        except Exception:
            logger.exception("claim_upkeep_failed", extra={"claim": number})
        else:
            done += 1
    return done
