"""The values a column of a decision table can take, cut into pieces that no test of the table can tell apart.

Numbers and days are cut at every bound a cell names; texts fall into each value named and anything else; lists into
every combination of the items named. One example stands for its whole piece, so walking pieces is walking all values.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from typing import Any

from products.rules.column_index import ListIndex, OrderedIndex, ValueIndex, index_column
from products.rules.decisions import DecisionTable
from products.rules.unary import read_cell

MAX_LIST_ITEMS = 10
ARITHMETIC = Context(prec=80)
ONE = Decimal(1)


class TooLarge(Exception):
    """More work than is worth doing at once."""


@dataclass(frozen=True, slots=True)
class Domain:
    """What a column's values can be beyond what its file says: a test they all pass, and whether they are whole."""

    allowed: str = "-"
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """Values that every rule treats alike: a bit for each rule that passes them, one of them, and how to write them.

    `low` and `high` are the ends of a stretch of numbers or days, both open unless they are the same; `is_named` tells
    a text some cell names from one that stands for anything else.
    """

    mask: int
    example: Any
    low: Any = None
    high: Any = None
    is_named: bool = False


@dataclass(frozen=True, slots=True)
class Axis:
    """A column with its pieces."""

    key: str
    type: str
    whole: bool
    pieces: tuple[Piece, ...]

    def words(self, chosen: Iterable[int]) -> str:
        """These pieces as a cell would write them; `-` for all, empty where a cell cannot say it."""
        places = sorted(chosen)
        if len(places) == len(self.pieces):
            return "-"
        if self.type in ("number", "date"):
            return ", ".join(self._stretch(run) for run in _runs(places))
        if self.type == "list":
            return ""
        if self.type == "boolean":
            return "yes" if self.pieces[places[0]].example else "no"
        named = [piece.example for piece in self.pieces if piece.is_named]
        inside = [self.pieces[place].example for place in places if self.pieces[place].is_named]
        if len(inside) == len(places):
            return ", ".join(map(quoted, inside))
        return "not " + ", ".join(quoted(value) for value in named if value not in inside)

    def _stretch(self, run: Sequence[int]) -> str:
        first, last = self.pieces[run[0]], self.pieces[run[-1]]
        if self.whole:
            low, high = _first_whole(first), _last_whole(last)
            return f"{low}" if low == high and low != "" else f"{low}..{high}"
        low, high = ("" if end is None else f"{end:f}" for end in (first.low, last.high))
        if low == high:
            return low
        closed_low, closed_high = first.low == first.high, last.low == last.high
        if not low or not high:
            sign = ("<=" if closed_high else "<") if not low else ">=" if closed_low else ">"
            return f"{sign} {high or low}"
        return f"{'[' if closed_low else '('}{low}..{high}{']' if closed_high else ')'}"


def axes_of(table: DecisionTable, domains: Mapping[str, Domain] | None = None) -> list[Axis]:
    """The columns, each with the pieces its values can fall into.

    Raises:
        TooLarge: a list column names more items than can be combined.
    """
    found = []
    for column in table.columns:
        cells = [rule.cells.get(column.key) for rule in table.rules]
        domain = (domains or {}).get(column.key, Domain())
        limits = [read_cell(text, column.type) for text in (column.allowed, domain.allowed)]
        index = index_column(column.type, [*cells, *limits])
        whole = column.whole or domain.whole or column.type == "date"
        allowed = 0b11 << len(cells)
        pieces = [piece for piece in _pieces(index, column.type, whole) if piece.mask & allowed == allowed]
        rules = (1 << len(cells)) - 1
        stripped = tuple(replace(piece, mask=piece.mask & rules) for piece in pieces)
        found.append(Axis(column.key, column.type, whole, stripped))
    return found


def _pieces(index: Any, type_: str, whole: bool) -> Iterator[Piece]:
    if isinstance(index, OrderedIndex):
        return _ordered_pieces(index, type_, whole)
    if isinstance(index, ListIndex):
        return _list_pieces(index)
    return _value_pieces(index, type_)


def _ordered_pieces(index: OrderedIndex, type_: str, whole: bool) -> Iterator[Piece]:
    ends = [None, *index.points, None]
    for place, mask in enumerate(index.masks):
        low = ends[(place + 1) // 2]
        high = ends[place // 2 + 1] if place % 2 == 0 else low
        example = _day_between(low, high) if type_ == "date" else _number_between(low, high, whole)
        if example is not None:
            yield Piece(mask, example, low, high)


def _number_between(low: Decimal | None, high: Decimal | None, whole: bool) -> Decimal | None:
    """A number of the stretch, a whole one where there is one; None when only fractions lie there and none may."""
    if low is not None and low == high:
        return low if not whole or low == low.to_integral_value() else None
    if low is None:
        return Decimal(0) if high is None else ARITHMETIC.subtract(high.to_integral_value(ROUND_CEILING), ONE)
    after = ARITHMETIC.add(low.to_integral_value(ROUND_FLOOR), ONE)
    if high is None or after < high:
        return after
    return None if whole else ARITHMETIC.divide(ARITHMETIC.add(low, high), Decimal(2))


def _day_between(low: dt.date | None, high: dt.date | None) -> dt.date | None:
    if low is not None and low == high:
        return low
    if low is None:
        return dt.date(2026, 1, 1) if high is None else None if high == dt.date.min else high - dt.timedelta(days=1)
    if low == dt.date.max:
        return None
    after = low + dt.timedelta(days=1)
    return after if high is None or after < high else None


def _value_pieces(index: ValueIndex, type_: str) -> Iterator[Piece]:
    if type_ == "boolean":
        yield from (Piece(index.mask(value), value) for value in (True, False))
        return
    for value in sorted(index.masks):
        yield Piece(index.masks[value], value, is_named=True)
    other = next(text for text in _other_texts() if text not in index.masks)
    yield Piece(index.otherwise, other)


def _other_texts() -> Iterator[str]:
    yield "anything else"
    yield from (f"anything else {number}" for number in itertools.count(2))


def _list_pieces(index: ListIndex) -> Iterator[Piece]:
    items = sorted({*index.named, *index.struck, *itertools.chain.from_iterable(cell.values for cell in index.others)})
    if len(items) > MAX_LIST_ITEMS:
        raise TooLarge
    other = next(text for text in _other_texts() if text not in items)
    combinations = itertools.chain.from_iterable(itertools.combinations(items, size) for size in range(len(items) + 1))
    for chosen in (*combinations, (other,)):
        yield Piece(index.mask(chosen), chosen)


def _runs(places: Sequence[int]) -> Iterator[list[int]]:
    """Neighbouring places together."""
    for _start, group in itertools.groupby(enumerate(places), key=lambda item: item[1] - item[0]):
        yield [place for _number, place in group]


def _first_whole(piece: Piece) -> str:
    if piece.low is None:
        return ""
    if piece.low == piece.high:
        return _plain(piece.low)
    if isinstance(piece.low, Decimal):
        return _plain(ARITHMETIC.add(piece.low.to_integral_value(ROUND_FLOOR), ONE))
    return _plain(piece.low + dt.timedelta(days=1))


def _last_whole(piece: Piece) -> str:
    if piece.high is None:
        return ""
    if piece.low == piece.high:
        return _plain(piece.high)
    if isinstance(piece.high, Decimal):
        return _plain(ARITHMETIC.subtract(piece.high.to_integral_value(ROUND_CEILING), ONE))
    return _plain(piece.high - dt.timedelta(days=1))


def _plain(value: Decimal | dt.date) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else value.isoformat()


def quoted(value: str) -> str:
    """A text as a cell writes it."""
    needs_quotes = value != value.strip() or value == "-" or value.startswith("not ") or set(value) & set('<>=",')
    return '"' + value.replace('"', '""') + '"' if needs_quotes or not value else value
