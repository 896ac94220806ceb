"""One part of a back-test: decisions asked again of the table that made them and of the changed one."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from products.compiled import compiled
from products.models import ProductVersion
from products.models.runs import BackTestRow, BackTestRun
from products.rules.backtest import Answer, BackTest, Incomparable, Stored


@dataclass(frozen=True, slots=True)
class Past:
    """A decision on file: its key, the version it was made under, number, inputs, outcome, and what may be shown."""

    record_id: int
    version_id: int
    reference: str
    inputs: Mapping[str, Any]
    outcome: str
    shown: Mapping[str, Any]


def compare_part(run: BackTestRun, table: str, past: Sequence[Past], rows: type[BackTestRow]) -> None:
    """Compare these decisions, write what changes or cannot be compared, and add the counts to the run."""
    by_key = {str(one.record_id): one for one in past}
    versions = ProductVersion.objects.defer("source").in_bulk({one.version_id for one in past})
    after = compiled(run.version).definition.tables[table]
    matrix = Counter({(old, new): count for old, new, count in run.matrix})
    found: list[BackTestRow] = []
    for version in versions.values():
        test = BackTest(compiled(version).definition.tables[table], after)
        own = (Stored(key, one.inputs, one.outcome) for key, one in by_key.items() if one.version_id == version.pk)
        found += [
            _row(run, rows, by_key[change.reference], _told(change.before), _told(change.after))
            for change in test.changes(own)
        ]
        found += [_row(run, rows, by_key[one.reference], problem=_problem(one)) for one in test.incomparable]
        matrix.update(test.matrix)
        run.compared += test.compared
        run.changed += test.changed
        run.deviating += len(test.deviating)
    rows._default_manager.bulk_create(sorted(found, key=lambda row: row.record_id))
    run.matrix = [[old, new, count] for (old, new), count in sorted(matrix.items())]


def _row(run: BackTestRun, rows: type[BackTestRow], one: Past, before: Any = None, after: Any = None,
         problem: dict[str, Any] | None = None) -> BackTestRow:  # fmt: skip
    told: dict[str, Any] = {"run": run, "before": before, "after": after, "problem": problem or {}}
    return rows(
        record_id=one.record_id, reference=one.reference, stored=one.outcome, inputs=dict(one.shown), **told
    )  # fmt: skip


def _told(answer: Answer) -> dict[str, Any]:
    return {
        "outcome": answer.outcome,
        "rules": list(answer.rules),
        "reasons": [words.as_dict() for words in answer.reasons],
        "outputs": [dict(outputs) for outputs in answer.outputs],
        "value": answer.value,
    }


def _problem(one: Incomparable) -> dict[str, Any]:
    named = {"missing": list(one.missing), "unreadable": list(one.unreadable)}
    return {name: keys for name, keys in named.items() if keys} or {"why": one.reason}
