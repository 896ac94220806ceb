"""A column of a decision table, indexed: which rules a value passes, as one number with a bit a rule.

A decision is then one look-up a column and an `and`, however many rules there are. The index of an ordered column cuts
the line at every bound its cells name; between two cuts no test changes its mind, so each piece needs one answer. The
same pieces are what `table_analysis` walks to find overlaps and gaps.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

from products.rules.unary import ORDERED, Cell, Span


class ColumnIndex(Protocol):
    """Answers for one column; bit i stands for rule i."""

    def mask(self, value: Any) -> int:
        """The rules whose cell passes this value."""


def index_column(type_: str, cells: Sequence[Cell | None]) -> ColumnIndex:
    """The index of a column from its cells, one a rule; None passes everything."""
    if type_ in ORDERED:
        return OrderedIndex(cells)
    return ListIndex(cells) if type_ == "list" else ValueIndex(cells)


def bits_of(mask: int) -> Iterator[int]:
    """The places of the bits set, lowest first."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


class OrderedIndex:
    """Numbers and days: n bounds cut the line into 2n+1 pieces, open stretches (even) and bounds (odd)."""

    __slots__ = ("masks", "points")

    def __init__(self, cells: Sequence[Cell | None]) -> None:
        bounds = {bound for cell in cells if cell for span in cell.spans for bound in (span.low, span.high)}
        self.points: list[Any] = sorted(bounds - {None})
        places = {point: 2 * index + 1 for index, point in enumerate(self.points)}
        last = 2 * len(self.points)
        toggles = [0] * (last + 2)
        for rule, cell in enumerate(cells):
            if cell is None or cell.negated:
                toggles[0] ^= 1 << rule
            for low, high in _merged(cell.spans, places, last) if cell else ():
                toggles[low] ^= 1 << rule
                toggles[high + 1] ^= 1 << rule
        self.masks: list[int] = []
        passing = 0
        for toggle in toggles[:-1]:
            passing ^= toggle
            self.masks.append(passing)

    def mask(self, value: Any) -> int:
        place = bisect_left(self.points, value)
        on_bound = place < len(self.points) and self.points[place] == value
        return self.masks[2 * place + on_bound]


def _merged(spans: Iterable[Span], places: dict[Any, int], last: int) -> list[tuple[int, int]]:
    """The spans as stretches of pieces, first and last, none touching another; empty ones drop out."""
    stretches = []
    for span in spans:
        low = 0 if span.low is None else places[span.low] + span.low_open
        high = last if span.high is None else places[span.high] - span.high_open
        if low <= high:
            stretches.append((low, high))
    merged: list[tuple[int, int]] = []
    for low, high in sorted(stretches):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return merged


class ValueIndex:
    """Texts and booleans: one answer for each value a cell names, one for anything else."""

    __slots__ = ("masks", "otherwise")

    def __init__(self, cells: Sequence[Cell | None]) -> None:
        self.otherwise = 0
        named: dict[Any, int] = {}
        struck: dict[Any, int] = {}
        for rule, cell in enumerate(cells):
            if cell is None or cell.negated:
                self.otherwise |= 1 << rule
            target = struck if cell and cell.negated else named
            for value in cell.values if cell else ():
                target[value] = target.get(value, 0) | 1 << rule
        self.masks: dict[Any, int] = {
            value: (self.otherwise & ~struck.get(value, 0)) | named.get(value, 0) for value in named.keys() | struck
        }

    def mask(self, value: Any) -> int:
        return self.masks.get(value, self.otherwise)


class ListIndex:
    """Lists of texts: tests for one of several items are found item by item, the others are asked in turn."""

    __slots__ = ("named", "others", "struck", "unasked")

    def __init__(self, cells: Sequence[Cell | None]) -> None:
        self.unasked = 0
        self.named: dict[str, int] = {}
        self.struck: dict[str, int] = {}
        self.others: dict[Cell, int] = {}
        for rule, cell in enumerate(cells):
            bit = 1 << rule
            if cell is None:
                self.unasked |= bit
            elif cell.items in ("all of", "empty"):
                self.others[cell] = self.others.get(cell, 0) | bit
            else:
                self.unasked |= bit if cell.negated else 0
                target = self.struck if cell.negated else self.named
                for item in cell.values:
                    target[item] = target.get(item, 0) | bit

    def mask(self, value: Sequence[str]) -> int:
        found = struck = 0
        for item in value:
            found |= self.named.get(item, 0)
            struck |= self.struck.get(item, 0)
        for cell, rules in self.others.items():
            if cell.passes(value):
                found |= rules
        return (self.unasked & ~struck) | found
