"""Steps that read a rate table: one row, or a line between two points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from products.rules.rate_tables import NoRow, RateTable
from products.rules.rating_plan import Step
from products.rules.step_words import Finding
from products.rules.steps.kind import Built, NotPriceable, Operands, Site, StepKind, StepRefused, Values


def no_row(step: Step, names: Sequence[str], values: Sequence[Any]) -> NotPriceable:
    """What to raise when the table has no row for these values."""
    wanted = ", ".join(f"{name} {value}" for name, value in zip(names, values, strict=True))
    return NotPriceable(step.key, f"table {step.table} has no row for {wanted}")


def _lookup(step: Step, operands: Operands, site: Site) -> Built:
    find, slots = site.table(step).find, operands.of
    names = tuple(step.by) or step.of

    def run(values: Values) -> Any:
        try:
            return find([values[slot] for slot in slots])[0]
        except NoRow:
            raise no_row(step, names, [values[slot] for slot in slots]) from None

    return Built(run, lambda values: Finding(find([values[slot] for slot in slots])[1]))


def _check_no_points(step: Step, tables: Mapping[str, RateTable]) -> None:
    if any(key.match == "point" for key in tables[step.table].keys):
        raise StepRefused("table", "a table of points belongs to an interpolate step")


def _check_points(step: Step, tables: Mapping[str, RateTable]) -> None:
    if [key.match for key in tables[step.table].keys] != ["point"]:
        raise StepRefused("table", "interpolate needs a table with one key, a point")


KINDS = {
    "lookup": StepKind(_lookup, "table by", check=_check_no_points),
    "interpolate": StepKind(_lookup, "of table", check=_check_points),
}
