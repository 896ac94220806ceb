"""The only writers of the risk register."""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from customers.models import StaffProfile
from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.context import use_case
from insureweb.kernel.fixed_query import lock_row
from insureweb.kernel.periods import business_date
from insureweb.kernel.states import transition
from risk.models import RiskEntry
from risk.rules.matrix import SCALE
from risk.states import RISK, RISK_MANAGER, RiskState

TEXTS = ("cause", "event", "consequence")


@use_case
def add_risk(
    *,
    category: str,
    cause: str,
    event: str,
    consequence: str,
    likelihood: int,
    impact: int,
    owner: StaffProfile,
    review_date: date,
    treatment: str = "",
    by: Actor,
    at: datetime,
) -> RiskEntry:
    """Write a risk into the register.

    Raises:
        Refused: a text is missing, a value is off the scale, the review date has passed, or the actor may not.
    """
    values = {
        "category": category, "cause": cause, "event": event, "consequence": consequence, "likelihood": likelihood,
        "impact": impact, "owner": owner, "review_date": review_date, "treatment": treatment,
    }  # fmt: skip
    _check_may(by)
    _check_values(values, at)
    return RiskEntry.objects.create(**values, created_at=at)


@use_case
def change_risk(
    *, entry: RiskEntry, values: dict[str, Any], state: str, reason: str, by: Actor, at: datetime
) -> RiskEntry:
    """Change what the register says about a risk, close it or open it again; the history keeps what it said before.

    Raises:
        Refused: as for `add_risk`, there is no reason, or the risk is closed and stays so.
        IllegalMove, NotAllowed
    """
    _check_may(by)
    if not reason.strip():
        raise Refused("reason_needed", _("Say why this changes."), field="reason")
    locked = lock_row(entry)
    if locked.state == state == RiskState.CLOSED:
        raise Refused("closed", _("This risk is closed. Open it again to change it."), field="state")
    _check_values(values, at)
    for name, value in values.items():
        setattr(locked, name, value)
    locked.save(update_fields=list(values))
    return locked if locked.state == state else transition(locked, RISK, state, by=by, at=at, reason=reason)


def _check_may(by: Actor) -> None:
    if not by.is_one_of({RISK_MANAGER, "system"}):
        raise Refused("not_allowed", _("Only risk managers write the register."))


def _check_values(values: dict[str, Any], at: datetime) -> None:
    for name in TEXTS:
        if not str(values.get(name, "")).strip():
            raise Refused("text_missing", _("Write a sentence."), field=name)
    for name in ("likelihood", "impact"):
        if values[name] not in SCALE:
            raise Refused("off_the_scale", _("Choose a number from 1 to 5."), field=name)
    if values["review_date"] < business_date(at):
        raise Refused("review_in_the_past", _("The review lies ahead: choose today or a later day."), "review_date")
