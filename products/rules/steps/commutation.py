"""The step that takes a value from the product's life basis: a premium per 1 of sum, or what it is made of."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from products.rules.life.basis import EVERYBODY, VALUE_NAMES
from products.rules.life.exact import LifeError
from products.rules.rating_plan import Step
from products.rules.steps.kind import Built, NotPriceable, Operands, Site, StepKind, Values


def _commutation(step: Step, operands: Operands, site: Site) -> Built:
    life, key = site.plan.life, step.key
    if life is None:
        raise ValueError("a commutation step stands in a plan without a life basis")
    place = VALUE_NAMES.index(step.settings["value"])
    named = [name for name in (life.by, life.age, life.term, life.pay_term) if isinstance(name, str) and name]
    group = _text(site, life.by)
    age, term, pay_term = (_whole(site, figure) for figure in (life.age, life.term, life.pay_term))

    def run(values: Values) -> Decimal:
        try:
            return life.at(group(values), age(values), term(values), pay_term(values))[place]  # type: ignore[arg-type]
        except LifeError as error:
            raise NotPriceable(key, str(error)) from None

    return Built(run, reads=tuple((name, site.slots[name]) for name in dict.fromkeys(named)))


def _text(site: Site, name: str) -> Callable[[Values], str]:
    if not name:
        return lambda values: EVERYBODY
    slot = site.slots[name]
    return lambda values: str(values[slot])


def _whole(site: Site, figure: int | str | None) -> Callable[[Values], int | None]:
    if not isinstance(figure, str):
        return lambda values: figure
    slot = site.slots[figure]
    return lambda values: int(values[slot])


KINDS = {"commutation": StepKind(_commutation, "value")}
