"""Products side by side on the questions that matter, for the same person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from insureweb.kernel.localized import Localized
from products.calculator import CalculatorField, calculate
from products.compiled import CoverageTerm
from products.paying import PayPlan, pay_plan
from products.rules.definition import Definition, FactValue, Input
from products.rules.facts import FactsInvalid, facts_as_text
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
    paid: PayPlan | None
    facts: Mapping[str, str]
    fits: bool

    @property
    def definition(self) -> Definition:
        return self.offered.definition

    @property
    def health_questions(self) -> int:
        return len(self.definition.health_questions)

    @property
    def query(self) -> str:
        """The same conditions for the product's own page."""
        return f"?{urlencode(self.facts)}" if self.facts else ""


@dataclass(frozen=True, slots=True)
class Question:
    """A row: its words, how its answers are drawn, and how an answer is read off a column."""

    key: str
    words: Any
    kind: str
    answer: Callable[[ComparedProduct], Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """One cell."""

    product: ComparedProduct
    value: Any


@dataclass(frozen=True, slots=True)
class Row:
    """A question with the answer of every product; `is_same` when they all say the same."""

    key: str
    words: Any
    kind: str
    answers: tuple[Answer, ...]
    is_same: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """The columns, the rows, and the conditions the columns are priced for."""

    products: tuple[ComparedProduct, ...]
    rows: tuple[Row, ...]
    conditions: tuple[CalculatorField, ...]

    @property
    def different(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if not row.is_same)


def _texts(statements: Any) -> tuple[Localized, ...]:
    return tuple(statement.text for statement in statements)


def _reduced(product: ComparedProduct) -> tuple[CoverageTerm, ...]:
    """Coverages that do not pay a bill in full."""
    return tuple(
        term for term in product.terms if term.deductible or term.deductible_days or term.pays_percent != Decimal(100)
    )


QUESTIONS = (
    Question("paid", _("How it is paid"), "paid", lambda column: column.paid),
    Question("kind", _("What it is"), "words", lambda column: column.definition.kind),
    Question("pays", _("Pays at most"), "benefits", lambda column: column.terms),
    Question("reduced", _("Deductible and share"), "reduced", _reduced),
    Question("covered", _("Covered"), "covered", lambda column: _texts(column.definition.covered)),
    Question("not_covered", _("Not covered"), "not_covered", lambda column: _texts(column.definition.not_covered)),
    Question("waiting", _("Waiting period"), "days", lambda column: column.definition.terms.waiting_days),
    Question("cooling_off", _("Cooling-off"), "days", lambda column: column.definition.terms.cooling_off_days),
    Question("renewal", _("Renewal"), "words", lambda column: column.definition.terms.renewal_text),
    Question("age", _("Age at entry"), "ages", lambda column: column.definition.entry_age),
    Question("health", _("Health questions"), "number", lambda column: column.health_questions),
    Question("insurer", _("Carried by"), "words", lambda column: column.offered.insurer.name),
)


def compare(items: tuple[Offered, ...], given: Mapping[str, Any]) -> Comparison:
    """Price each product for the conditions given; what a product does not ask is left out, what it asks beyond them
    stands at its example.
    """
    conditions = _conditions(items, given)
    values = {field.key: field.value for field in conditions if not field.error}
    columns = tuple(compared(item, values) for item in items)
    return Comparison(columns, tuple(_row(question, columns) for question in QUESTIONS), conditions)


def _row(question: Question, columns: tuple[ComparedProduct, ...]) -> Row:
    answers = tuple(Answer(column, question.answer(column)) for column in columns)
    first = answers[0].value
    return Row(
        question.key, question.words, question.kind, answers, all(answer.value == first for answer in answers[1:])
    )


def compared(item: Offered, values: Mapping[str, Any]) -> ComparedProduct:
    """One column. `fits` is false when the person is outside the product's range; there is no price then."""
    try:
        facts: Mapping[str, FactValue] = comparable_facts(item.product, dict(values))
        breakdown = item.product.price(facts)
    except (FactsInvalid, NotPriceable):
        return ComparedProduct(item, None, "CNY", (), None, {}, fits=False)
    return ComparedProduct(
        item,
        breakdown.total,
        breakdown.currency,
        item.product.coverage_terms(facts),
        pay_plan(item.product.terms, facts, breakdown.total),
        facts_as_text({one.key: facts[one.key] for one in item.definition.asked_inputs}),
        fits=True,
    )


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
