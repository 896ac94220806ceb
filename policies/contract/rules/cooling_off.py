"""The cooling-off period (犹豫期): a change of mind costs nothing."""

from datetime import datetime, timedelta

from insureweb.kernel.periods import business_date, midnight


def cooling_off_end(acknowledged_at: datetime, days: int) -> datetime:
    """The instant at which the period is over: it begins the day after the receipt and covers `days` whole days."""
    return midnight(business_date(acknowledged_at) + timedelta(days=days + 1))


def is_cooling_off(*, acknowledged_at: datetime | None, until: datetime | None, days: int, at: datetime) -> bool:
    """True while cancelling is free. Before the receipt the period has not begun, so it cannot be over."""
    if days == 0:
        return False
    return acknowledged_at is None or until is None or at < until
