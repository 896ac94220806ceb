"""Reading what came of a back-test, for its page and its file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from insureweb.kernel.localized import Localized
from products.models.runs import BackTestRow, BackTestRun

SHOWN = 100
Labels = Mapping[str, Any]


def back_test_context(run: Any, labels: Labels) -> dict[str, Any]:
    """The matrix and the first changed decisions; `labels` names outcomes."""
    rows = run.rows
    return {
        "outcomes": [_label(outcome, labels) for outcome in _outcomes(run)],
        "matrix": _matrix(run, labels),
        "changes": [_Shown(row, labels) for row in rows.filter(problem={}).order_by("id")[:SHOWN]],
        "apart": [(row, why_of(row)) for row in rows.exclude(problem={}).order_by("id")[:SHOWN]],
        "shown": SHOWN,
    }


def _outcomes(run: BackTestRun) -> list[str]:
    return sorted({outcome for old, new, _count in run.matrix for outcome in (old, new)})


def _label(outcome: str, labels: Labels) -> str:
    return str(labels.get(outcome, outcome))


def _matrix(run: BackTestRun, labels: Labels) -> list[tuple[str, list[tuple[int, bool]]]]:
    """A row for each old outcome: how many have each new one, and whether that is a change."""
    counts = {(old, new): count for old, new, count in run.matrix}
    outcomes = _outcomes(run)
    return [
        (_label(old, labels), [(counts.get((old, new), 0), old != new) for new in outcomes])
        for old in outcomes
    ]  # fmt: skip


class _Shown:
    """A changed decision as the page and the file show it."""

    def __init__(self, row: BackTestRow, labels: Labels) -> None:
        self.reference, self.stored = row.reference, _label(row.stored, labels)
        self.before, self.after = _answer(row.before, labels), _answer(row.after, labels)
        self.inputs = [(key, _("not shown here") if value is None else str(value)) for key, value in row.inputs.items()]


def _answer(told: Mapping[str, Any], labels: Labels) -> dict[str, Any]:
    outputs = [f"{key} {value}" for one in told["outputs"] for key, value in one.items()]
    return {
        "outcome": _label(told["outcome"], labels),
        "rules": ", ".join(told["rules"]),
        "outputs": ", ".join([*outputs, *([str(told["value"])] if told["value"] is not None else [])]),
        "reasons": [str(Localized.read(words)) for words in told["reasons"]],
    }


def why_of(row: BackTestRow) -> str:
    """Why a decision was not compared."""
    if "missing" in row.problem:
        return _("The inputs on file lack %(columns)s.") % {"columns": ", ".join(row.problem["missing"])}
    if "unreadable" in row.problem:
        return _("A table cannot read what is on file for %(columns)s.") % {
            "columns": ", ".join(row.problem["unreadable"])
        }
    return _("A table has no answer: %(why)s") % {"why": row.problem["why"]}


def back_test_lines(run: Any, labels: Labels) -> Iterator[Sequence[str]]:
    """The lines of the file: every decision that changes or could not be compared."""
    yield [
        _("Application or claim"), _("On file"), _("Old outcome"), _("Old rules"), _("New outcome"), _("New rules"),
        _("Inputs"), _("Why not compared"),
    ]  # fmt: skip
    row: BackTestRow
    for row in run.rows.order_by("id").iterator(chunk_size=2_000):
        if row.problem:
            yield [row.reference, _label(row.stored, labels), "", "", "", "", "", why_of(row)]
            continue
        shown = _Shown(row, labels)
        inputs = "; ".join(f"{key}={value}" for key, value in shown.inputs)
        yield [row.reference, shown.stored, _cell(shown.before), shown.before["rules"], _cell(shown.after),
               shown.after["rules"], inputs, ""]  # fmt: skip


def _cell(answer: Mapping[str, Any]) -> str:
    return f"{answer['outcome']} ({answer['outputs']})" if answer["outputs"] else str(answer["outcome"])
