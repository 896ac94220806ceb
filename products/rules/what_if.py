"""What-if: a book of policies priced again with another rating.

Sums are exact: premiums are decimals added without rounding. What the new rating cannot price is listed with its
reason and left out of every sum, so that old and new are always summed over the same policies.
"""

from __future__ import annotations

import heapq
import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any, NamedTuple

from products.rules.facts import FactsInvalid, Problem
from products.rules.rating import NotPriceable

ARITHMETIC = Context(prec=60, rounding=ROUND_HALF_UP)
ZERO, HUNDRED = Decimal(0), Decimal(100)
HUNDREDTH = Decimal("0.01")
EXTREMES = 20
# Edges in per cent of the old premium. Each bucket holds what lies above its lower edge up to its upper one; no change
# at all is a bucket of its own.
EDGES = tuple(Decimal(edge) for edge in (-50, -25, -10, -5, 0, 5, 10, 25, 50))

Reprice = Callable[[Mapping[str, Any]], Decimal]


class Insured(NamedTuple):
    """A policy in force: its number, the facts it was priced on, and its premium."""

    reference: str
    facts: Mapping[str, Any]
    premium: Decimal


@dataclass(frozen=True, slots=True)
class Repriced:
    """One policy under both ratings. `percent` is of the old premium, to two places; None where the old was nothing."""

    reference: str
    old: Decimal
    new: Decimal
    difference: Decimal
    percent: Decimal | None


@dataclass(frozen=True, slots=True)
class NotRepriced:
    """A policy the new rating has no price for; `problems` by field."""

    reference: str
    old: Decimal
    problems: Mapping[str, Problem]


@dataclass(frozen=True, slots=True)
class Bucket:
    """Policies whose change in per cent lies above `low`, up to `high`; None is no edge, equal edges are no change."""

    low: Decimal | None
    high: Decimal | None
    count: int


@dataclass
class WhatIf:
    """One run over a book. `rows` yields as it goes; sums and counts are complete when it is through.

    `reprice` gives the new total for stored facts and raises FactsInvalid or NotPriceable where it has none.
    """

    reprice: Reprice
    old_total: Decimal = ZERO
    new_total: Decimal = ZERO
    priced: int = 0
    dearer: int = 0
    cheaper: int = 0
    without_old: int = 0
    not_priceable: list[NotRepriced] = field(default_factory=list)
    _buckets: Counter[tuple[Decimal | None, Decimal | None]] = field(default_factory=Counter)
    _losers: list[tuple[Decimal, int, Repriced]] = field(default_factory=list)
    _winners: list[tuple[Decimal, int, Repriced]] = field(default_factory=list)

    def rows(self, book: Iterable[Insured]) -> Iterator[Repriced]:
        """Every policy that can be priced, in the order given; the others stand in `not_priceable`."""
        for insured in book:
            try:
                new = self.reprice(insured.facts)
            except FactsInvalid as error:
                self.not_priceable.append(NotRepriced(insured.reference, insured.premium, error.problems))
                continue
            except NotPriceable as error:
                why = {error.step: Problem("no_price", (("why", str(error)),))}
                self.not_priceable.append(NotRepriced(insured.reference, insured.premium, why))
                continue
            row = _compared(insured, new)
            self._count(row)
            yield row

    def _count(self, row: Repriced) -> None:
        self.priced += 1
        self.old_total = ARITHMETIC.add(self.old_total, row.old)
        self.new_total = ARITHMETIC.add(self.new_total, row.new)
        self.dearer += row.difference > 0
        self.cheaper += row.difference < 0
        if row.percent is None:
            self.without_old += 1
        else:
            self._buckets[_edges_of(row)] += 1
        # The counter between keeps equal differences in the order of the book and rows out of the comparison.
        _keep(self._losers, (row.difference, -self.priced, row), row.difference > 0)
        _keep(self._winners, (-row.difference, -self.priced, row), row.difference < 0)

    @property
    def difference(self) -> Decimal:
        return ARITHMETIC.subtract(self.new_total, self.old_total)

    @property
    def percent(self) -> Decimal | None:
        return change_in_percent(self.old_total, self.new_total)

    @property
    def unchanged(self) -> int:
        return self.priced - self.dearer - self.cheaper

    @property
    def losers(self) -> tuple[Repriced, ...]:
        """Those who would pay most more, the hardest hit first."""
        return tuple(row for _difference, _place, row in sorted(self._losers, reverse=True))

    @property
    def winners(self) -> tuple[Repriced, ...]:
        """Those who would pay most less, the luckiest first."""
        return tuple(row for _difference, _place, row in sorted(self._winners, reverse=True))

    @property
    def distribution(self) -> tuple[Bucket, ...]:
        """Every bucket from the greatest fall to the greatest rise, empty ones too."""
        return tuple(Bucket(low, high, self._buckets[low, high]) for low, high in _all_buckets())


def _compared(insured: Insured, new: Decimal) -> Repriced:
    old = insured.premium
    return Repriced(insured.reference, old, new, ARITHMETIC.subtract(new, old), change_in_percent(old, new))


def change_in_percent(old: Decimal, new: Decimal) -> Decimal | None:
    """The change in per cent of the old amount, to two places; None where that was nothing."""
    if old == 0:
        return None
    share = ARITHMETIC.divide(ARITHMETIC.multiply(ARITHMETIC.subtract(new, old), HUNDRED), old)
    return share.quantize(HUNDREDTH, context=ARITHMETIC)


def _edges_of(row: Repriced) -> tuple[Decimal | None, Decimal | None]:
    """The bucket of a change, from the exact amounts: a rise of a cent in a million is a rise."""
    if row.difference == 0:
        return ZERO, ZERO
    scaled = ARITHMETIC.multiply(row.difference, HUNDRED)
    for low, high in _all_buckets():
        above = low is None or scaled > ARITHMETIC.multiply(low, row.old)
        if above and low != high and (high is None or _below(scaled, high, row.old)):
            return low, high
    raise AssertionError("the buckets leave nothing out")


def _below(scaled: Decimal, high: Decimal, old: Decimal) -> bool:
    bound = ARITHMETIC.multiply(high, old)
    return scaled < bound if high == 0 else scaled <= bound


def _all_buckets() -> list[tuple[Decimal | None, Decimal | None]]:
    """Falls, no change, rises."""
    pairs: list[tuple[Decimal | None, Decimal | None]] = list(itertools.pairwise((None, *EDGES, None)))
    return [*pairs[: EDGES.index(ZERO) + 1], (ZERO, ZERO), *pairs[EDGES.index(ZERO) + 1 :]]


def _keep(heap: list[tuple[Decimal, int, Repriced]], item: tuple[Decimal, int, Repriced], wanted: bool) -> None:
    """Keep the greatest few."""
    if not wanted:
        return
    if len(heap) < EXTREMES:
        heapq.heappush(heap, item)
    elif item > heap[0]:
        heapq.heapreplace(heap, item)
