"""Which values the columns of a product's decision tables can take, for examining the tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from products.rules.definition import Definition, Input
from products.rules.figures import FactValue
from products.rules.questions import Question
from products.rules.value_space import Domain, quoted

# What the platform supplies (platform_facts.py); amounts are yuan and cents, counts and days whole.
PLATFORM: dict[str, Domain] = {
    "age": Domain("0..150", whole=True),
    "holder_age": Domain("0..150", whole=True),
    "sex": Domain("male, female, unknown"),
    "relationship": Domain("self, spouse, child, parent, family, employee, other"),
    "existing_sum_insured": Domain(">= 0"),
    "days_since_start": Domain(whole=True),
    "stay_days": Domain(">= 0", whole=True),
    "payable_days": Domain(">= 0", whole=True),
    "amount": Domain(">= 0"),
    "reported_after_days": Domain(">= 0", whole=True),
    "earlier_claims": Domain(">= 0", whole=True),
    "fraud_score": Domain("0..100", whole=True),
}


class _HasValue(Protocol):
    @property
    def value(self) -> FactValue: ...


def domains_of(definition: Definition) -> dict[str, Domain]:
    """By column: what inputs and questions of the product allow, and what the platform supplies.

    Where both know a column, the platform's counts: the insured's age on the first day of cover may lie outside what
    the calculator accepts, and the table has a rule for it.
    """
    coverages = definition.coverages
    claims = {
        "coverage": _one_of(coverage.key for coverage in coverages),
        "benefit": _one_of(coverage.kind for coverage in coverages),
    }
    asked = {question.key: _of_question(question) for question in (*definition.questions, *definition.suitability)}
    derived = {one.key: Domain(f"{one.least:f}..{one.most:f}") for one in definition.derived}
    return {item.key: _of_input(item) for item in definition.inputs} | asked | derived | PLATFORM | claims


def _of_question(question: Question) -> Domain:
    return _options(question.options) if question.options else Domain(whole=question.type == "integer")


def _of_input(item: Input) -> Domain:
    if item.options:
        return _options(item.options)
    low, high = ("" if bound is None else f"{bound:f}" for bound in (item.minimum, item.maximum))
    return Domain(f"{low}..{high}" if low or high else "-", whole=item.type == "integer")


def _options(options: Iterable[_HasValue]) -> Domain:
    return _one_of(str(option.value) for option in options)


def _one_of(values: Iterable[str]) -> Domain:
    return Domain(", ".join(quoted(value) for value in dict.fromkeys(values)))
