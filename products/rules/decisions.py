"""Decision tables: typed columns, rules of unary tests, a hit policy, and a decision that explains itself.

One evaluator serves every table of the house. The table is data; nothing in it is code.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from insureweb.kernel.localized import Localized
from products.rules.unary import Test, UnaryTestError, read_value

HIT_POLICIES = ("unique", "first", "priority", "any", "collect")
UNDERWRITING_OUTCOMES = ("decline", "postpone", "refer", "exclude", "load", "accept")
CLAIM_OUTCOMES = ("refuse", "refer", "pay")
NUMBERLIKE = (int, Decimal)


class DecisionError(Exception):
    """The table could not decide; `table` and `missing` say why."""

    def __init__(self, table: str, message: str, missing: tuple[str, ...] = ()) -> None:
        super().__init__(f"{table}: {message}")
        self.table, self.missing = table, missing


@dataclass(frozen=True, slots=True)
class Column:
    """A typed input of the table; `default` stands in when the caller does not know the value."""

    key: str
    type: str
    label: Localized | None = None
    default: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A row: tests by column, an outcome, extra outputs as text, and the words for the reader."""

    id: str
    when: Mapping[str, str]
    outcome: str
    reason: Localized
    outputs: Mapping[str, str]
    tests: tuple[tuple[str, Test], ...]

    def hits(self, inputs: Mapping[str, Any]) -> bool:
        return all(test(inputs[key]) for key, test in self.tests)


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """A compiled table. `outcomes` stand in order of priority, strongest first."""

    id: str
    hit: str
    outcomes: tuple[str, ...]
    columns: tuple[Column, ...]
    rules: tuple[Rule, ...]
    otherwise: Rule | None
    hash: str


@dataclass(frozen=True, slots=True)
class RuleHit:
    """A rule that decided, with the words shown."""

    id: str
    outcome: str
    reason: Localized
    outputs: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "outcome": self.outcome,
            "reason": self.reason.as_dict(),
            "outputs": dict(self.outputs),
        }


@dataclass(frozen=True, slots=True)
class Decision:
    """What a table said, why, on which inputs, and which table it was. `as_json` is what is stored."""

    outcome: str
    rules: tuple[RuleHit, ...]
    inputs: Mapping[str, Any]
    table_id: str
    table_hash: str

    @property
    def reasons(self) -> tuple[Localized, ...]:
        return tuple(hit.reason for hit in self.rules)

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Every outcome hit, in the order of the rules; more than one only under `collect`."""
        return tuple(dict.fromkeys(hit.outcome for hit in self.rules))

    def as_json(self) -> dict[str, Any]:
        return {
            "outcome": self.outcome,
            "rules": [hit.as_json() for hit in self.rules],
            "inputs": {key: plain(value) for key, value in self.inputs.items()},
            "table": self.table_id,
            "table_hash": self.table_hash,
        }


def plain(value: Any) -> Any:
    """A fact as JSON carries it: numbers and dates as text, so that nothing is lost."""
    if isinstance(value, bool) or value is None:
        return value
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def decide(table: DecisionTable, facts: Mapping[str, Any]) -> Decision:
    """Evaluate the table on facts; columns the facts lack take their default.

    Raises:
        DecisionError: a value is missing or of the wrong type, no rule hits and there is no `otherwise`, or the
            hit policy is broken (two hits under `unique`, two outcomes under `any`).
    """
    inputs = _inputs(table, facts)
    hits = _hits(table, inputs)
    if not hits:
        if table.otherwise is None:
            raise DecisionError(table.id, "no rule hits and there is no 'otherwise'")
        hits = [table.otherwise]
    outcome, shown = _apply_policy(table, hits)
    told = tuple(RuleHit(rule.id, rule.outcome, rule.reason, rule.outputs) for rule in shown)
    return Decision(outcome, told, inputs, table.id, table.hash)


def _hits(table: DecisionTable, inputs: Mapping[str, Any]) -> list[Rule]:
    if table.hit == "first":
        first = next((rule for rule in table.rules if rule.hits(inputs)), None)
        return [first] if first else []
    return [rule for rule in table.rules if rule.hits(inputs)]


def _apply_policy(table: DecisionTable, hits: list[Rule]) -> tuple[str, list[Rule]]:
    """The outcome and the rules that carry it."""
    if table.hit == "unique" and len(hits) > 1:
        raise DecisionError(table.id, f"rules {', '.join(rule.id for rule in hits)} hit together")
    if table.hit == "any" and len({rule.outcome for rule in hits}) > 1:
        raise DecisionError(table.id, f"rules {', '.join(rule.id for rule in hits)} disagree")
    strongest = min((rule.outcome for rule in hits), key=table.outcomes.index)
    if table.hit == "priority":
        return strongest, [rule for rule in hits if rule.outcome == strongest]
    return strongest, hits


def _inputs(table: DecisionTable, facts: Mapping[str, Any]) -> dict[str, Any]:
    missing = tuple(column.key for column in table.columns if column.key not in facts and not column.default)
    if missing:
        raise DecisionError(table.id, f"facts are missing: {', '.join(missing)}", missing)
    return {column.key: _typed(table, column, facts.get(column.key, column.default)) for column in table.columns}


def _typed(table: DecisionTable, column: Column, value: Any) -> Any:
    """The value in the column's type; text is read, anything else must already fit."""
    if column.type == "text":
        return str(value)
    if isinstance(value, str):
        try:
            return read_value(value, column.type)
        except UnaryTestError as error:
            raise DecisionError(table.id, f"{column.key}: {error}") from None
    if column.type == "number" and isinstance(value, NUMBERLIKE) and not isinstance(value, bool):
        return Decimal(value)
    if column.type == "boolean" and isinstance(value, bool):
        return value
    if column.type == "date" and type(value) is dt.date:
        return value
    raise DecisionError(table.id, f"{column.key}: {type(value).__name__} is not a {column.type}")


def table_hash(tree: Any) -> str:
    """SHA-256 of a table's canonical text."""
    text = json.dumps(tree, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
