"""A picture of a mortality table as points of a line: the age to the right, the logarithm of the rate upwards."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 640, 240
LEFT, RIGHT, TOP, BOTTOM = 56, 8, 10, 24
LEAST_RATE = 1e-7


@dataclass(frozen=True, slots=True)
class Mark:
    """A line of the grid and its words."""

    at: str
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Coordinates in an SVG of this width and height; rates of zero are left out of the line."""

    width: int
    height: int
    points: str
    ages: tuple[Mark, ...]
    rates: tuple[Mark, ...]


def chart_of(from_age: int, rates: Sequence[str]) -> Chart:
    """The chart of a table's rates."""
    shown = [(from_age + index, float(rate)) for index, rate in enumerate(rates) if float(rate) > LEAST_RATE]
    last_age = max(from_age + len(rates) - 1, from_age + 1)
    lowest = math.floor(math.log10(min((rate for _, rate in shown), default=1.0)))
    lowest = min(lowest, -1)

    def x(age: float) -> str:
        return f"{LEFT + (age - from_age) / (last_age - from_age) * (WIDTH - LEFT - RIGHT):.1f}"

    def y(power: float) -> str:
        return f"{TOP + power / lowest * (HEIGHT - TOP - BOTTOM):.1f}"

    return Chart(
        width=WIDTH,
        height=HEIGHT,
        points=" ".join(f"{x(age)},{y(math.log10(rate))}" for age, rate in shown),
        ages=tuple(Mark(x(age), str(age)) for age in range(from_age, last_age + 1) if not age % 20),
        rates=tuple(Mark(y(power), f"{10.0**power:.{-power}f}") for power in range(lowest, 1)),
    )
