"""Reads the dated time limits beside this file once a process, and knows which days are working days."""

import functools
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from insureweb.helpdesk.rules.clocks import UNITS, Limit, due_after, limit_for
from insureweb.kernel.localized import Localized
from insureweb.kernel.periods import business_date

FILE = Path(__file__).with_name("time_limits.yaml")
SATURDAY = 5


def _read(row: dict[str, Any]) -> Limit:
    limit = Limit(
        kind=str(row["kind"]),
        step=int(row["step"]),
        valid_from=row["valid_from"],
        length=int(row["length"]),
        unit=str(row["unit"]),
        basis=str(row["basis"]),
        article=Localized.read(row["article"]),
        words=Localized.read(row["words"]),
    )
    if limit.length < 1 or limit.unit not in UNITS or not isinstance(limit.valid_from, date):
        raise ValueError(f"Time limit for {limit.kind!r} is not well formed.")
    return limit


@functools.cache
def time_limits() -> tuple[Limit, ...]:
    """Every limit of the file. Raises `ValueError` when a row is not well formed."""
    return tuple(_read(row) for row in yaml.safe_load(FILE.read_text(encoding="utf-8")))


def time_limit(kind: str, *, day: date, step: int = 0) -> Limit:
    """Raises `LookupError`: the file has no such limit on that day."""
    return limit_for(time_limits(), kind, step=step, day=day)


def is_working_day(day: date) -> bool:
    """Working days of mainland China; Monday to Friday in years whose holidays are not known yet."""
    import chinese_calendar  # noqa: PLC0415  its tables are only needed to count working days

    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < SATURDAY


def due(kind: str, *, received: datetime, step: int = 0) -> datetime:
    """When the step is due, counted from receipt."""
    return due_after(time_limit(kind, day=business_date(received), step=step), received, is_working_day)
