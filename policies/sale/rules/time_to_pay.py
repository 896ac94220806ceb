"""How long an order stays open."""

from datetime import datetime, timedelta

TIME_TO_PAY = timedelta(minutes=30)


def pay_by(at: datetime, held_until: datetime) -> datetime:
    """Half an hour, but never beyond the price's own date."""
    return min(at + TIME_TO_PAY, held_until)
