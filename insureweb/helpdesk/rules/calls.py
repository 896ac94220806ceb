"""The hours at which we call back."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from insureweb.kernel.periods import BUSINESS_ZONE, business_date

# Hours of the day in Shanghai at which the people who call are at work, every day of the week.
WINDOWS = ((9, 12), (12, 15), (15, 18), (18, 21))
DAYS_AHEAD = 3
# A person needs this long to get ready.
SHORTEST_NOTICE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class CallWindow:
    start: datetime
    end: datetime

    @property
    def key(self) -> str:
        return self.start.astimezone(BUSINESS_ZONE).strftime("%Y-%m-%dT%H")

    @property
    def hours(self) -> str:
        start, end = self.start.astimezone(BUSINESS_ZONE), self.end.astimezone(BUSINESS_ZONE)
        return f"{start:%H:%M}–{end:%H:%M}"

    @property
    def day(self) -> date:
        return business_date(self.start)


def open_windows(at: datetime) -> list[CallWindow]:
    """Every window of today and the next days that leaves us time to get ready, soonest first."""
    today = business_date(at)
    days = (today + timedelta(days=ahead) for ahead in range(DAYS_AHEAD + 1))
    windows = [CallWindow(_at(day, first), _at(day, last)) for day in days for first, last in WINDOWS]
    return [window for window in windows if window.end - at > SHORTEST_NOTICE and window.start > at]


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), BUSINESS_ZONE)
