"""Back-test: what a changed decision table would have said about decisions already made.

Every stored decision is asked again of both tables, on the inputs stored with it. Nothing is guessed: a decision whose
inputs lack a column the new table asks for is set apart, even where the column has a default, because what the caller
would have known is not known here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from insureweb.kernel.localized import Localized
from products.rules.decisions import Decision, DecisionError, DecisionTable, decide, plain


class Stored(NamedTuple):
    """A decision on file: a public number, the inputs kept with it, and its outcome."""

    reference: str
    inputs: Mapping[str, Any]
    outcome: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What one table said: outcome, rows told with their outputs and words, and the aggregate if it has one."""

    outcome: str
    rules: tuple[str, ...]
    reasons: tuple[Localized, ...]
    outputs: tuple[Mapping[str, str], ...]
    value: str | None

    @classmethod
    def of(cls, decision: Decision) -> Answer:
        return cls(
            outcome=decision.outcome,
            rules=tuple(hit.id for hit in decision.rules),
            reasons=decision.reasons,
            outputs=tuple(dict(hit.outputs) for hit in decision.rules),
            value=None if decision.value is None else plain(decision.value),
        )

    def differs_from(self, other: Answer) -> bool:
        """Whether somebody would be treated differently; other rows and words for the same answer do not count."""
        return (self.outcome, self.value, _effects(self)) != (other.outcome, other.value, _effects(other))


def _effects(answer: Answer) -> set[frozenset[tuple[str, str]]]:
    """The outputs of the rows told, each kind once, without order."""
    return {frozenset(outputs.items()) for outputs in answer.outputs if outputs}


@dataclass(frozen=True, slots=True)
class Change:
    """A decision that would be another one. `stored` is the outcome on file, which a person may have overruled."""

    reference: str
    stored: str
    before: Answer
    after: Answer

    @property
    def changes_outcome(self) -> bool:
        """False when only outputs or the aggregate differ, for example another loading."""
        return self.before.outcome != self.after.outcome


@dataclass(frozen=True, slots=True)
class Incomparable:
    """A decision that could not be compared: columns its inputs lack, columns that read what was told as another type,
    or why a table could not answer. None of them tells the inputs themselves.
    """

    reference: str
    missing: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
    reason: str = ""


@dataclass
class BackTest:
    """One run over stored decisions. `changes` yields as it goes; the counts are complete when it is through."""

    before: DecisionTable
    after: DecisionTable
    matrix: Counter[tuple[str, str]] = field(default_factory=Counter)
    incomparable: list[Incomparable] = field(default_factory=list)
    deviating: list[tuple[str, str, str]] = field(default_factory=list)
    compared: int = 0
    changed: int = 0

    def changes(self, decisions: Iterable[Stored]) -> Iterator[Change]:
        """Every decision that would change, in the order given.

        Fills `matrix` (outcome before, outcome after) for all that were compared, `incomparable` for the rest, and
        `deviating` (reference, outcome on file, outcome of the old table) where the old table does not give what is on
        file: a person decided, or a gate of the house did.
        """
        for stored in decisions:
            answers = self._answers(stored)
            if answers is None:
                continue
            before, after = answers
            self.compared += 1
            self.matrix[before.outcome, after.outcome] += 1
            if before.outcome != stored.outcome:
                self.deviating.append((stored.reference, stored.outcome, before.outcome))
            if after.differs_from(before):
                self.changed += 1
                yield Change(stored.reference, stored.outcome, before, after)

    def _answers(self, stored: Stored) -> tuple[Answer, Answer] | None:
        missing = tuple(
            column.key
            for column in self.after.columns
            if stored.inputs.get(column.key) is None
        )  # fmt: skip
        if missing:
            self.incomparable.append(Incomparable(stored.reference, missing=missing))
            return None
        try:
            before = decide(self.before, stored.inputs)
            return Answer.of(before), Answer.of(decide(self.after, stored.inputs))
        except DecisionError as error:
            unreadable = tuple(error.problems)
            reason = "" if unreadable else str(error)
            self.incomparable.append(Incomparable(stored.reference, unreadable=unreadable, reason=reason))
            return None

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Rows and columns of the matrix: outcomes in order of priority, the new table's own last."""
        return tuple(dict.fromkeys((*self.before.outcomes, *self.after.outcomes)))
