"""Rate tables: rows keyed by exact values, ranges and points, looked up through one level a key.

A key cell `-` fits any value. A row that names the value goes before it, from the first key to the last.
"""

from __future__ import annotations

import datetime as dt
import itertools
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from insureweb.kernel.localized import Localized
from products.rules.arithmetic import ARITHMETIC
from products.rules.ranges import Range, range_number, read_range

MATCHES = ("exact", "range", "point")
ANY = "-"
DEFAULT = "default"

Found = tuple[Decimal, tuple[str, ...]]
Find = Callable[[Sequence[Any]], Found]
Row = tuple[int, Sequence[str]]  # index in the table, cells


class TableError(ValueError):
    """A row that cannot stand in the table; `row` is its index."""

    def __init__(self, row: int, message: str) -> None:
        super().__init__(message)
        self.row = row


class NoRow(LookupError):
    """No row of the table fits."""


@dataclass(frozen=True, slots=True)
class TableKey:
    """A key column: exact (text, choice, yes/no, day), range (numbers or days), or point (numbers to draw between)."""

    key: str
    match: str


@dataclass(frozen=True, slots=True)
class RateTable:
    """A table of rates. Cells are text as filed; `find` is compiled from them.

    `default` is the value where no row fits; None means that there is no price then.
    """

    key: str
    name: Localized
    keys: tuple[TableKey, ...]
    rows: tuple[tuple[str, ...], ...]
    find: Find
    default: Decimal | None = None

    def ranges(self, place: int) -> Iterator[Range]:
        """The ranges of a key column."""
        return (read_range(row[place]) for row in self.rows if row[place] != ANY)

    def is_of_days(self, place: int) -> bool:
        """Whether a range column holds days."""
        return self.keys[place].match == "range" and any(found.of_days for found in self.ranges(place))


class _Level:
    """One key column: values to what follows (another level or the rate). `other` follows for any other value."""

    __slots__ = ("exact", "following", "lows", "other", "ranges")

    def __init__(self, match: str) -> None:
        self.exact: dict[Any, Any] | None = {} if match == "exact" else None
        self.ranges: list[Range] = []
        self.following: list[Any] = []
        self.lows: list[Decimal] = []
        self.other: Any = None

    def get(self, value: Any) -> Any:
        if self.exact is not None:
            return self.exact.get(value if isinstance(value, str) else exact_key(value))
        number = value if isinstance(value, Decimal) else range_number(value)
        index = bisect_right(self.lows, number) - 1
        for place in (index, index - 1):
            if place >= 0 and number in self.ranges[place]:
                return self.following[place]
        return None


class _Points:
    """The last key of a table of points: exact at a point, on the straight line between two, nothing outside."""

    __slots__ = ("amounts", "before", "other", "places")

    def __init__(self, points: list[tuple[Decimal, Decimal]], before: tuple[str, ...]) -> None:
        self.places = [place for place, _amount in points]
        self.amounts = [amount for _place, amount in points]
        self.before, self.other = before, None

    def get(self, value: Any) -> Found | None:
        number = range_number(value)
        after = bisect_right(self.places, number)
        if after and self.places[after - 1] == number:
            return self.amounts[after - 1], (*self.before, format(number, "f"))
        if not 0 < after < len(self.places):
            return None
        (left, right), (low, high) = self.places[after - 1 : after + 1], self.amounts[after - 1 : after + 1]
        rise = ARITHMETIC.multiply(ARITHMETIC.subtract(high, low), ARITHMETIC.subtract(number, left))
        amount = ARITHMETIC.add(low, ARITHMETIC.divide(rise, ARITHMETIC.subtract(right, left)))
        return amount, (*self.before, f"{left}..{right}")


def exact_key(value: Any) -> str:
    """A value as an exact cell writes it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def compile_rows(keys: Sequence[TableKey], rows: Sequence[Sequence[str]], default: Decimal | None = None) -> Find:
    """The look-up of a table; each row is its key cells followed by the rate.

    Raises:
        TableError: a cell that cannot be read, a row that stands twice, ranges that overlap, a single point.
    """
    root = _build(keys, list(enumerate(rows)), 0)
    has_any = any(ANY in row[:-1] for row in rows)
    search = _first_fitting if has_any else _straight
    otherwise = None if default is None else (default, (DEFAULT,))

    def find(values: Sequence[Any]) -> Found:
        found = search(root, values) or otherwise
        if found is None:
            raise NoRow
        return found

    return find


def _straight(root: Any, values: Sequence[Any]) -> Found | None:
    place = root
    for value in values:
        place = place.get(value)
        if place is None:
            return None
    return place


def _first_fitting(root: Any, values: Sequence[Any]) -> Found | None:
    """As above, but a branch that ends nowhere is left for the row of any value."""
    if not values:
        return root
    for branch in (root.get(values[0]), root.other):
        if branch is not None and (found := _first_fitting(branch, values[1:])) is not None:
            return found
    return None


def _build(keys: Sequence[TableKey], rows: list[Row], depth: int) -> Any:
    if depth == len(keys):
        if len(rows) > 1:
            raise TableError(rows[1][0], f"the row {_words(rows[1][1], keys)} stands twice")
        cells = rows[0][1]
        return Decimal(cells[-1]), tuple(cells[:-1])
    if keys[depth].match == "point":
        return _build_points(keys, rows, depth)
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row[1][depth], []).append(row)
    level = _Level(keys[depth].match)
    if any_rows := groups.pop(ANY, None):
        level.other = _build(keys, any_rows, depth + 1)
    if level.exact is not None:
        level.exact.update({cell: _build(keys, group, depth + 1) for cell, group in groups.items()})
    else:
        _fill_ranges(level, keys, groups, depth)
    return level


def _fill_ranges(level: _Level, keys: Sequence[TableKey], groups: dict[str, list[Row]], depth: int) -> None:
    read = []
    for cell, group in groups.items():
        try:
            read.append((read_range(cell), cell, group))
        except ValueError as error:
            raise TableError(group[0][0], str(error)) from None
    read.sort(key=lambda item: (item[0].low, item[0].low_open))
    for (before, before_cell, _), (after, after_cell, group) in itertools.pairwise(read):
        if before.of_days != after.of_days:
            raise TableError(group[0][0], f"{after_cell} and {before_cell}: a column holds numbers or days")
        if before.meets(after):
            raise TableError(group[0][0], f"the range {after_cell} overlaps {before_cell}")
    for found, _cell, group in read:
        level.ranges.append(found)
        level.lows.append(found.low)
        level.following.append(_build(keys, group, depth + 1))


def _build_points(keys: Sequence[TableKey], rows: list[Row], depth: int) -> _Points:
    if depth != len(keys) - 1:
        raise TableError(rows[0][0], f"the point {keys[depth].key} must be the last key")
    points: dict[Decimal, Decimal] = {}
    for index, cells in rows:
        try:
            found = read_range(cells[depth])
        except ValueError:
            raise TableError(index, f"'{cells[depth][:40]}' is not a number") from None
        if found.low != found.high or found.of_days:
            raise TableError(index, f"'{cells[depth][:40]}' is not a number")
        if found.low in points:
            raise TableError(index, f"the row {_words(cells, keys)} stands twice")
        points[found.low] = Decimal(cells[-1])
    if len(points) < 2:
        raise TableError(rows[0][0], "needs a second point to draw a line to")
    return _Points(sorted(points.items()), tuple(rows[0][1][:depth]))


def _words(cells: Sequence[str], keys: Sequence[TableKey]) -> str:
    return ", ".join(f"{key.key} {cell}" for key, cell in zip(keys, cells, strict=False))
