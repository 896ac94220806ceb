"""Reads the dated time limits beside this file once a process."""

import functools
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from claims.rules.clocks import BASES, Limit, limit_for
from insureweb.kernel.localized import Localized

FILE = Path(__file__).with_name("time_limits.yaml")


def _read(row: dict[str, Any]) -> Limit:
    limit = Limit(
        key=str(row["limit"]),
        line=str(row["line"]),
        valid_from=row["valid_from"],
        days=int(row["days"]),
        basis=str(row["basis"]),
        stops=bool(row["stops"]),
        article=Localized.read(row["article"]),
        words=Localized.read(row["words"]),
    )
    if limit.days < 1 or limit.basis not in BASES or not isinstance(limit.valid_from, date):
        raise ValueError(f"Time limit {limit.key!r} for {limit.line!r} is not well formed.")
    return limit


@functools.cache
def time_limits() -> tuple[Limit, ...]:
    """Every limit of the file.

    Raises:
        ValueError: a row is not well formed.
    """
    return tuple(_read(row) for row in yaml.safe_load(FILE.read_text(encoding="utf-8")))


def time_limit(key: str, *, line: str, day: date) -> Limit:
    """The limit in force for a line of business on a day.

    Raises:
        LookupError: the file has none.
    """
    return limit_for(time_limits(), key, line=line, day=day)
