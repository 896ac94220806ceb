"""From when to when a contract covers."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from insureweb.kernel.periods import Period, add_years, business_date, period_from_dates
from products.rules.terms import Terms


def first_day_of_cover(at: datetime) -> date:
    """Cover begins at the first Shanghai midnight after the contract is made."""
    return business_date(at) + timedelta(days=1)


def add_months(day: date, months: int) -> date:
    """The same day some months on; where there is none, the first of the month after (cover is never shortened)."""
    index = day.month - 1 + months
    year, month = day.year + index // 12, index % 12 + 1
    try:
        return date(year, month, day.day)
    except ValueError:
        return date(year + month // 12, month % 12 + 1, 1)


def cover_period(first_day: date, length: int, unit: str) -> Period:
    """The contract's half-open period.

    Raises:
        ValueError: the unit is not year, month or day, or the length not positive.
    """
    if length < 1:
        raise ValueError("A contract lasts at least one unit.")
    if unit == "year":
        return period_from_dates(first_day, add_years(first_day, length))
    if unit == "month":
        return period_from_dates(first_day, add_months(first_day, length))
    if unit == "day":
        return period_from_dates(first_day, first_day + timedelta(days=length))
    raise ValueError(f"No unit {unit!r}.")


def contract_period(first_day: date, terms: Terms, facts: Mapping[str, Any]) -> Period:
    """The period of a contract for these facts: its length may hang on an answer or on the age of the insured."""
    return cover_period(first_day, terms.length.count_for(facts), terms.length.unit)
