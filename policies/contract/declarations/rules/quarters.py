"""The quarters of a policy: from when to when, by when each is declared, and what is to be done about it on a day."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from insureweb.kernel.periods import Period, business_date, midnight
from policies.contract.rules.period import add_months

MONTHS = 3


class Standing(StrEnum):
    """What a day finds: still running, to be declared, past its day, or declared."""

    RUNNING = "running"
    DUE = "due"
    LATE = "late"
    DECLARED = "declared"


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter from `first` up to but not including `end`; `due` is the last day on which it is declared in time."""

    number: int
    first: date
    end: date
    due: date

    @property
    def last(self) -> date:
        return self.end - timedelta(days=1)

    def standing(self, declared: Collection[date], today: date) -> Standing:
        """`declared`: the first days of the quarters already declared."""
        if self.first in declared:
            return Standing.DECLARED
        if today < self.end:
            return Standing.RUNNING
        return Standing.DUE if today <= self.due else Standing.LATE


def cut_short(span: Period, ended_at: datetime | None) -> Period:
    """The days a policy was in force: one that ended early counts through the day of its end and no longer."""
    if ended_at is None:
        return span
    after = midnight(business_date(ended_at - timedelta(microseconds=1)) + timedelta(days=1))
    return Period(span.start, max(min(span.end, after), midnight(span.first_day + timedelta(days=1))))


def quarters_of(span: Period, due_days: int) -> tuple[Quarter, ...]:
    """Every quarter of the days in force, counted from the first one; the last quarter ends with them.

    The last day of a quarter is not counted in its `due_days` (Civil Code art. 201).
    """
    found: list[Quarter] = []
    first, over = span.first_day, span.last_day + timedelta(days=1)
    while first < over:
        end = min(add_months(span.first_day, MONTHS * (len(found) + 1)), over)
        found.append(Quarter(len(found) + 1, first, end, end + timedelta(days=due_days - 1)))
        first = end
    return tuple(found)


def report_by(due_date: date, overdue_days: int, report_days: int) -> date:
    """The last day on which an account that fell due on a day is reported in time."""
    return due_date + timedelta(days=overdue_days + report_days)
