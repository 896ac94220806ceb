"""The statutory clock of a claim: when a duty began, when it ends, and what stops it.

Days are calendar days in Shanghai. A duty begun on a day is due at the end of the n-th day after it. Time the insurer
waits for documents is not counted (Supreme People's Court, Interpretation II of the Insurance Law, article 15).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from insureweb.kernel.localized import Localized
from insureweb.kernel.periods import business_date, midnight

ANY_LINE = "any"
BASES = ("law", "house")


@dataclass(frozen=True, slots=True)
class Limit:
    """One dated time limit with its article. `stops` says whether waiting for documents stops it."""

    key: str
    line: str
    valid_from: date
    days: int
    basis: str
    stops: bool
    article: Localized
    words: Localized


def limit_for(limits: Iterable[Limit], key: str, *, line: str, day: date) -> Limit:
    """The limit in force on a day; a line of business with its own limit goes before the general one.

    Raises:
        LookupError: the data has no such limit for that day.
    """
    valid = [limit for limit in limits if limit.key == key and limit.valid_from <= day]
    own = [limit for limit in valid if limit.line == line]
    found = own or [limit for limit in valid if limit.line == ANY_LINE]
    if not found:
        raise LookupError(f"No time limit {key!r} for {line!r} on {day}.")
    return max(found, key=lambda limit: limit.valid_from)


def due_at(started_at: datetime, days: int, waited_days: int = 0) -> datetime:
    """The first instant at which the duty is late: the end of its last day."""
    return midnight(business_date(started_at) + timedelta(days=days + waited_days + 1))


def waited_days(stopped_at: datetime, resumed_at: datetime) -> int:
    """Calendar days that do not count; stopped and resumed on one day costs the customer nothing."""
    return max((business_date(resumed_at) - business_date(stopped_at)).days, 0)


def last_day(due: datetime) -> date:
    """The last day on which the duty is met in time."""
    return business_date(due) - timedelta(days=1)


def is_late(due: datetime, at: datetime) -> bool:
    return at >= due
