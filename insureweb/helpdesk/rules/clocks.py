"""When we owe the next step of a conversation."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from insureweb.kernel.localized import Localized
from insureweb.kernel.periods import business_date, midnight

UNITS = ("day", "work_day")


@dataclass(frozen=True, slots=True)
class Limit:
    """One dated promise or legal limit; `step` counts extensions."""

    kind: str
    step: int
    valid_from: date
    length: int
    unit: str
    basis: str
    article: Localized
    words: Localized


def limit_for(limits: Iterable[Limit], kind: str, *, step: int, day: date) -> Limit:
    """The limit in force on a day.

    Raises:
        LookupError: there is none.
    """
    found = [limit for limit in limits if (limit.kind, limit.step) == (kind, step) and limit.valid_from <= day]
    if not found:
        raise LookupError(f"No time limit for {kind}, step {step}, on {day}.")
    return max(found, key=lambda limit: limit.valid_from)


def due_after(limit: Limit, received: datetime, is_working: Callable[[date], bool]) -> datetime:
    """The instant at which the limit's last day ends in Shanghai."""
    day = business_date(received)
    left = limit.length
    while left:
        day += timedelta(days=1)
        left -= 1 if limit.unit == "day" or is_working(day) else 0
    return midnight(day + timedelta(days=1))
