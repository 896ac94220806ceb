"""By when an underwriter must have decided: dated data with its source."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from insureweb.kernel.periods import business_date, midnight


@dataclass(frozen=True, slots=True)
class ReviewDeadline:
    """From `since` on, a referred case is decided by the end of the `days`-th day after it was opened."""

    since: date
    days: int
    source: str


# Newest first. The service rules for personal insurance give the outer bound; the house promises less.
DEADLINES = (
    ReviewDeadline(date(2020, 1, 1), 3, "House promise: 3 days"),
    ReviewDeadline(date(2010, 5, 1), 15, "Service rules for personal insurance, 2010 no. 4 (check)"),
)


def review_deadline(opened_at: datetime) -> tuple[datetime, str]:
    """The instant by which the case is due, and where the limit comes from.

    Raises:
        LookupError: no limit was in force on that day.
    """
    day = business_date(opened_at)
    for deadline in DEADLINES:
        if deadline.since <= day:
            return midnight(day + timedelta(days=deadline.days + 1)), deadline.source
    raise LookupError(f"No review deadline on {day}.")
