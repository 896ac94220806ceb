"""Cells that hold a range of numbers or of days: 18..40, [0..10), 20000.., ..17, 2026-01-01..2026-06-30."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal

_NUMBER = r"-?\d{1,15}(?:\.\d{1,8})?"
_DAY = r"\d{4}-\d{2}-\d{2}"
_BOUND = rf"{_DAY}|{_NUMBER}"
_SINGLE = re.compile(_BOUND, re.ASCII)
_CELL = re.compile(rf"([\[(]?)\s*({_BOUND})?\s*\.\.\s*({_BOUND})?\s*([\])]?)", re.ASCII)
INFINITY = Decimal("Infinity")


@dataclass(frozen=True, slots=True)
class Range:
    """From low to high; days count as their ordinal number."""

    low: Decimal
    high: Decimal
    low_open: bool = False
    high_open: bool = False
    of_days: bool = False

    def __contains__(self, value: Decimal) -> bool:
        above = self.low < value if self.low_open else self.low <= value
        return above and (value < self.high if self.high_open else value <= self.high)

    def meets(self, later: Range) -> bool:
        """Whether a range that starts later shares a value with this one."""
        if later.low != self.high:
            return later.low < self.high
        return not (later.low_open or self.high_open)


def read_range(text: str) -> Range:
    """`18..40` (both ends included), `[0..10)`, an open end (`20000..`, `..17`), a single number; days likewise.

    Raises:
        ValueError: none of these.
    """
    text = text.strip()
    if _SINGLE.fullmatch(text):
        value = _bound(text)
        return Range(value, value, of_days=_is_day(text))
    match = _CELL.fullmatch(text)
    if match is None or bool(match[1]) != bool(match[4]) or not (match[2] or match[3]):
        raise ValueError(f"'{text[:40]}' is not a range like 18..40 or [0..10)")
    ends = [end for end in (match[2], match[3]) if end]
    if len({_is_day(end) for end in ends}) > 1:
        raise ValueError(f"the range '{text[:40]}' mixes a day and a number")
    found = Range(
        low=_bound(match[2]) if match[2] else -INFINITY,
        high=_bound(match[3]) if match[3] else INFINITY,
        low_open=match[1] == "(",
        high_open=match[4] == ")",
        of_days=_is_day(ends[0]),
    )
    if found.high < found.low or (found.high == found.low and (found.low_open or found.high_open)):
        raise ValueError(f"the range '{text[:40]}' is empty")
    return found


def range_number(value: int | Decimal | dt.date) -> Decimal:
    """A fact as ranges compare it."""
    if isinstance(value, Decimal):
        return value
    return Decimal(value.toordinal() if isinstance(value, dt.date) else value)


def range_words(cell: str) -> str:
    """A range as people write it: 18–40, ≥ 20000, ≤ 17."""
    match = _CELL.fullmatch(cell)
    if match is None or (match[2] and match[3]):
        return cell.replace("..", "–")
    if match[2]:
        return f"{'>' if match[1] == '(' else '≥'} {match[2]}"
    return f"{'<' if match[4] == ')' else '≤'} {match[3]}"


def range_reading(cell: str) -> str:
    """A range of a rate table for a reader: `(1.0..1.6]` as "> 1.0, ≤ 1.6", `[0..17]` as "0–17"."""
    match = _CELL.fullmatch(cell)
    if match is None or not (match[2] and match[3]):
        return range_words(cell)
    if "(" not in match[1] and ")" not in match[4]:
        return f"{match[2]}–{match[3]}"
    return f"{'>' if match[1] == '(' else '≥'} {match[2]}, {'<' if match[4] == ')' else '≤'} {match[3]}"


def _is_day(text: str) -> bool:
    return re.fullmatch(_DAY, text, re.ASCII) is not None


def _bound(text: str) -> Decimal:
    if not _is_day(text):
        return Decimal(text)
    try:
        return Decimal(dt.date.fromisoformat(text).toordinal())
    except ValueError:
        raise ValueError(f"'{text}' is not a date") from None
