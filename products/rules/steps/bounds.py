"""Steps that keep an amount within bounds: min, max, cap, minimum premium."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from products.rules.rate_tables import RateTable
from products.rules.rating_plan import Step, constant_of
from products.rules.steps.kind import Builder, Built, NotPriceable, Operands, Site, StepKind, StepRefused, Values


def _choice(choose: Callable[..., Decimal]) -> Builder:
    """The least or the greatest operand; the first of equal ones."""

    def build(step: Step, operands: Operands, site: Site) -> Built:
        slots = operands.of
        return Built(lambda values: choose([values[slot] for slot in slots]))

    return build


def _cap(step: Step, operands: Operands, site: Site) -> Built:
    (slot,), key = operands.of, step.key
    low, high = operands.named.get("at_least"), operands.named.get("at_most")

    def run(values: Values) -> Decimal:
        value = values[slot]
        if low is not None and high is not None and values[low] > values[high]:
            raise NotPriceable(key, f"at least {values[low]} and at most {values[high]} leaves nothing")
        if low is not None and value < values[low]:
            return values[low]
        return values[high] if high is not None and value > values[high] else value

    return Built(run)


def _check_cap(step: Step, tables: Mapping[str, RateTable]) -> None:
    if not step.named:
        raise StepRefused("", "cap needs at_least, at_most or both")
    low, high = (constant_of(step.named.get(name, "")) for name in ("at_least", "at_most"))
    if low is not None and high is not None and low > high:
        raise StepRefused("at_most", "at_most is below at_least")


def _minimum_premium(step: Step, operands: Operands, site: Site) -> Built:
    (slot,), amount = operands.of, operands.named["amount"]
    return Built(lambda values: max(values[slot], values[amount]))


KINDS = {
    "min": StepKind(_choice(min), operands=(2, 12)),
    "max": StepKind(_choice(max), operands=(2, 12)),
    "cap": StepKind(_cap, "of", "at_least at_most words_when_applied", check=_check_cap),
    "minimum_premium": StepKind(_minimum_premium, "of amount", "words_when_applied"),
}
