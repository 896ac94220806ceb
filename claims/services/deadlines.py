"""Starts, stops and ends the duties of the statutory clock. Called by the other services inside their transaction."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Min

from claims.models import Claim, ClaimDeadline, Duty
from claims.rules import clocks
from claims.time_limits import time_limit
from insureweb.kernel.periods import business_date


def start_duty(claim: Claim, duty: Duty, *, at: datetime) -> ClaimDeadline:
    """Begin a duty with the limit in force today; a running one of the same kind is kept."""
    running = claim.deadlines.filter(duty=duty, met_at__isnull=True, dropped_at__isnull=True).first()
    if running is not None:
        return running
    limit = time_limit(duty, line=claim.line, day=business_date(at))
    deadline = ClaimDeadline.objects.create(
        claim=claim,
        duty=duty,
        valid_from=limit.valid_from,
        days=limit.days,
        started_at=at,
        due_at=clocks.due_at(at, limit.days),
    )
    _repeat_next(claim)
    return deadline


def meet_duty(claim: Claim, *duties: Duty, at: datetime) -> None:
    """The duties are done; late ones keep their mark."""
    for deadline in _open(claim, duties):
        deadline.met_at = at
        deadline.missed_at = deadline.missed_at or (at if deadline.is_late(at) else None)
        deadline.stopped_at = None
        deadline.save(update_fields=["met_at", "missed_at", "stopped_at"])
    _repeat_next(claim)


def drop_duty(claim: Claim, *duties: Duty, at: datetime) -> None:
    """The duties no longer apply."""
    for deadline in _open(claim, duties):
        deadline.dropped_at = at
        deadline.save(update_fields=["dropped_at"])
    _repeat_next(claim)


def stop_clock(claim: Claim, *, at: datetime) -> None:
    """We wait for documents: duties that may stop, stop."""
    for deadline in _open(claim, Duty.values):
        if deadline.stopped_at is None and _limit_of(deadline).stops:
            deadline.stopped_at = at
            deadline.save(update_fields=["stopped_at"])
    _repeat_next(claim)


def resume_clock(claim: Claim, *, at: datetime) -> None:
    """The documents are here: the days waited are added to what is left."""
    for deadline in _open(claim, Duty.values):
        if deadline.stopped_at is not None:
            deadline.waited_days += clocks.waited_days(deadline.stopped_at, at)
            deadline.due_at = clocks.due_at(deadline.started_at, deadline.days, deadline.waited_days)
            deadline.stopped_at = None
            deadline.save(update_fields=["waited_days", "due_at", "stopped_at"])
    _repeat_next(claim)


def mark_missed(*, at: datetime, limit: int) -> list[ClaimDeadline]:
    """Mark running duties whose last day is over; those marked now."""
    late = list(
        ClaimDeadline.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(
            due_at__lte=at,
            met_at__isnull=True,
            dropped_at__isnull=True,
            missed_at__isnull=True,
            stopped_at__isnull=True,
        )
        .select_related("claim")
        .order_by("due_at", "id")[:limit]
    )
    for deadline in late:
        deadline.missed_at = at
        deadline.save(update_fields=["missed_at"])
    return late


def _open(claim: Claim, duties: Iterable[str]) -> list[ClaimDeadline]:
    return list(
        ClaimDeadline.objects.select_for_update(of=("self",))
        .filter(claim=claim, duty__in=duties, met_at__isnull=True, dropped_at__isnull=True)
        .select_related("claim")
        .order_by("id")
    )


def _limit_of(deadline: ClaimDeadline) -> clocks.Limit:
    return time_limit(deadline.duty, line=deadline.claim.line, day=deadline.valid_from)


def _repeat_next(claim: Claim) -> None:
    """Keep the next running deadline on the claim, where the queue orders by it."""
    running = claim.deadlines.filter(met_at__isnull=True, dropped_at__isnull=True, stopped_at__isnull=True)
    due = running.aggregate(next=Min("due_at"))["next"]
    if claim.due_at != due:
        claim.due_at = due
        claim.save(update_fields=["due_at"])
