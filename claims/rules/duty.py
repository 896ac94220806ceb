"""Do we owe anything at all? The cover in force on the day, waiting periods, causes, and the formal grounds."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

NOT_IN_FORCE = "not_in_force"
DUPLICATE = "duplicate"
FORMAL_GROUNDS = (NOT_IN_FORCE, DUPLICATE)
ACCIDENT = "accident"


@dataclass(frozen=True, slots=True)
class Duty:
    """The findings on one claim. `formal_grounds` are the only ones on which a machine may refuse (PIPL article 24)."""

    in_force: bool
    waiting_over: bool
    waiting_ends: date | None
    cause_covered: bool
    duplicate: bool
    days_since_start: int

    @property
    def formal_grounds(self) -> tuple[str, ...]:
        found = {NOT_IN_FORCE: not self.in_force, DUPLICATE: self.duplicate}
        return tuple(ground for ground in FORMAL_GROUNDS if found[ground])


def examine_duty(
    *,
    event: date,
    cover_from: date | None,
    waiting_days: int,
    cause: str,
    causes: Collection[str],
    duplicate: bool,
) -> Duty:
    """Hold the event against the cover.

    `cover_from` is the first day of the cover in force on the event date, None when there was none. The waiting period
    counts from that day. A coverage that names no causes covers every cause.
    """
    if cover_from is None:
        return Duty(False, False, None, False, duplicate, 0)
    waiting_ends = cover_from + timedelta(days=waiting_days)
    return Duty(
        in_force=True,
        waiting_over=event >= waiting_ends,
        waiting_ends=waiting_ends if waiting_days else None,
        cause_covered=not causes or cause in causes,
        duplicate=duplicate,
        days_since_start=max((event - cover_from).days, 0),
    )
