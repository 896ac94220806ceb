"""A small, open fraud score: each signal has its points, and the sum is a fact for the decision table.

A score never refuses a claim; at most it brings the claim to a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

HIGHEST = 100


@dataclass(frozen=True, slots=True)
class Signal:
    """Something worth a look, with its weight and the figure behind it."""

    code: str
    points: int
    value: int

    def as_json(self) -> dict[str, Any]:
        return {"code": self.code, "points": self.points, "value": self.value}


@dataclass(frozen=True, slots=True)
class Score:
    points: int
    signals: tuple[Signal, ...]


@dataclass(frozen=True, slots=True)
class Background:
    """What the house knows around a claim; counts only, no personal data."""

    days_since_start: int
    claims_last_year: int
    other_customers_with_account: int
    days_to_report: int


# (field, code, from, points): of the rows of one field the highest that is reached counts once.
_AT_LEAST = (
    ("claims_last_year", "repeat_claims", 2, 20),
    ("claims_last_year", "repeat_claims", 4, 35),
    ("other_customers_with_account", "shared_account", 1, 60),
    ("days_to_report", "late_report", 60, 10),
    ("days_to_report", "late_report", 180, 20),
)
_BELOW = (
    ("days_since_start", "recent_start", 30, 15),
    ("days_since_start", "recent_start", 7, 30),
)


def fraud_score(background: Background) -> Score:
    """The signals that hold and their sum, at most `HIGHEST`."""
    best: dict[str, Signal] = {}
    for rows, reached in (
        (_AT_LEAST, lambda value, bound: value >= bound),
        (_BELOW, lambda value, bound: value < bound),
    ):
        for name, code, bound, points in rows:
            value = getattr(background, name)
            if reached(value, bound) and points > (best[code].points if code in best else 0):
                best[code] = Signal(code, points, value)
    signals = tuple(best.values())
    return Score(min(sum(signal.points for signal in signals), HIGHEST), signals)
