"""Periods are half-open and days are Shanghai's."""

from datetime import UTC, date, datetime, timedelta

import pytest

from insureweb.kernel.periods import Period, add_years, age_on, business_date, midnight, period_from_dates


def test_a_day_begins_at_midnight_in_shanghai():
    assert midnight(date(2026, 5, 20)) == datetime(2026, 5, 19, 16, tzinfo=UTC)
    assert business_date(datetime(2026, 5, 19, 15, 59, 59, tzinfo=UTC)) == date(2026, 5, 19)
    assert business_date(datetime(2026, 5, 19, 16, tzinfo=UTC)) == date(2026, 5, 20)


def test_the_end_is_not_inside():
    period = period_from_dates(date(2026, 5, 20), date(2027, 5, 20))
    assert period.start in period
    assert period.end not in period
    assert period.end - timedelta(microseconds=1) in period
    assert (period.first_day, period.last_day, period.days) == (date(2026, 5, 20), date(2027, 5, 19), 365)


def test_neighbours_do_not_overlap():
    first = period_from_dates(date(2026, 1, 1), date(2026, 2, 1))
    second = period_from_dates(date(2026, 2, 1), date(2026, 3, 1))
    assert not first.overlaps(second)
    assert first.overlaps(period_from_dates(date(2026, 1, 31), date(2026, 2, 2)))


def test_nonsense_is_refused():
    now = datetime(2026, 1, 1, tzinfo=UTC)
    with pytest.raises(ValueError, match="after"):
        Period(now, now)
    with pytest.raises(ValueError, match="time zone"):
        Period(now.replace(tzinfo=None), now)
    with pytest.raises(ValueError, match="time zone"):
        business_date(datetime(2026, 1, 1))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        (date(1996, 5, 20), date(2026, 5, 19), 29),
        (date(1996, 5, 20), date(2026, 5, 20), 30),
        (date(2004, 2, 29), date(2026, 2, 28), 21),
        (date(2004, 2, 29), date(2026, 3, 1), 22),
    ],
)
def test_age_is_completed_years(birth, day, age):
    assert age_on(birth, day) == age


def test_a_leap_day_moves_to_march():
    assert add_years(date(2028, 2, 29), 1) == date(2029, 3, 1)
    assert add_years(date(2026, 5, 20), 1) == date(2027, 5, 20)
