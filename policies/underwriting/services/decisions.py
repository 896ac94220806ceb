"""The automatic decision: the product's own table, asked once, kept with everything it said."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from insureweb.kernel.actors import Actor
from insureweb.kernel.context import use_case
from policies.underwriting.models import UnderwritingDecision
from policies.underwriting.rules.loading import LARGEST_LOADING
from policies.underwriting.states import Outcome
from policies.words import in_both_languages
from products.compiled import compiled
from products.models import ProductVersion
from products.rules.decisions import Decision, DecisionError, plain

TABLE = "underwriting"
NOT_DECIDED = _("The automatic check could not be completed, so an underwriter looks at your application.")
ZERO = Decimal(0)
TAKEN = (Outcome.ACCEPT, Outcome.LOAD, Outcome.EXCLUDE)


@dataclass(frozen=True, slots=True)
class _Answer:
    outcome: str
    loading: Decimal
    record: dict[str, Any]


@use_case
def decide_by_table(
    *,
    subject_kind: str,
    subject_no: str,
    version: ProductVersion,
    facts: Mapping[str, Any],
    needs_a_person: str | Promise | None = None,
    by: Actor,
    at: datetime,
) -> UnderwritingDecision:
    """Ask the product's underwriting table and keep the answer; what the table cannot decide goes to a person.

    `needs_a_person` says why a person has to confirm even what the table would accept.
    """
    product = compiled(version)
    table = product.definition.tables[TABLE]
    try:
        answer = _read(product.decide(TABLE, facts))
    except DecisionError as error:
        answer = _undecided(str(error), {column.key: plain(facts.get(column.key)) for column in table.columns})
    # Whatever comes of it, the record says which version and table were asked.
    answer.record.update(table=table.id, table_hash=table.hash, version_hash=product.content_hash)
    if needs_a_person is not None and answer.outcome in TAKEN:
        answer = _referred(answer, needs_a_person)
    return UnderwritingDecision.objects.create(
        subject_kind=subject_kind,
        subject_no=subject_no,
        product_version=version,
        table_id=table.id,
        table_hash=table.hash,
        outcome=answer.outcome,
        loading_percent=answer.loading,
        record=json.dumps(answer.record, ensure_ascii=False),
        is_automatic=True,
        decided_by_kind="system",
        decided_by_id=TABLE,
        decided_by_label=TABLE,
        at=at,
    )


def _read(decision: Decision) -> _Answer:
    record = decision.as_json()
    record["reasons"] = [reason.as_dict() for reason in decision.reasons]
    record["special_terms"] = [hit.reason.as_dict() for hit in decision.rules if hit.outcome == Outcome.EXCLUDE]
    if decision.outcome != Outcome.LOAD:
        return _Answer(decision.outcome, ZERO, record)
    try:
        loading = max(Decimal(hit.outputs["loading_percent"]) for hit in decision.rules if hit.outcome == Outcome.LOAD)
    except (KeyError, InvalidOperation):
        loading = ZERO
    if 0 < loading <= LARGEST_LOADING:
        return _Answer(Outcome.LOAD, loading, record)
    return _undecided("the rule names no usable loading", record["inputs"], record["rules"])


def _referred(answer: _Answer, words: str | Promise) -> _Answer:
    """A person confirms first; what the table said stays in the record."""
    record = {**answer.record, "table_outcome": answer.outcome, "reasons": [in_both_languages(words).as_dict()]}
    return _Answer(Outcome.REFER, ZERO, record)


def _undecided(why: str, inputs: Mapping[str, Any], rules: Sequence[Any] = ()) -> _Answer:
    """To a person; what was asked and what the table said of it stay in the record."""
    reasons = [in_both_languages(NOT_DECIDED).as_dict()]
    return _Answer(
        Outcome.REFER,
        ZERO,
        {"inputs": dict(inputs), "rules": list(rules), "reasons": reasons, "special_terms": [], "why": why},
    )
