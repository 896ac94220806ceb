"""The step that charges by tiers: each part of the amount at the rate of its band, or all of it at one band's rate."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from products.rules.arithmetic import ARITHMETIC, ZERO
from products.rules.ranges import read_range
from products.rules.rate_tables import ANY, NoRow, RateTable
from products.rules.rating_plan import Step
from products.rules.step_words import Finding, plain_number
from products.rules.steps.kind import Built, Operands, Site, StepKind, StepRefused, Values
from products.rules.steps.look_ups import no_row


class Band(NamedTuple):
    """A band of a tiered table: from low to high, its rate, its cell as filed."""

    low: Decimal
    high: Decimal
    rate: Decimal
    cell: str


def _bands(table: RateTable) -> list[Band]:
    read = ((read_range(cell), rate, cell) for cell, rate in table.rows)
    return sorted(Band(found.low, found.high, Decimal(rate), cell) for found, rate, cell in read)


def _tiers(step: Step, operands: Operands, site: Site) -> Built:
    return (_cumulative if step.settings["fill"] == "cumulative" else _level)(step, operands, site)


def _level(step: Step, operands: Operands, site: Site) -> Built:
    (slot,), find = operands.of, site.table(step).find

    def run(values: Values) -> Decimal:
        try:
            return ARITHMETIC.multiply(values[slot], find((values[slot],))[0])
        except NoRow:
            raise no_row(step, step.of, [values[slot]]) from None

    def explain(values: Values) -> Finding:
        rate, cells = find((values[slot],))
        return Finding(cells, _part(values[slot], rate))

    return Built(run, explain)


def _cumulative(step: Step, operands: Operands, site: Site) -> Built:
    (slot,), table = operands.of, site.table(step)
    find, bands = table.find, _bands(table)

    def filled(amount: Decimal) -> list[tuple[Decimal, Band]]:
        """The part of the amount in each band it reaches; the first band always counts."""
        subtract, reached = ARITHMETIC.subtract, bands[:1] + [band for band in bands[1:] if band.low < amount]
        return [(subtract(min(amount, band.high), band.low), band) for band in reached]

    def run(values: Values) -> Decimal:
        amount, total = values[slot], ZERO
        try:
            find((amount,))
        except NoRow:
            raise no_row(step, step.of, [amount]) from None
        for part, band in filled(amount):
            total = ARITHMETIC.add(total, ARITHMETIC.multiply(part, band.rate))
        return total

    def explain(values: Values) -> Finding:
        parts = filled(values[slot])
        return Finding(
            tuple(band.cell for _part_, band in parts), " + ".join(_part(part, band.rate) for part, band in parts)
        )

    return Built(run, explain)


def _part(amount: Decimal, rate: Decimal) -> str:
    return f"{plain_number(amount)} × {plain_number(rate)}"


def _check_bands(step: Step, tables: Mapping[str, RateTable]) -> None:
    table = tables[step.table]
    if [key.match for key in table.keys] != ["range"] or table.is_of_days(0):
        raise StepRefused("table", "tiers need a table with one key, a range of numbers")
    if table.default is not None or any(row[0] == ANY for row in table.rows):
        raise StepRefused("table", "a table of tiers has no default and no row for any value")
    if step.settings["fill"] == "cumulative":
        _check_filled_from_zero(_bands(table))


def _check_filled_from_zero(bands: list[Band]) -> None:
    if bands[0].low != 0:
        raise StepRefused("table", f"bands filled cumulatively start at 0, not with {bands[0].cell}")
    for before, after in itertools.pairwise(bands):
        if before.high != after.low:
            raise StepRefused("table", f"bands filled cumulatively meet: {before.cell} is followed by {after.cell}")


KINDS = {"tiers": StepKind(_tiers, "of table fill", check=_check_bands)}
