"""What a coverage pays, step by step: a column of − × ≤ = lines that anybody can add up again.

Worked tables stand in docs/algorithms/claims.md and are mirrored by the tests. Days in hospital are nights: the day of
admission counts, the day of discharge does not. Money is rounded once, half up, where a percentage is applied.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

CENT = Decimal("0.01")
ZERO = Decimal(0)
DAYS, MONEY, PERCENT = "days", "money", "percent"


@dataclass(frozen=True, slots=True)
class Line:
    """One step: an operator, a code that has words in both languages, a figure, its unit and its clause.

    `notes` are figures the words mention.
    """

    operator: str
    code: str
    value: Decimal
    unit: str
    clause: str = ""
    notes: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {
            "operator": self.operator,
            "code": self.code,
            "value": str(self.value),
            "unit": self.unit,
            "clause": self.clause,
            "notes": dict(self.notes),
        }


@dataclass(frozen=True, slots=True)
class Benefit:
    """The sum: the amount due now, the days it uses up, and the lines that lead to it."""

    amount: Decimal
    days: int
    lines: tuple[Line, ...]

    def lines_as_json(self) -> list[dict[str, Any]]:
        return [line.as_json() for line in self.lines]


@dataclass(frozen=True, slots=True)
class Terms:
    """The figures of a coverage as the policy carries them. `None` or 0 means the contract sets no such bound."""

    kind: str
    clause: str = ""
    limit: Decimal | None = None
    daily_amount: Decimal = ZERO
    deductible_days: int = 0
    max_days: int = 0
    max_days_year: int = 0
    deductible: Decimal = ZERO
    pays_percent: Decimal = Decimal(100)

    def as_json(self) -> dict[str, Any]:
        return {name: None if (value := getattr(self, name)) is None else str(value) for name in TERM_NAMES}

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Terms:
        """From `as_json`."""
        return cls(
            kind=stored["kind"],
            clause=stored["clause"],
            limit=None if stored["limit"] is None else Decimal(stored["limit"]),
            daily_amount=Decimal(stored["daily_amount"]),
            deductible_days=int(stored["deductible_days"]),
            max_days=int(stored["max_days"]),
            max_days_year=int(stored["max_days_year"]),
            deductible=Decimal(stored["deductible"]),
            pays_percent=Decimal(stored["pays_percent"]),
        )


TERM_NAMES = (
    "kind", "clause", "limit", "daily_amount", "deductible_days", "max_days", "max_days_year", "deductible",
    "pays_percent",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Loss:
    """What happened, in figures. The `used` fields are what earlier claims took from the same bounds.

    Stays that count as one share the days of one stay and its deductible: `nights_before` are those claimed earlier.
    """

    admitted: date | None = None
    discharged: date | None = None
    claimed: Decimal = ZERO
    stay_days_used: int = 0
    nights_before: int = 0
    year_days_used: int = 0
    amount_used: Decimal = ZERO

    def __post_init__(self) -> None:
        if (
            self.claimed < 0
            or self.amount_used < 0
            or self.stay_days_used < 0
            or self.year_days_used < 0
            or self.nights_before < 0
        ):
            raise ValueError("Figures of a loss are not negative.")
        if self.admitted and self.discharged and self.discharged < self.admitted:
            raise ValueError("Nobody leaves hospital before going in.")

    def as_json(self) -> dict[str, Any]:
        return {
            "admitted": self.admitted.isoformat() if self.admitted else None,
            "discharged": self.discharged.isoformat() if self.discharged else None,
            "claimed": str(self.claimed),
            "stay_days_used": self.stay_days_used,
            "nights_before": self.nights_before,
            "year_days_used": self.year_days_used,
            "amount_used": str(self.amount_used),
        }

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Loss:
        """From `as_json`."""
        return cls(
            admitted=date.fromisoformat(stored["admitted"]) if stored["admitted"] else None,
            discharged=date.fromisoformat(stored["discharged"]) if stored["discharged"] else None,
            claimed=Decimal(stored["claimed"]),
            stay_days_used=stored["stay_days_used"],
            nights_before=stored["nights_before"],
            year_days_used=stored["year_days_used"],
            amount_used=Decimal(stored["amount_used"]),
        )

    @property
    def nights(self) -> int:
        if self.admitted is None or self.discharged is None:
            return 0
        return (self.discharged - self.admitted).days


def assess(terms: Terms, loss: Loss) -> Benefit:
    """What the coverage pays for the loss, never below zero and never above what its limits leave.

    Raises:
        ValueError: the kind of benefit is unknown.
    """
    kinds = {
        "daily_cash": _daily_cash,
        "lump_sum": _lump_sum,
        "reimbursement": _costs,
        "indemnity": _costs,
    }
    if terms.kind not in kinds:
        raise ValueError(f"Unknown kind of benefit {terms.kind!r}.")
    return kinds[terms.kind](terms, loss)


def _daily_cash(terms: Terms, loss: Loss) -> Benefit:
    """Nights − deductible days ≤ days left of this stay ≤ days left this year × daily amount ≤ limit left."""
    nights = loss.nights
    deductible = max(terms.deductible_days - loss.nights_before, 0)
    days = max(nights - deductible, 0)
    lines = [
        Line("", "nights", Decimal(nights), DAYS, notes=_dates(loss)),
        Line("-", "deductible_days", Decimal(deductible), DAYS, terms.clause),
    ]
    for code, most, used in (
        ("days_left_stay", terms.max_days, loss.stay_days_used),
        ("days_left_year", terms.max_days_year, loss.year_days_used),
    ):
        if most:
            left = max(most - used, 0)
            lines.append(Line("<=", code, Decimal(left), DAYS, terms.clause, {"most": str(most), "used": str(used)}))
            days = min(days, left)
    lines.append(Line("=", "days_paid", Decimal(days), DAYS))
    lines.append(Line("*", "daily_amount", terms.daily_amount, MONEY, terms.clause))
    amount = _within_limit(days * terms.daily_amount, terms, loss, lines)
    return Benefit(amount, days if amount else 0, (*lines, Line("=", "pays", amount, MONEY)))


def _lump_sum(terms: Terms, loss: Loss) -> Benefit:
    """The sum insured ≤ what is left of it."""
    insured = terms.limit or ZERO
    lines = [Line("", "sum_insured", insured, MONEY, terms.clause)]
    amount = _within_limit(insured, terms, loss, lines) if loss.amount_used else insured.quantize(CENT)
    return Benefit(amount, 0, (*lines, Line("=", "pays", amount, MONEY)))


def _costs(terms: Terms, loss: Loss) -> Benefit:
    """Costs − deductible × share ≤ limit left."""
    lines = [Line("", "costs", loss.claimed, MONEY)]
    rest = loss.claimed
    if terms.deductible:
        rest = max(rest - terms.deductible, ZERO)
        lines.append(Line("-", "deductible", terms.deductible, MONEY, terms.clause))
        lines.append(Line("=", "after_deductible", rest, MONEY))
    if terms.pays_percent != 100:
        rest = (rest * terms.pays_percent / 100).quantize(CENT, rounding=ROUND_HALF_UP)
        lines.append(Line("*", "share", terms.pays_percent, PERCENT, terms.clause))
    amount = _within_limit(rest, terms, loss, lines)
    return Benefit(amount, 0, (*lines, Line("=", "pays", amount, MONEY)))


def _within_limit(amount: Decimal, terms: Terms, loss: Loss, lines: list[Line]) -> Decimal:
    """The amount cut to what the limit leaves, with a line that says so."""
    if terms.limit is None:
        return amount.quantize(CENT)
    left = max(terms.limit - loss.amount_used, ZERO)
    notes = {"limit": str(terms.limit), "used": str(loss.amount_used)}
    lines.append(Line("<=", "limit_left", left, MONEY, terms.clause, notes))
    return min(amount, left).quantize(CENT)


def _dates(loss: Loss) -> dict[str, str]:
    if loss.admitted is None or loss.discharged is None:
        return {}
    return {"admitted": loss.admitted.isoformat(), "discharged": loss.discharged.isoformat()}


def ceiling(terms: Terms, loss: Loss) -> Decimal:
    """The most a person may approve for the loss: what the limits of the contract leave, whatever the sum says."""
    bounds = [] if terms.limit is None else [max(terms.limit - loss.amount_used, ZERO)]
    if terms.kind == "daily_cash":
        days = [loss.nights]
        days += [max(terms.max_days - loss.stay_days_used, 0)] if terms.max_days else []
        days += [max(terms.max_days_year - loss.year_days_used, 0)] if terms.max_days_year else []
        bounds.append(min(days) * terms.daily_amount)
    if terms.kind in ("reimbursement", "indemnity"):
        bounds.append(loss.claimed)
    return min(bounds, default=ZERO).quantize(CENT)
