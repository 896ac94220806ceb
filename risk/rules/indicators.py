"""How each indicator is computed from counts: plain enough to work out by hand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

CENT = Decimal("0.01")
USUAL_DAYS = 30
WINDOW_DAYS = 30


@dataclass(frozen=True, slots=True)
class Measured:
    """A value, how many cases it rests on, and what is usual (None where there is nothing to compare with)."""

    value: Decimal
    sample: int
    usual: Decimal | None = None

    @property
    def times_usual(self) -> Decimal:
        """How many times the usual value; a usual value below one counts as one, without any it is zero."""
        if self.usual is None:
            return Decimal(0)
        return (self.value / max(self.usual, Decimal(1))).quantize(CENT, ROUND_HALF_UP)


def policies_on_a_day(today: int, days_before: int) -> Measured:
    """Policies issued today beside the daily average of the 30 days before."""
    usual = (Decimal(days_before) / USUAL_DAYS).quantize(CENT, ROUND_HALF_UP)
    return Measured(Decimal(today), today, usual)


def refused_share(refused: int, decided: int) -> Measured:
    """Refused claims of all that were paid or refused, in per cent.

    Raises:
        ValueError: nothing was decided, or more was refused than decided.
    """
    if not 0 <= refused <= decided or decided == 0:
        raise ValueError("A share needs a whole.")
    return Measured((Decimal(refused) * 100 / decided).quantize(CENT, ROUND_HALF_UP), decided)


def sum_on_a_life(total: Decimal, policies: int) -> Measured:
    """What we would pay on one person's death over all their policies in force."""
    return Measured(total.quantize(CENT, ROUND_HALF_UP), policies)


def sum_on_a_member(coverages: Iterable[Mapping[str, Any]]) -> Decimal:
    """What a group contract pays on one member's death: its sums paid once. The contract itself goes on."""
    once = (coverage["limit"] for coverage in coverages if coverage["kind"] == "lump_sum")
    return sum((Decimal(limit) for limit in once if limit), Decimal(0))
