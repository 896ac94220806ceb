"""The one clock. Views, tasks and commands read it once and pass `at` down; nothing below them asks the time."""

from datetime import UTC, date, datetime

from insureweb.kernel.periods import business_date


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The present day in Shanghai."""
    return business_date(now())
