"""How long a price is held."""

from datetime import date, datetime, timedelta

from insureweb.kernel.periods import business_date, midnight

# A promise of the house, not of the law; the product page says it, so a change is an edit here and there only.
HELD_FOR_DAYS = 30


def held_through(at: datetime) -> date:
    """The last day on which the price stands: the thirtieth after the one on which it was made."""
    return business_date(at) + timedelta(days=HELD_FOR_DAYS)


def held_until(at: datetime) -> datetime:
    """The end of that day."""
    return midnight(held_through(at) + timedelta(days=1))
