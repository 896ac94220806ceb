"""How well a model does: deviances as the trade prints them, Gini index, lift table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from products.statistics.glm import Family, Floats

PER_HUNDRED = 100
TENTHS = 10


def mean_deviance(family: Family, observed: Floats, expected: Floats, weights: Floats | float = 1.0) -> float:
    """Weighted mean of the unit deviances."""
    unit = family.deviance(observed, expected)
    return float(np.sum(unit * weights) / np.sum(weights * np.ones_like(observed)))


def gini(observed: Floats, expected: Floats, exposure: Floats) -> float:
    """Gini index of the ordered Lorenz curve: policies from the least to the most risky by the model against their
    share of what really happened. Zero sees no difference between policies; more is better."""
    order = np.argsort(expected / exposure, kind="stable")
    shares = np.concatenate([[0.0], np.cumsum(exposure[order]) / np.sum(exposure)])
    happened = np.concatenate([[0.0], np.cumsum(observed[order]) / np.sum(observed)])
    return float(1 - np.sum(np.diff(shares) * (happened[1:] + happened[:-1])))


@dataclass(frozen=True)
class LiftRow:
    """One tenth of the exposure, from the least to the most risky: what was expected and what happened, a year."""

    tenth: int
    exposure: float
    expected: float
    observed: float


def lift(observed: Floats, expected: Floats, exposure: Floats) -> list[LiftRow]:
    """Ten classes of equal exposure ordered by the model."""
    order = np.argsort(expected / exposure, kind="stable")
    shares = np.cumsum(exposure[order]) / np.sum(exposure)
    classes = np.minimum((shares * TENTHS).astype(int), TENTHS - 1)
    rows = []
    for tenth in range(TENTHS):
        inside = order[classes == tenth]
        years = float(np.sum(exposure[inside]))
        rows.append(
            LiftRow(tenth + 1, years, float(np.sum(expected[inside])) / years, float(np.sum(observed[inside])) / years)
        )
    return rows
