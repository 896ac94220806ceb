"""Decision tables: typed columns, rules of unary tests, a hit policy, and a decision that explains itself.

One evaluator serves every table of the house. The table is data; nothing in it is code. Hit policies follow DMN 1.4;
docs/algorithms/decision-tables.md works each of them through.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Context, Decimal
from typing import Any

from insureweb.kernel.localized import Localized
from products.rules.column_index import ColumnIndex, bits_of, index_column
from products.rules.table_facts import FactError, FactReader
from products.rules.unary import Cell

HIT_POLICIES = ("unique", "first", "priority", "any", "rule_order", "output_order", "collect")
RANKED_POLICIES = ("priority", "output_order")
AGGREGATES = ("sum", "min", "max", "count")
UNDERWRITING_OUTCOMES = ("decline", "postpone", "refer", "exclude", "load", "accept")
CLAIM_OUTCOMES = ("refuse", "refer", "pay")
# Outputs have up to 30 digits; forty leave room for a sum over ten thousand million rows without rounding.
ADDITION = Context(prec=40)


class DecisionError(Exception):
    """The table could not decide; `table`, `missing` and `problems` (message by fact) say why."""

    def __init__(
        self, table: str, message: str, missing: tuple[str, ...] = (), problems: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(f"{table}: {message}")
        self.table, self.missing, self.problems = table, missing, dict(problems or {})


@dataclass(frozen=True, slots=True)
class Column:
    """A typed input of the table; `default` stands in when the caller does not know the value.

    `allowed` is a test every value must pass, `whole` refuses fractions; both also tell which values can occur at all.
    """

    key: str
    type: str
    label: Localized | None = None
    default: str = ""
    allowed: str = "-"
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Output:
    """A typed output; rules write it as text."""

    key: str
    type: str
    label: Localized | None = None


@dataclass(frozen=True, slots=True)
class Aggregate:
    """What `collect` makes of the hits: sum, min or max of a numeric output, or their count."""

    function: str
    of: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A row: cells by column, an outcome, extra outputs as text, and the words for the reader."""

    id: str
    when: Mapping[str, str]
    outcome: str
    reason: Localized
    outputs: Mapping[str, str]
    cells: Mapping[str, Cell]

    def hits(self, inputs: Mapping[str, Any]) -> bool:
        """Whether every cell passes; the plain reading of a rule that the index must agree with."""
        return all(cell.passes(inputs[key]) for key, cell in self.cells.items())


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


@dataclass(frozen=True)
class DecisionTable:
    """A table as read, compiled there and then. `outcomes` stand in order of priority, strongest first."""

    id: str
    hit: str
    outcomes: tuple[str, ...]
    columns: tuple[Column, ...]
    rules: tuple[Rule, ...]
    otherwise: Rule | None
    hash: str
    outputs: tuple[Output, ...] = ()
    aggregate: Aggregate | None = None
    name: Localized | None = None
    compiled: CompiledTable = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "compiled", CompiledTable(self))


class CompiledTable:
    """What deciding needs, prepared once."""

    __slots__ = ("amounts", "everything", "indexes", "ranks", "readers", "told")

    def __init__(self, table: DecisionTable) -> None:
        rules = table.rules
        self.everything = (1 << len(rules)) - 1
        self.readers: tuple[FactReader, ...] = tuple(FactReader(column) for column in table.columns)
        self.indexes: tuple[tuple[str, ColumnIndex], ...] = tuple(
            (column.key, index_column(column.type, [rule.cells.get(column.key) for rule in rules]))
            for column in table.columns
            if any(column.key in rule.cells for rule in rules)
        )
        rows = [*rules, *([table.otherwise] if table.otherwise else [])]
        self.told = [RuleHit(rule.id, rule.outcome, rule.reason, rule.outputs) for rule in rows]
        rank = {outcome: index for index, outcome in enumerate(table.outcomes)}
        self.ranks = [rank[rule.outcome] for rule in rows]
        of = table.aggregate.of if table.aggregate else ""
        self.amounts = [Decimal(rule.outputs[of]) for rule in rows] if of else []

    def hits(self, inputs: Mapping[str, Any]) -> int:
        """The rules that hit, a bit each."""
        mask = self.everything
        for key, index in self.indexes:
            mask &= index.mask(inputs[key])
            if not mask:
                break
        return mask


@dataclass(frozen=True, slots=True)
class Decision:
    """What a table said, why, on which inputs, and which table it was. `as_json` is what is stored.

    `value` is the aggregate of a collecting table. `version_hash` names the frozen whole the table belongs to (the
    product version); a table that stands alone is its own version.
    """

    outcome: str
    rules: tuple[RuleHit, ...]
    inputs: Mapping[str, Any]
    table_id: str
    table_hash: str
    version_hash: str
    value: Decimal | None = None

    @property
    def reasons(self) -> tuple[Localized, ...]:
        return tuple(hit.reason for hit in self.rules)

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Every outcome told, in the order of the rules told."""
        return tuple(dict.fromkeys(hit.outcome for hit in self.rules))

    def as_json(self) -> dict[str, Any]:
        told: dict[str, Any] = {
            "outcome": self.outcome,
            "rules": [hit.as_json() for hit in self.rules],
            "inputs": {key: plain(value) for key, value in self.inputs.items()},
            "table": self.table_id,
            "table_hash": self.table_hash,
            "version_hash": self.version_hash,
        }
        if self.value is not None:
            told["value"] = plain(self.value)
        return told


def plain(value: Any) -> Any:
    """A fact as JSON carries it: numbers and dates as text, so that nothing is lost and all can be read back."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, tuple | list):
        return [str(item) for item in value]
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def decide(table: DecisionTable, facts: Mapping[str, Any], version_hash: str = "") -> Decision:
    """Evaluate the table on facts; columns the facts lack, or know as None, take their default.

    Raises:
        DecisionError: a value is missing or of the wrong type, no rule hits and there is no `otherwise`, or the
            hit policy is broken (two hits under `unique`, two answers under `any`).
    """
    compiled = table.compiled
    inputs = read_inputs(table, facts)
    mask = compiled.hits(inputs)
    if not mask and table.otherwise is None:
        raise DecisionError(table.id, "no rule hits and there is no 'otherwise'")
    hits = [*bits_of(mask)] if mask else [len(table.rules)]
    outcome, shown = _apply_policy(table, hits)
    return Decision(
        outcome,
        tuple(compiled.told[index] for index in shown),
        inputs,
        table.id,
        table.hash,
        version_hash or table.hash,
        _aggregated(table, hits),
    )


def read_inputs(table: DecisionTable, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The value of every column, typed.

    Raises:
        DecisionError: naming every column that has no usable value.
    """
    inputs: dict[str, Any] = {}
    missing: list[str] = []
    problems: dict[str, str] = {}
    for reader in table.compiled.readers:
        value = facts.get(reader.key)
        try:
            inputs[reader.key] = reader.unknown() if value is None else reader.read(value)
        except LookupError:
            missing.append(reader.key)
        except FactError as error:
            problems[reader.key] = str(error)
    if not missing and not problems:
        return inputs
    words = [f"facts are missing: {', '.join(missing)}"] if missing else []
    words += [f"{key}: {message}" for key, message in problems.items()]
    raise DecisionError(table.id, "; ".join(words), tuple(missing), problems)


def _apply_policy(table: DecisionTable, hits: Sequence[int]) -> tuple[str, Sequence[int]]:
    """The outcome that leads and the rules told, in the order told."""
    told, ranks = table.compiled.told, table.compiled.ranks
    if table.hit == "first":
        hits = hits[:1]
    if len(hits) == 1 or table.hit == "rule_order":
        return told[hits[0]].outcome, hits
    if table.hit == "unique":
        raise DecisionError(table.id, f"rules {_ids(told, hits)} hit together")
    if table.hit == "any":
        if not agree(told[index] for index in hits):
            raise DecisionError(table.id, f"rules {_ids(told, hits)} disagree")
        return told[hits[0]].outcome, hits
    if table.hit == "output_order":
        hits = sorted(hits, key=ranks.__getitem__)
        return told[hits[0]].outcome, hits
    strongest = min(ranks[index] for index in hits)
    if table.hit == "priority":
        hits = [index for index in hits if ranks[index] == strongest]
    return table.outcomes[strongest], hits


def agree(rows: Iterable[RuleHit | Rule]) -> bool:
    """Whether rows give the same answer: outcome and outputs; ids and words may differ."""
    answers = [(row.outcome, dict(row.outputs)) for row in rows]
    return all(answer == answers[0] for answer in answers)


def _ids(told: Sequence[RuleHit], hits: Iterable[int]) -> str:
    return ", ".join(told[index].id for index in hits)


def _aggregated(table: DecisionTable, hits: Sequence[int]) -> Decimal | None:
    """The aggregate over the rules that hit; `otherwise` is no hit to count."""
    if table.aggregate is None:
        return None
    if table.aggregate.function == "count":
        return Decimal(sum(index < len(table.rules) for index in hits))
    amounts = [table.compiled.amounts[index] for index in hits]
    if table.aggregate.function != "sum":
        return min(amounts) if table.aggregate.function == "min" else max(amounts)
    total = Decimal(0)
    for amount in amounts:
        total = ADDITION.add(total, amount)
    return total


def table_hash(tree: Any) -> str:
    """SHA-256 of a table's canonical text."""
    text = json.dumps(tree, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
