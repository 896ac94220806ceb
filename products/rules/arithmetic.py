"""Exact decimal arithmetic with its own context, and rounding in a named mode.

Operations take 34 significant digits, half-even beyond them, whatever context the caller has set.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Context, Decimal

ARITHMETIC = Context(prec=34, rounding=ROUND_HALF_EVEN)
ROUNDING = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "up": ROUND_UP, "down": ROUND_DOWN}
ZERO, ONE, HUNDRED = Decimal(0), Decimal(1), Decimal(100)
# Wide enough that the quotient of two 34-digit numbers is never mistaken for a tie.
_WIDE = Context(prec=120, rounding=ROUND_HALF_EVEN)

Rounding = Callable[[Decimal], Decimal]


def round_to_places(places: int, mode: str) -> Rounding:
    """A function that rounds to so many decimal places; `mode` is a key of ROUNDING."""
    quantum, rounding = Decimal(1).scaleb(-places), ROUNDING[mode]
    return lambda value: value.quantize(quantum, rounding, ARITHMETIC)


def round_to_multiple(of: Decimal, mode: str) -> Rounding:
    """A function that rounds to a whole multiple of a positive number, such as 0.05 or 10."""
    rounding = ROUNDING[mode]

    def rounded(value: Decimal) -> Decimal:
        count = _WIDE.divide(value, of).quantize(ONE, rounding, _WIDE)
        return ARITHMETIC.multiply(count, of)

    return rounded
