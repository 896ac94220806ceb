"""The calculator of a product page: what was asked for, what each plan would cost, the price and how it came about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from unicodedata import east_asian_width

from insureweb.kernel.localized import Localized
from products.compiled import CompiledProduct
from products.rules.definition import FactValue, Input, Option
from products.rules.facts import FactsInvalid, facts_as_text
from products.rules.rating import Breakdown, NotPriceable

PLAN, PLAN_SHOWN, PRODUCT = "plan", "plan_shown", "product"
NOT_FACTS = frozenset({PLAN, PLAN_SHOWN, PRODUCT})
MAX_FIELDS = 60
HALF_WIDTH, UNIT_WIDTH = 10, 3


def _width(text: str) -> int:
    """In half characters: a Chinese character takes two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


@dataclass(frozen=True, slots=True)
class CalculatorField:
    """One input as the form shows it. `note` is the hint of the chosen option."""

    input: Input
    value: str
    error: Any

    @property
    def key(self) -> str:
        return self.input.key

    @property
    def id(self) -> str:
        return f"fact-{self.input.key}"

    @property
    def options(self) -> tuple[Option, ...]:
        return self.input.options

    @property
    def is_flag(self) -> bool:
        return self.input.type == "boolean"

    @property
    def is_wide(self) -> bool:
        """Whether half the width of a phone would cut the words or figures off."""
        if self.options:
            return max(_width(str(option.label)) for option in self.options) > HALF_WIDTH
        return max(len(f"{self.input.maximum or 0:f}"), len(self.value)) > HALF_WIDTH - UNIT_WIDTH

    @property
    def note(self) -> Localized | None:
        chosen = next((option for option in self.input.options if option.text == self.value), None)
        return chosen.hint if chosen else None

    @property
    def chosen_label(self) -> Localized | None:
        chosen = next((option for option in self.input.options if option.text == self.value), None)
        return chosen.label if chosen else None


@dataclass(frozen=True, slots=True)
class PlanChoice:
    """A plan with its price for the same person; no price while a fact is missing."""

    key: str
    name: Localized
    summary: Localized | None
    total: Decimal | None
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Calculation:
    """Everything a page needs to show the calculator."""

    product: CompiledProduct
    plan: str
    plan_changed: bool
    fields: tuple[CalculatorField, ...]
    plans: tuple[PlanChoice, ...]
    facts: Mapping[str, FactValue]
    breakdown: Breakdown | None
    errors: Mapping[str, Any]

    @property
    def plan_name(self) -> Localized:
        return self.product.definition.plans_by_key[self.plan].name

    @property
    def problems(self) -> list[tuple[str, Any]]:
        """(id of the field, message) for the error summary."""
        return [(f"fact-{key}", message) for key, message in self.errors.items()]


def facts_in_query(product: CompiledProduct, query: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """Raw facts and the plan from a form's query; pass both to `read_facts`.

    A plan just chosen brings its own sums: when `plan` differs from `plan_shown`, what the plan sets overrides what the
    form still showed for the plan before. Fields that are not inputs of the product are left out.
    """
    plan = _known_plan(product, query.get(PLAN, ""))
    shown = query.get(PLAN_SHOWN, "")
    known = product.definition.inputs_by_key
    raw = {key: query.get(key) for key in list(query)[:MAX_FIELDS] if key not in NOT_FACTS and key in known}
    if shown and shown != plan:
        raw.update(facts_as_text(product.definition.plans_by_key[plan].sets))
    return raw, plan


def _known_plan(product: CompiledProduct, plan: Any) -> str:
    definition = product.definition
    return plan if isinstance(plan, str) and plan in definition.plans_by_key else definition.shop.default_plan


def calculate(product: CompiledProduct, query: Mapping[str, Any]) -> Calculation:
    """The calculator for a query; an empty one shows the examples of the product file."""
    raw, plan = facts_in_query(product, query)
    shown = query.get(PLAN_SHOWN, "")
    values = _with_examples(product, raw, plan)
    facts, breakdown, errors = _priced(product, values, plan)
    fields = tuple(
        CalculatorField(item, _shown(values.get(item.key)), errors.get(item.key, ""))
        for item in product.definition.asked_inputs
    )
    plans = tuple(
        PlanChoice(
            choice.key, choice.name, choice.summary, _plan_total(product, values, choice.key), choice.key == plan
        )
        for choice in product.plans
    )
    return Calculation(product, plan, bool(shown) and shown != plan, fields, plans, facts, breakdown, errors)


def _with_examples(product: CompiledProduct, raw: Mapping[str, Any], plan: str) -> dict[str, Any]:
    """What was given; for the rest the plan's values and then the examples."""
    definition = product.definition
    values: dict[str, Any] = {item.key: item.example for item in definition.asked_inputs if item.example is not None}
    values.update(definition.plans_by_key[plan].sets)
    values.update(raw)
    asked = {item.key for item in definition.asked_inputs}
    return {key: value for key, value in values.items() if key in asked}


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)[:200]


def _priced(
    product: CompiledProduct, values: Mapping[str, Any], plan: str
) -> tuple[Mapping[str, FactValue], Breakdown | None, Mapping[str, Any]]:
    try:
        facts = product.read_facts(values, plan)
        return facts, product.price(facts), {}
    except FactsInvalid as error:
        return {}, None, error.messages
    except NotPriceable:
        return {}, None, {}


def _plan_total(product: CompiledProduct, values: Mapping[str, Any], plan: str) -> Decimal | None:
    own = product.definition.plans_by_key[plan].sets
    given = {key: value for key, value in values.items() if key not in own}
    _facts, breakdown, _errors = _priced(product, given, plan)
    return breakdown.total if breakdown else None
