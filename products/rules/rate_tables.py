"""Rate tables: rows keyed by exact values and ranges, looked up through one level a key."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from insureweb.kernel.localized import Localized

MATCHES = ("exact", "range")
_CELL = re.compile(r"([\[(]?)\s*(-?\d{1,15}(?:\.\d{1,8})?)\s*\.\.\s*(-?\d{1,15}(?:\.\d{1,8})?)\s*([\])]?)", re.ASCII)
_SINGLE = re.compile(r"-?\d{1,15}(\.\d{1,8})?", re.ASCII)

Found = tuple[Decimal, tuple[str, ...]]


class TableError(ValueError):
    """A row that cannot stand in the table; `row` is its index."""

    def __init__(self, row: int, message: str) -> None:
        super().__init__(message)
        self.row = row


class NoRow(LookupError):
    """No row of the table fits."""


@dataclass(frozen=True, slots=True)
class TableKey:
    """A key column: exact (text, choice, yes/no) or range (numbers)."""

    key: str
    match: str


@dataclass(frozen=True, slots=True)
class RateTable:
    """A table of rates. Cells are text as filed; `find` is compiled from them."""

    key: str
    name: Localized
    keys: tuple[TableKey, ...]
    rows: tuple[tuple[str, ...], ...]
    find: Callable[[Sequence[Any]], Found]


@dataclass(frozen=True, slots=True)
class _Range:
    low: Decimal
    high: Decimal
    low_open: bool
    high_open: bool

    def __contains__(self, value: Decimal) -> bool:
        above = self.low < value if self.low_open else self.low <= value
        return above and (value < self.high if self.high_open else value <= self.high)

    def meets(self, later: _Range) -> bool:
        """Whether a range that starts later shares a value with this one."""
        if later.low != self.high:
            return later.low < self.high
        return not (later.low_open or self.high_open)


class _Level:
    """One key column: values to what follows (another level or the rate)."""

    __slots__ = ("exact", "following", "lows", "ranges")

    def __init__(self, match: str) -> None:
        self.exact: dict[Any, Any] | None = {} if match == "exact" else None
        self.ranges: list[_Range] = []
        self.following: list[Any] = []
        self.lows: list[Decimal] = []

    def get(self, value: Any) -> Any:
        if self.exact is not None:
            return self.exact.get(exact_key(value))
        number = value if isinstance(value, Decimal) else Decimal(value)
        index = bisect_right(self.lows, number) - 1
        for place in (index, index - 1):
            if place >= 0 and number in self.ranges[place]:
                return self.following[place]
        return None


def exact_key(value: Any) -> str:
    """A value as an exact cell writes it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def read_range(text: str) -> _Range:
    """`18..40` (both ends included), `[0..10)`, or a single number.

    Raises:
        ValueError: none of these.
    """
    text = text.strip()
    if _SINGLE.fullmatch(text):
        return _Range(Decimal(text), Decimal(text), False, False)
    match = _CELL.fullmatch(text)
    if match is None or bool(match[1]) != bool(match[4]):
        raise ValueError(f"'{text[:40]}' is not a range like 18..40 or [0..10)")
    found = _Range(Decimal(match[2]), Decimal(match[3]), match[1] == "(", match[4] == ")")
    if found.high < found.low or (found.high == found.low and (found.low_open or found.high_open)):
        raise ValueError(f"the range '{text[:40]}' is empty")
    return found


def compile_rows(keys: Sequence[TableKey], rows: Sequence[Sequence[str]]) -> Callable[[Sequence[Any]], Found]:
    """The look-up of a table; each row is its key cells followed by the rate.

    Raises:
        TableError: a cell that cannot be read, a row that stands twice, ranges that overlap.
    """
    root = _build(keys, list(enumerate(rows)), 0)

    def find(values: Sequence[Any]) -> Found:
        place: Any = root
        for value in values:
            place = place.get(value)
            if place is None:
                raise NoRow
        return place

    return find


def _build(keys: Sequence[TableKey], rows: list[tuple[int, Sequence[str]]], depth: int) -> Any:
    if depth == len(keys):
        if len(rows) > 1:
            raise TableError(rows[1][0], f"the row {_words(rows[1][1], keys)} stands twice")
        cells = rows[0][1]
        return Decimal(cells[-1]), tuple(cells[:-1])
    groups: dict[str, list[tuple[int, Sequence[str]]]] = {}
    for row in rows:
        groups.setdefault(row[1][depth], []).append(row)
    level = _Level(keys[depth].match)
    if level.exact is not None:
        level.exact.update({cell: _build(keys, group, depth + 1) for cell, group in groups.items()})
    else:
        _fill_ranges(level, keys, groups, depth)
    return level


def _fill_ranges(
    level: _Level, keys: Sequence[TableKey], groups: dict[str, list[tuple[int, Sequence[str]]]], depth: int
) -> None:
    read = []
    for cell, group in groups.items():
        try:
            read.append((read_range(cell), cell, group))
        except ValueError as error:
            raise TableError(group[0][0], str(error)) from None
    read.sort(key=lambda item: (item[0].low, item[0].low_open))
    for (before, before_cell, _), (after, after_cell, group) in itertools.pairwise(read):
        if before.meets(after):
            raise TableError(group[0][0], f"the range {after_cell} overlaps {before_cell}")
    for found, _cell, group in read:
        level.ranges.append(found)
        level.lows.append(found.low)
        level.following.append(_build(keys, group, depth + 1))


def _words(cells: Sequence[str], keys: Sequence[TableKey]) -> str:
    return ", ".join(f"{key.key} {cell}" for key, cell in zip(keys, cells, strict=False))
