"""Pricing many rows of text with one product: each distinct cell is read once, nothing but the total is worked out.

A row takes the quick way only while every cell of it is good; what is wrong is told by `read_facts`, so both ways give
the same prices and the same refusals.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal

from products.rules.definition import Definition, FactValue, Input
from products.rules.facts import FactsInvalid, Problem, read_fact, read_facts, term_problems
from products.rules.rating import Rating

PLAN = "plan"
MAX_REMEMBERED = 50_000


class _Column:
    """One input of the product: where its cell stands, and the values of cells seen before."""

    __slots__ = ("item", "place", "seen")

    def __init__(self, item: Input, place: int) -> None:
        self.item, self.place = item, place
        self.seen: dict[str, FactValue] = {}

    def read(self, cell: str) -> FactValue:
        """Raises FactsInvalid."""
        if len(self.seen) >= MAX_REMEMBERED:
            self.seen.clear()
        value = self.seen[cell] = read_fact(self.item, cell)
        return value


class BatchPricer:
    """Totals for rows whose cells stand in the order of `columns`: names of inputs, and `plan` where rows differ in it.

    Raises:
        FactsInvalid: a column stands twice or is no input of the product.
    """

    def __init__(self, definition: Definition, rating: Rating, columns: Sequence[str], plan: str = "") -> None:
        self.definition, self.rating, self.columns, self.plan = definition, rating, tuple(columns), plan
        _check_columns(definition, self.columns)
        places = {name: place for place, name in enumerate(self.columns)}
        self.plan_place = places.get(PLAN, -1) if not plan else -1
        asked = [item for item in definition.inputs if item.key in places and not item.plan_only]
        self.readers = [_Column(item, places[item.key]) for item in asked]
        alone = {definition.counted_input.key: 1} if definition.counted_input else {}
        self.sets: dict[str, Mapping[str, FactValue]] = {
            "": alone, **{plan.key: {**alone, **plan.sets} for plan in definition.plans}
        }  # fmt: skip
        self.wanted = len(definition.inputs)

    def total(self, cells: Sequence[str]) -> Decimal:
        """The total of one row.

        Raises:
            FactsInvalid: a cell has no usable value, or one is missing.
            NotPriceable: the tariff has no answer for them.
        """
        facts = self._quickly(cells) or read_facts(
            self.definition, dict(zip(self.columns, cells, strict=True)), self.plan
        )
        return self.rating.total(facts)

    def _quickly(self, cells: Sequence[str]) -> Mapping[str, FactValue] | None:
        """The facts of a good row; None sends the row the long way."""
        plan = self.plan if self.plan_place < 0 else cells[self.plan_place]
        if plan not in self.sets:
            return None
        facts = dict(self.sets[plan])
        for column in self.readers:
            cell = cells[column.place]
            value = column.seen.get(cell)
            if value is None:
                if not cell:
                    continue
                try:
                    value = column.read(cell)
                except FactsInvalid:
                    return None
            facts[column.item.key] = value
        if len(facts) != self.wanted or term_problems(self.definition, facts):
            return None
        return facts


def _check_columns(definition: Definition, columns: Sequence[str]) -> None:
    problems = {
        name[:60] or "(empty)": Problem("unknown_field")
        for name in columns
        if name != PLAN and name not in definition.inputs_by_key
    }
    problems |= {name[:60]: Problem("column_twice") for name, count in Counter(columns).items() if count > 1}
    if problems:
        raise FactsInvalid(problems)
