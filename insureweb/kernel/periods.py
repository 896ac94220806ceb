"""Half-open periods and the business day of mainland China."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

BUSINESS_ZONE = ZoneInfo("Asia/Shanghai")


def business_date(at: datetime) -> date:
    """The day in Shanghai on which an instant falls."""
    if at.tzinfo is None:
        raise ValueError("An instant needs a time zone.")
    return at.astimezone(BUSINESS_ZONE).date()


def midnight(day: date) -> datetime:
    """The instant at which a day begins in Shanghai, in UTC."""
    return datetime.combine(day, time(), BUSINESS_ZONE).astimezone(UTC)


def add_years(day: date, years: int) -> date:
    """The same day in another year; 29 February becomes 1 March where there is none (cover is never shortened)."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def age_on(birth: date, day: date) -> int:
    """Completed years of life on a day (周岁)."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` up to but not including `end`.

    Raises:
        ValueError: a bound has no time zone, or the end does not come after the start.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("A period needs instants with a time zone.")
        if self.end <= self.start:
            raise ValueError("A period must end after it starts.")

    def __contains__(self, at: datetime) -> bool:
        return self.start <= at < self.end

    def contains(self, at: datetime) -> bool:
        return at in self

    def overlaps(self, other: "Period") -> bool:
        return self.start < other.end and other.start < self.end

    @property
    def first_day(self) -> date:
        return business_date(self.start)

    @property
    def last_day(self) -> date:
        """The last whole day covered; a contract that ends at midnight is in force to the end of the day before."""
        return business_date(self.end - timedelta(microseconds=1))

    @property
    def days(self) -> int:
        return (self.end - self.start).days


def period_from_dates(first: date, end: date) -> Period:
    """From Shanghai midnight of `first` up to Shanghai midnight of `end`."""
    return Period(midnight(first), midnight(end))
