"""The rating plan as data: rate tables, steps, premium lines. `rating.compile_plan` makes it run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from insureweb.kernel.localized import Localized
from products.rules.rate_tables import RateTable

STEP_KINDS = ("input", "lookup", "per_unit", "multiply", "add", "round", "sum")
ROUNDING_MODES = ("half_up", "half_even", "up", "down")


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `of` names facts, earlier steps or decimal constants; a look-up reads `by` column → operand."""

    key: str
    line: str
    kind: str
    of: tuple[str, ...]
    table: str
    by: Mapping[str, str]
    unit: Decimal
    places: int
    mode: str
    words: Localized
    source_line: int


@dataclass(frozen=True, slots=True)
class PremiumLine:
    """A line of the receipt: the rounded premium of one or more coverages."""

    key: str
    name: Localized
    coverages: tuple[str, ...]
    premium: str


@dataclass(frozen=True, slots=True)
class RatingPlan:
    """Tables, steps in order, the lines of the receipt, and the step that is the total."""

    currency: str
    tables: Mapping[str, RateTable]
    steps: tuple[Step, ...]
    lines: tuple[PremiumLine, ...]
    total: str
    hash: str
