"""What a kind of rating step is: the keys it is written with, and how it is made to run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from products.rules.rate_tables import RateTable
from products.rules.rating_plan import RatingPlan, Step
from products.rules.step_words import Finding

Values = list[Any]
Run = Callable[[Values], Any]


class NotPriceable(Exception):
    """The tariff has no answer for these facts; `step` names where it ended."""

    def __init__(self, step: str, message: str) -> None:
        super().__init__(f"{step}: {message}")
        self.step = step


class StepRefused(ValueError):
    """A step that cannot stand in a plan; `field` is the key to blame, empty for the step as a whole."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class Site(NamedTuple):
    """Where a step is built: the plan, the place of every value so far, and the constants (the first values)."""

    plan: RatingPlan
    slots: Mapping[str, int]
    constants: Sequence[Decimal]

    def table(self, step: Step) -> RateTable:
        return self.plan.tables[step.table]


class Built(NamedTuple):
    """A step ready to run.

    `run` gives the value from all values before it. `find` says what was found in a table; it is asked only when the
    breakdown is written, so pricing alone never pays for it. `reads` are values the step uses beside its operands.
    """

    run: Run
    find: Callable[[Values], Finding] | None = None
    reads: tuple[tuple[str, int], ...] = ()


class Operands(NamedTuple):
    """Places of a step's operands: those of `of` (or `by`) in order, and those with a name of their own."""

    of: tuple[int, ...]
    named: Mapping[str, int]


Builder = Callable[[Step, Operands, Site], Built]
Check = Callable[[Step, Mapping[str, RateTable]], None]


def no_check(step: Step, tables: Mapping[str, RateTable]) -> None:
    """Nothing beyond what each key's reader checks."""


@dataclass(frozen=True, slots=True)
class StepKind:
    """A kind of step: its builder, the keys it needs and may have, how many operands `of` takes.

    `check` sees the step as read and raises StepRefused for what only several keys together can get wrong.
    """

    build: Builder
    needs: str = "of"
    may: str = ""
    operands: tuple[int, int] = (1, 1)
    check: Check = no_check
