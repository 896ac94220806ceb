"""Proves at load time that every combination of allowed facts finds its row, so that no customer meets a gap."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import islice, product
from typing import Any

from products.rules.definition import Definition, Input
from products.rules.document import Node
from products.rules.rate_tables import NoRow, RateTable
from products.rules.rating_plan import Step

MAX_COMBINATIONS = 200_000
MAX_SPAN = 2_000


def check_tables_are_complete(definition: Definition, rating: Node) -> None:
    """Look up every combination of the inputs that key a table.

    Raises:
        ProductFileError: at the step whose table has a gap, naming the first values that find no row.
    """
    nodes = rating.mapping()["steps"].items()
    for step, node in zip(definition.rating.steps, nodes, strict=True):
        if step.table:
            _check(step, definition.rating.tables[step.table], definition.inputs_by_key, node)


def _check(step: Step, table: RateTable, inputs: Mapping[str, Input], node: Node) -> None:
    names = [step.by[key.key] for key in table.keys] if step.by else list(step.of)
    if table.default is not None or not all(name in inputs for name in names):
        return
    domains = [list(_values(inputs[name], table, place)) for place, name in enumerate(names)]
    for combination in islice(product(*domains), MAX_COMBINATIONS):
        try:
            table.find(combination)
        except NoRow:
            words = ", ".join(f"{key.key} {value}" for key, value in zip(table.keys, combination, strict=True))
            raise node.error(f"the table {table.key} has no row for {words}, which the inputs allow") from None


def _values(item: Input, table: RateTable, place: int) -> Iterable[Any]:
    """Values an input may take: all of them when they can be counted, otherwise its ends and the table's edges."""
    if item.options:
        return [option.value for option in item.options]
    if item.type == "boolean":
        return [True, False]
    if item.minimum is None or item.maximum is None:
        return []
    if item.type == "integer" and item.maximum - item.minimum <= MAX_SPAN:
        return range(int(item.minimum), int(item.maximum) + 1)
    return [item.minimum, item.maximum, *_edges(item, table, place, item.minimum, item.maximum)]


def _edges(item: Input, table: RateTable, place: int, low: Decimal, high: Decimal) -> list[Decimal]:
    step = Decimal(1) if item.type == "integer" else Decimal("0.01")
    found: list[Decimal] = []
    if table.keys[place].match == "range":
        for bounds in table.ranges(place):
            found += [bounds.low - step, bounds.low, bounds.high, bounds.high + step]
    return [edge for edge in found if low <= edge <= high]
