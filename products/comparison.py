"""Products side by side on the questions that matter, for the same person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from products.calculator import CalculatorField, calculate
from products.compiled import CoverageTerm
from products.rules.definition import FactValue, Input
from products.rules.facts import FactsInvalid
from products.rules.rating import NotPriceable
from products.selectors import Offered, comparable_facts

MAX_COMPARED = 4


@dataclass(frozen=True, slots=True)
class ComparedProduct:
    """One column: the product, its price for these conditions, and its figures."""

    offered: Offered
    total: Decimal | None
    currency: str
    terms: tuple[CoverageTerm, ...]
    fits: bool

    @property
    def longest_waiting(self) -> int:
        return max((term.waiting_days for term in self.terms), default=0)

    @property
    def health_questions(self) -> int:
        return len(self.offered.definition.health_questions)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The columns, and the conditions they are priced for."""

    products: tuple[ComparedProduct, ...]
    conditions: tuple[CalculatorField, ...]


def compare(items: tuple[Offered, ...], given: Mapping[str, Any]) -> Comparison:
    """Price each product for the conditions given; what a product does not ask is left out, what it asks beyond them
    stands at its example.
    """
    conditions = _conditions(items, given)
    values = {field.key: field.value for field in conditions if not field.error}
    return Comparison(tuple(compared(item, values) for item in items), conditions)


def compared(item: Offered, values: Mapping[str, Any]) -> ComparedProduct:
    """One column. `fits` is false when the person is outside the product's range; there is no price then."""
    try:
        facts: Mapping[str, FactValue] = comparable_facts(item.product, dict(values))
        breakdown = item.product.price(facts)
    except (FactsInvalid, NotPriceable):
        return ComparedProduct(item, None, "CNY", (), fits=False)
    return ComparedProduct(item, breakdown.total, breakdown.currency, item.product.coverage_terms(facts), fits=True)


def _conditions(items: tuple[Offered, ...], given: Mapping[str, Any]) -> tuple[CalculatorField, ...]:
    """What is asked once for all: facts about the person or thing, and sums that at least two products share."""
    asked = Counter(one.key for item in items for one in item.definition.asked_inputs)
    found: dict[str, CalculatorField] = {}
    for item in items:
        for field in calculate(item.product, given).fields:
            shared = _is_condition(field.input) or asked[field.key] > 1
            if shared and (field.key not in found or found[field.key].error):
                found[field.key] = field
    return tuple(found.values())


def _is_condition(item: Input) -> bool:
    return bool(item.person) or item.type in ("choice", "boolean")
