"""Steps that add, multiply, subtract and divide."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from products.rules.arithmetic import ARITHMETIC, ONE, ZERO
from products.rules.rate_tables import RateTable
from products.rules.rating_plan import Step, constant_of
from products.rules.steps.kind import Builder, Built, NotPriceable, Operands, Site, StepKind, StepRefused, Values


def _input(step: Step, operands: Operands, site: Site) -> Built:
    (slot,) = operands.of
    return Built(lambda values: values[slot])


def _per_unit(step: Step, operands: Operands, site: Site) -> Built:
    (slot,), unit, divide = operands.of, step.settings["unit"], ARITHMETIC.divide
    return Built(lambda values: divide(values[slot], unit))


def _fold(operation: Callable[[Decimal, Decimal], Decimal], start: Decimal) -> Builder:
    """Constants are combined once, when the step is built; then come the other operands in order."""

    def build(step: Step, operands: Operands, site: Site) -> Built:
        constant, slots = start, []
        for slot in operands.of:
            if slot < len(site.constants):
                constant = operation(constant, site.constants[slot])
            else:
                slots.append(slot)

        def run(values: Values) -> Decimal:
            result = constant
            for slot in slots:
                result = operation(result, values[slot])
            return result

        return Built(run)

    return build


def _subtract(step: Step, operands: Operands, site: Site) -> Built:
    (slot, taken), subtract = operands.of, ARITHMETIC.subtract
    return Built(lambda values: subtract(values[slot], values[taken]))


def _divide(step: Step, operands: Operands, site: Site) -> Built:
    (slot, by), divide, key = operands.of, ARITHMETIC.divide, step.key

    def run(values: Values) -> Decimal:
        divisor = values[by]
        if not divisor:
            raise NotPriceable(key, "the divisor is zero")
        return divide(values[slot], divisor)

    return Built(run)


def _check_divisor(step: Step, tables: Mapping[str, RateTable]) -> None:
    if constant_of(step.of[1]) == 0:
        raise StepRefused("of", "divides by zero")


KINDS = {
    "input": StepKind(_input),
    "per_unit": StepKind(_per_unit, "of unit"),
    "multiply": StepKind(_fold(ARITHMETIC.multiply, ONE), operands=(1, 12)),
    "add": StepKind(_fold(ARITHMETIC.add, ZERO), operands=(1, 12)),
    "sum": StepKind(_fold(ARITHMETIC.add, ZERO), operands=(1, 40)),
    "subtract": StepKind(_subtract, operands=(2, 2)),
    "divide": StepKind(_divide, operands=(2, 2), check=_check_divisor),
}
