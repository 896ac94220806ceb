"""The one clock. Views, tasks and commands read it once and pass `at` down; nothing below them asks the time."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime

from django.conf import settings

from insureweb.kernel.periods import business_date

_moved: ContextVar[datetime | None] = ContextVar("insureweb_moved_clock", default=None)


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return _moved.get() or datetime.now(UTC) + settings.CLOCK_OFFSET


def today() -> date:
    """The present day in Shanghai."""
    return business_date(now())


@contextmanager
def moved_to(at: datetime) -> Iterator[None]:
    """Let the business clock stand still at another instant; for the demo's history. Row history keeps real time."""
    token = _moved.set(at)
    try:
        yield
    finally:
        _moved.reset(token)
