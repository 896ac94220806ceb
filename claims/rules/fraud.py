"""A small, open fraud score: a decision table gives each signal its points, and the sum is a fact for the claims table.

A score never refuses a claim; at most it brings the claim to a person.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from insureweb.kernel.localized import Localized
from products.rules.decisions import Decision, DecisionTable, RuleHit, decide

HIGHEST = 100


@dataclass(frozen=True, slots=True)
class Signal:
    """Something worth a look, with its weight, the figure behind it, and the words of the table."""

    code: str
    points: int
    value: int
    words: Localized

    def as_json(self) -> dict[str, Any]:
        return {"code": self.code, "points": self.points, "value": self.value}


@dataclass(frozen=True, slots=True)
class Score:
    """The points, what they come from, and the table's decision as it is kept."""

    points: int
    signals: tuple[Signal, ...]
    decision: Decision


@dataclass(frozen=True, slots=True)
class Background:
    """What the house knows around a claim; counts only, no personal data."""

    days_since_start: int
    claims_last_year: int
    other_customers_with_account: int
    days_to_report: int


def fraud_score(background: Background, table: DecisionTable) -> Score:
    """The signals that hold and their sum, at most `HIGHEST`.

    Raises:
        DecisionError: the table leaves this background open.
    """
    figures: dict[str, int] = asdict(background)
    decision = decide(table, figures)
    signals = tuple(_signal(hit, figures) for hit in decision.rules if hit.outcome == "signal")
    return Score(min(int(decision.value or 0), HIGHEST), signals, decision)


def _signal(hit: RuleHit, figures: dict[str, int]) -> Signal:
    value = figures[hit.outputs["looks_at"]]
    words = Localized(
        zh_hans=hit.reason.zh_hans.replace("{value}", str(value)), en=hit.reason.en.replace("{value}", str(value))
    )
    return Signal(hit.outputs["signal"], int(hit.outputs["points"]), value, words)
