"""Dividing a budget over covers: largest remainder, in whole yuan, to the last one."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction


def split_whole(budget: int, weights: Sequence[Decimal]) -> list[int]:
    """Whole yuan in proportion to the weights; the parts sum to the budget. What the division leaves goes, one yuan
    each, to the largest remainders, the earlier one first when they are equal.

    Raises:
        ValueError: a negative budget or weight, or no weight above zero.
    """
    if budget < 0 or any(weight < 0 for weight in weights) or not sum(weights):
        raise ValueError("A budget is divided by weights of zero and more, one of them above zero.")
    whole = Fraction(sum(weights, Decimal(0)))
    exact = [budget * Fraction(weight) / whole for weight in weights]
    parts = [part.numerator // part.denominator for part in exact]
    by_remainder = sorted(range(len(parts)), key=lambda place: (parts[place] - exact[place], place))
    for place in by_remainder[: budget - sum(parts)]:
        parts[place] += 1
    return parts
