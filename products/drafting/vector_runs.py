"""The test vectors of a version as they ran: what each expects, what the engine answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from products.compiled import CompiledProduct
from products.drafting.choices import OUTCOMES
from products.drafting.fact_words import fact_label, facts_in_words
from products.rules.decisions import DecisionError
from products.rules.definition import TestVector
from products.rules.facts import FactsInvalid
from products.rules.rating import NotPriceable
from products.rules.vectors import differences


@dataclass(frozen=True, slots=True)
class Compared:
    """One expectation beside its answer."""

    what: str
    expected: str
    actual: str

    @property
    def holds(self) -> bool:
        return self.expected == self.actual


@dataclass(frozen=True, slots=True)
class VectorRun:
    """A vector as it ran. `why` says why there is no answer at all."""

    vector: TestVector
    facts: str
    rows: tuple[Compared, ...]
    holds: bool
    why: str = ""


def run_all(product: CompiledProduct) -> list[VectorRun]:
    """Every vector of a version, in the order of the file."""
    return [_run(product, vector) for vector in product.definition.vectors]


def _run(product: CompiledProduct, vector: TestVector) -> VectorRun:
    facts = _words(product, vector)
    # What publishing looks at decides; the rows only show it.
    holds = not any(differences(product.definition, product.rating, vector))
    try:
        rows = tuple(_rows(product, vector))
    except FactsInvalid as error:
        return VectorRun(
            vector,
            facts,
            (),
            holds,
            "; ".join(f"{fact_label(product.definition, key)}: {words}" for key, words in error.messages.items()),
        )
    except (NotPriceable, DecisionError) as error:
        return VectorRun(vector, facts, (), holds, str(error))
    return VectorRun(vector, facts, rows, holds)


def _rows(product: CompiledProduct, vector: TestVector) -> Iterator[Compared]:
    if vector.total is not None:
        breakdown = product.price(product.read_facts(vector.facts, vector.plan))
        yield Compared(_("Premium"), f"{vector.total:,.2f}", f"{breakdown.total:,.2f}")
        names = {line.coverage: line.name for line in breakdown.lines}
        premiums = {line.coverage: line.amount for line in breakdown.lines}
        for key, expected in vector.lines.items():
            actual = premiums.get(key)
            shown = "" if actual is None else f"{actual:,.2f}"
            yield Compared(str(names.get(key, key)), f"{expected:,.2f}", shown)
    if vector.underwriting_outcome:
        facts: dict[str, Any] = {**product.read_facts(vector.facts, vector.plan), **vector.underwriting}
        yield from _decided(product, "underwriting", _("Underwriting"), vector.underwriting_outcome, facts, vector)
    if vector.claim_outcome:
        yield from _decided(product, "claims", _("Claim"), vector.claim_outcome, vector.claim, vector)


def _decided(
    product: CompiledProduct, table: str, what: str, outcome: str, facts: Mapping[str, Any], vector: TestVector
) -> Iterator[Compared]:
    decision = product.decide(table, facts)
    expected, actual = (str(OUTCOMES.get(code, code)) for code in (outcome, decision.outcome))
    yield Compared(what, expected, actual)
    if vector.rules:
        yield Compared(_("Rules"), ", ".join(vector.rules), ", ".join(hit.id for hit in decision.rules))


def _words(product: CompiledProduct, vector: TestVector) -> str:
    """The plan and the facts as a reader knows them."""
    definition = product.definition
    plan = definition.plans_by_key.get(vector.plan)
    facts = {**vector.facts, **vector.underwriting, **vector.claim}
    return _("; ").join(filter(None, (str(plan.name) if plan else vector.plan, facts_in_words(definition, facts))))
