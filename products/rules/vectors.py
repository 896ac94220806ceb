"""Runs a version's own test vectors: facts in, the expected price or decision out."""

from __future__ import annotations

from collections.abc import Iterator

from products.rules.decisions import Decision, DecisionError, decide
from products.rules.definition import Definition, TestVector
from products.rules.derived import with_derived
from products.rules.facts import FactsInvalid, read_facts
from products.rules.rating import NotPriceable, Rating


class VectorFailed(Exception):
    """A test vector whose answer differs; `line` is where it stands in the file."""

    def __init__(self, vector: TestVector, message: str) -> None:
        super().__init__(f"{vector.name}: {message}")
        self.vector, self.line = vector, vector.line


def run_vectors(definition: Definition, rating: Rating) -> int:
    """Run them all; the number of vectors run.

    Raises:
        VectorFailed: at the first one whose answer differs.
    """
    for vector in definition.vectors:
        for message in differences(definition, rating, vector):
            raise VectorFailed(vector, message)
    return len(definition.vectors)


def differences(definition: Definition, rating: Rating, vector: TestVector) -> Iterator[str]:
    """What differs between a vector's expectation and the engine's answer."""
    try:
        if vector.total is not None:
            yield from _price_differences(definition, rating, vector)
        if vector.underwriting_outcome:
            priced = read_facts(definition, vector.facts, vector.plan)
            facts = with_derived(definition.derived, {**priced, **vector.underwriting})
            yield from _decision_differences(definition, "underwriting", facts, vector)
        if vector.claim_outcome:
            yield from _decision_differences(definition, "claims", vector.claim, vector)
    except (FactsInvalid, NotPriceable, DecisionError) as error:
        yield f"no answer: {error}"


def _price_differences(definition: Definition, rating: Rating, vector: TestVector) -> Iterator[str]:
    breakdown = rating.price(read_facts(definition, vector.facts, vector.plan))
    if breakdown.total != vector.total:
        yield f"total {breakdown.total}, expected {vector.total}"
    premiums = breakdown.coverage_premiums
    for key, expected in vector.lines.items():
        if premiums.get(key) != expected:
            yield f"{key} {premiums.get(key)}, expected {expected}"


def _decision_differences(
    definition: Definition, table: str, facts: dict[str, object] | object, vector: TestVector
) -> Iterator[str]:
    decision: Decision = decide(definition.tables[table], facts)  # type: ignore[arg-type]
    expected = vector.underwriting_outcome if table == "underwriting" else vector.claim_outcome
    if decision.outcome != expected:
        yield f"{table} {decision.outcome}, expected {expected}"
    rules = tuple(hit.id for hit in decision.rules)
    if vector.rules and rules != vector.rules:
        yield f"{table} rules {', '.join(rules)}, expected {', '.join(vector.rules)}"
