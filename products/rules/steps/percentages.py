"""Steps that take a percentage of an amount: discount, loading, tax."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from products.rules.arithmetic import ARITHMETIC, HUNDRED, ZERO
from products.rules.rate_tables import RateTable
from products.rules.rating_plan import Step, constant_of
from products.rules.steps.kind import Builder, Built, Check, NotPriceable, Operands, Site, StepKind, StepRefused, Values

Factor = Callable[[Decimal], Decimal]


def _hundredth(value: Decimal) -> Decimal:
    return ARITHMETIC.scaleb(value, -2)


def _kind(factor: Factor, most: Decimal | None = None) -> StepKind:
    return StepKind(_percentage(factor, most), "of percent", check=_check_percent(most))


def _percentage(factor: Factor, most: Decimal | None) -> Builder:
    """The operand times a factor made of the percentage, which lies between 0 and `most`."""

    def build(step: Step, operands: Operands, site: Site) -> Built:
        (slot,), percent, key = operands.of, operands.named["percent"], step.key

        def run(values: Values) -> Decimal:
            rate = values[percent]
            if rate < ZERO or (most is not None and rate > most):
                raise NotPriceable(key, f"{rate} percent is out of bounds")
            return ARITHMETIC.multiply(values[slot], factor(rate))

        return Built(run)

    return build


def _check_percent(most: Decimal | None) -> Check:
    def check(step: Step, tables: Mapping[str, RateTable]) -> None:
        rate = constant_of(step.named["percent"])
        if rate is not None and (rate < ZERO or (most is not None and rate > most)):
            raise StepRefused("percent", f"{rate} percent is out of bounds")

    return check


KINDS = {
    "discount": _kind(lambda rate: _hundredth(ARITHMETIC.subtract(HUNDRED, rate)), HUNDRED),
    "loading": _kind(lambda rate: _hundredth(ARITHMETIC.add(HUNDRED, rate))),
    "tax": _kind(_hundredth),
}
