"""Compiled products, kept per process by content hash: a published version never changes, so nothing expires."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from insureweb.kernel.localized import Localized
from insureweb.kernel.money import Money
from products.rules.decisions import Decision, decide
from products.rules.definition import Consent, Coverage, Definition, FactValue, Plan, Question, Terms
from products.rules.derived import with_derived
from products.rules.document import node_of
from products.rules.facts import read_facts
from products.rules.life.reserves import PolicyYear
from products.rules.rating import Breakdown, Rating
from products.rules.reading import read_definition
from products.rules.wording import Wording

if TYPE_CHECKING:
    from products.models import ProductVersion

MAX_COMPILED = 512


@dataclass(frozen=True, slots=True)
class CoverageTerm:
    """A coverage with its figures for one contract; amounts in the product's currency, 0 days means no such limit."""

    code: str
    name: Localized
    kind: str
    limit: Decimal | None
    daily_amount: Decimal | None
    deductible: Decimal | None
    deductible_days: int
    max_days: int
    max_days_year: int
    pays_percent: Decimal
    waiting_days: int
    waiting_days_by_cause: Mapping[str, int]
    ends_contract: bool
    how: Localized
    clause: str


class CompiledProduct:
    """A version ready to use: price, decide, and everything pages and other apps read."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.rating = Rating(definition)

    @property
    def content_hash(self) -> str:
        return self.definition.content_hash

    @cached_property
    def from_price(self) -> Decimal:
        """The lowest usual price, for the facts the file names."""
        shop = self.definition.shop
        return self.price(self.read_facts(shop.from_facts, shop.from_plan)).total

    @property
    def questions(self) -> tuple[Question, ...]:
        return self.definition.questions

    @property
    def suitability(self) -> tuple[Question, ...]:
        return self.definition.suitability

    @property
    def consents(self) -> tuple[Consent, ...]:
        return self.definition.consents

    @property
    def coverages(self) -> tuple[Coverage, ...]:
        return self.definition.coverages

    @property
    def plans(self) -> tuple[Plan, ...]:
        return self.definition.plans

    @property
    def terms(self) -> Terms:
        return self.definition.terms

    @property
    def wordings(self) -> tuple[Wording, ...]:
        return self.definition.wordings

    def read_facts(self, raw: Mapping[str, Any], plan: str = "") -> dict[str, FactValue]:
        """Typed facts. Raises FactsInvalid."""
        return read_facts(self.definition, raw, plan)

    def price(self, facts: Mapping[str, FactValue]) -> Breakdown:
        """The price with its steps. Raises NotPriceable."""
        return self.rating.price(facts)

    def policy_values(self, facts: Mapping[str, FactValue]) -> tuple[PolicyYear, ...]:
        """Premium, reserve and cash value of every policy year; nothing for a product without cash values.

        Raises NotPriceable.
        """
        life = self.definition.rating.life
        return life.policy_years(facts, self.price(facts).total) if life else ()

    def total(self, facts: Mapping[str, FactValue]) -> Money:
        breakdown = self.price(facts)
        return Money(breakdown.total, breakdown.currency)

    def decide(self, table: str, facts: Mapping[str, Any]) -> Decision:
        """Ask the table "underwriting" or "claims"; underwriting looks at derived facts too.

        Raises DecisionError, KeyError for another table.
        """
        if table == "underwriting":
            facts = with_derived(self.definition.derived, facts)
        return decide(self.definition.tables[table], facts, self.content_hash)

    def coverage_terms(self, facts: Mapping[str, FactValue]) -> tuple[CoverageTerm, ...]:
        """Every coverage with its figures for these facts."""
        return tuple(_term(coverage, facts) for coverage in self.coverages)


def _term(coverage: Coverage, facts: Mapping[str, FactValue]) -> CoverageTerm:
    figures = {
        name: operand.value(facts) if operand else None
        for name, operand in (
            ("limit", coverage.limit),
            ("daily_amount", coverage.daily_amount),
            ("deductible", coverage.deductible),
        )
    }
    return CoverageTerm(
        code=coverage.key,
        name=coverage.name,
        kind=coverage.kind,
        deductible_days=coverage.deductible_days,
        max_days=coverage.max_days,
        max_days_year=coverage.max_days_year,
        pays_percent=coverage.pays_percent.value(facts),
        waiting_days=coverage.waiting_days,
        waiting_days_by_cause={cause: coverage.waiting_days_for(cause) for cause in coverage.causes},
        ends_contract=coverage.ends_contract,
        how=coverage.how,
        clause=coverage.clause,
        **figures,
    )


_compiled: OrderedDict[str, CompiledProduct] = OrderedDict()
_lock = threading.Lock()


def is_compiled(content_hash: str) -> bool:
    """Whether this process already holds the compiled form."""
    return content_hash in _compiled


def compiled(version: ProductVersion) -> CompiledProduct:
    """The compiled form of a stored version."""
    found = _compiled.get(version.content_hash)
    return found or _keep(version.content_hash, read_definition(node_of(version.definition)))


def compiled_definition(definition: Definition) -> CompiledProduct:
    """The compiled form of a definition that has just been read, stored or not."""
    return _compiled.get(definition.content_hash) or _keep(definition.content_hash, definition)


def _keep(content_hash: str, definition: Definition) -> CompiledProduct:
    product = CompiledProduct(definition)
    with _lock:
        _compiled[content_hash] = product
        while len(_compiled) > MAX_COMPILED:
            _compiled.popitem(last=False)
    return product


def forget_all() -> None:
    """Compile again at the next use; for measurements of the cold path."""
    with _lock:
        _compiled.clear()
