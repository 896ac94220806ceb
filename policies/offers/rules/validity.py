"""How long a price is held."""

from datetime import datetime, timedelta

from insureweb.kernel.periods import business_date, midnight

# A promise of the house, not of the law; the product page says it, so a change is an edit here and there only.
HELD_FOR_DAYS = 30


def held_until(at: datetime) -> datetime:
    """The end of the last day on which the price stands: the thirtieth day after the one on which it was made."""
    return midnight(business_date(at) + timedelta(days=HELD_FOR_DAYS + 1))
