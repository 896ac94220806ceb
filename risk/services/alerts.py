"""Readings and the alerts they raise; what people do with an alert."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from customers.models import User
from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.context import use_case
from insureweb.kernel.states import transition
from products.rules.decisions import Decision
from risk.alert_table import judge, time_to_answer
from risk.models import Alert, IndicatorReading
from risk.rules.indicators import Measured
from risk.states import ALERT, LIVE_ALERTS, AlertState

LONGEST_REASON = 500


@use_case
def take_reading(
    *, indicator: str, subject_kind: str, subject: str, cause: str, measured: Measured, by: Actor, at: datetime
) -> IndicatorReading | None:
    """Keep one measurement and raise what the table says; None when it was taken for this cause before."""
    try:
        with transaction.atomic():
            reading = IndicatorReading.objects.create(
                indicator=indicator,
                subject_kind=subject_kind,
                subject=subject,
                cause=cause,
                value=measured.value,
                sample=measured.sample,
                usual=measured.usual,
                at=at,
            )
    except IntegrityError:
        return None
    decision = judge(indicator, measured)
    if decision.outcome != "none":
        raise_alert(reading=reading, decision=decision, by=by, at=at)
    return reading


@use_case
def raise_alert(*, reading: IndicatorReading, decision: Decision, by: Actor, at: datetime) -> Alert:
    """Raise an alert, or count another hit on the one that is live already."""
    (hit, *_others) = decision.rules
    live = Alert.objects.select_for_update().filter(rule=hit.id, subject=reading.subject, state__in=LIVE_ALERTS)
    known = live.first()
    if known is not None:
        known.hits += 1
        known.last_hit_at = max(at, known.last_hit_at)
        known.save(update_fields=["hits", "last_hit_at"])
        return known
    told = decision.as_json()
    return Alert.objects.create(
        rule=hit.id,
        table_id=decision.table_id,
        table_hash=decision.table_hash,
        severity=decision.outcome,
        words=hit.reason,
        inputs=told["inputs"],
        reading=reading,
        indicator=reading.indicator,
        subject_kind=reading.subject_kind,
        subject=reading.subject,
        opened_at=at,
        last_hit_at=at,
        due_at=at + time_to_answer(hit),
    )


@use_case
def take_alert(*, alert: Alert, staff: User, by: Actor, at: datetime) -> Alert:
    """The alert is in this person's hands.

    Raises:
        IllegalMove, NotAllowed
    """
    return transition(alert, ALERT, AlertState.ASSIGNED, by=by, at=at, assigned_to=staff)


@use_case
def release_alert(*, alert: Alert, by: Actor, at: datetime) -> Alert:
    """Back to the queue.

    Raises:
        IllegalMove, NotAllowed
        Refused: it is in somebody else's hands.
    """
    _check_own(alert, by)
    return transition(alert, ALERT, AlertState.OPEN, by=by, at=at, assigned_to=None)


@use_case
def close_alert(*, alert: Alert, reason: str, by: Actor, at: datetime) -> Alert:
    """Looked into and done, with the reason on file.

    Raises:
        IllegalMove, NotAllowed
        Refused: there is no reason, or it is in somebody else's hands.
    """
    _check_own(alert, by)
    words = reason.strip()[:LONGEST_REASON]
    if not words:
        raise Refused("reason_needed", _("Say what you found and why this is closed."), field="reason")
    return transition(alert, ALERT, AlertState.CLOSED, by=by, at=at, closed_at=at, closing_reason=words)


def _check_own(alert: Alert, by: Actor) -> None:
    if alert.state == AlertState.ASSIGNED and alert.assigned_to and str(alert.assigned_to.uuid) != by.id:
        raise Refused("not_yours", _("Somebody else has this alert."))
