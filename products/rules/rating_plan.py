"""The rating plan as data: rate tables, steps, premium lines. `rating.Rating` makes it run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from insureweb.kernel.localized import Localized
from products.rules.document import DECIMAL_PATTERN
from products.rules.life.basis import LifeBasis
from products.rules.rate_tables import RateTable

ROUNDING_MODES = ("half_up", "half_even", "up", "down")
FILLS = ("cumulative", "level")
DIRECTIONS = ("up", "down")
LINE_KINDS = ("premium", "tax")


@dataclass(frozen=True, slots=True)
class Step:
    """One step.

    `of` names facts, earlier steps or decimal constants; `named` holds operands with a name of their own (percent,
    amount, at_least, at_most); `by` maps columns of the table to operands; `settings` are fixed values such as the
    unit or the rounding mode. `applied_words` replace `words` when the step changed its operand.
    """

    key: str
    line: str
    kind: str
    words: Localized
    source_line: int
    of: tuple[str, ...] = ()
    named: Mapping[str, str] = field(default_factory=dict)
    table: str = ""
    by: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    applied_words: Localized | None = None


def constant_of(operand: str) -> Decimal | None:
    """The number an operand writes out; None when it names a fact or a step."""
    return Decimal(operand) if DECIMAL_PATTERN.fullmatch(operand) else None


@dataclass(frozen=True, slots=True)
class PremiumLine:
    """A line of the receipt: the rounded premium of one or more coverages, or a tax collected with it.

    A tax covers nothing and is no income of the insurer.
    """

    key: str
    name: Localized
    coverages: tuple[str, ...]
    premium: str
    kind: str = "premium"


@dataclass(frozen=True, slots=True)
class RatingPlan:
    """Tables, steps in order, the lines of the receipt, and the step that is the total.

    `monotone` says for which inputs a higher value never lowers ("up") or never raises ("down") the total.
    """

    currency: str
    tables: Mapping[str, RateTable]
    steps: tuple[Step, ...]
    lines: tuple[PremiumLine, ...]
    total: str
    hash: str
    monotone: Mapping[str, str] = field(default_factory=dict)
    life: LifeBasis | None = None
