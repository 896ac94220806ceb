"""Generalised linear models with a log link, fitted by iteratively reweighted least squares.

Two families are enough for a motor tariff: Poisson for the number of claims (the offset carries the exposure) and Gamma
for the mean cost of a claim (the weight carries the number of claims behind the mean). The log link makes every
coefficient a factor. McCullagh and Nelder, Generalized Linear Models, 2nd ed. 1989, ch. 2.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
MAX_ITERATIONS = 50
TOLERANCE = 1e-10


class NotFitted(ArithmeticError):
    """The columns do not determine the coefficients, or the steps did not end."""


def poisson_deviance(observed: Floats, expected: Floats) -> Floats:
    """Unit deviance of each observation."""
    ratio = np.where(observed > 0, observed / expected, 1.0)
    return 2 * (expected - observed + observed * np.log(ratio))


def gamma_deviance(observed: Floats, expected: Floats) -> Floats:
    """Unit deviance of each observation; observations are above zero."""
    ratio = observed / expected
    return 2 * (ratio - 1 - np.log(ratio))


@dataclass(frozen=True)
class Family:
    """`working` is the weight of an observation of this mean under the log link: mean² ÷ variance function."""

    name: str
    working: Callable[[Floats], Floats]
    deviance: Callable[[Floats, Floats], Floats]
    dispersion_is_one: bool


POISSON = Family("poisson", lambda mean: mean, poisson_deviance, dispersion_is_one=True)
GAMMA = Family("gamma", np.ones_like, gamma_deviance, dispersion_is_one=False)


@dataclass(frozen=True)
class Fit:
    """Coefficients with their standard errors; `dispersion` is Pearson's estimate, one for Poisson."""

    coefficients: Floats
    standard_errors: Floats
    dispersion: float
    iterations: int

    def mean(self, columns: Floats, offset: Floats | float = 0.0) -> Floats:
        """The fitted mean of other observations."""
        return np.asarray(np.exp(columns @ self.coefficients + offset))


def fit(
    family: Family, columns: Floats, observed: Floats, *, offset: Floats | float = 0.0, weights: Floats | float = 1.0
) -> Fit:
    """Maximum likelihood by Fisher's scoring.

    Args:
        columns: one row an observation, the first column all ones.
        offset: added to the linear predictor: the logarithm of the exposure.
        weights: prior weights: the number of claims a mean was taken over.

    Raises:
        NotFitted: a column depends on others, or the steps do not end.
    """
    coefficients = np.zeros(columns.shape[1])
    start = np.sum(observed * weights) / np.sum(np.exp(offset) * weights * np.ones_like(observed))
    coefficients[0] = np.log(start)
    for iteration in range(1, MAX_ITERATIONS + 1):
        mean = np.exp(columns @ coefficients + offset)
        information = _information(family, columns, mean, weights)
        score = columns.T @ (weights * family.working(mean) * (observed - mean) / mean)
        step = _solved(information, score)
        coefficients = coefficients + step
        if np.max(np.abs(step)) < TOLERANCE:
            return _result(family, columns, observed, coefficients, offset, weights, iteration)
    raise NotFitted(f"The fit did not settle in {MAX_ITERATIONS} steps.")


def _information(family: Family, columns: Floats, mean: Floats, weights: Floats | float) -> Floats:
    return np.asarray(columns.T @ (columns * (weights * family.working(mean))[:, None]))


def _solved(information: Floats, score: Floats) -> Floats:
    # Columns of different size (an intercept beside a bonus of 150) make the plain condition number large, so it is
    # judged on the information scaled to a unit diagonal.
    scale = np.sqrt(np.diag(information))
    if np.any(scale == 0) or np.linalg.cond(information / np.outer(scale, scale)) > 1e12:
        raise NotFitted("A column is empty or depends on others.")
    return np.asarray(np.linalg.solve(information, score))


def _result(
    family: Family, columns: Floats, observed: Floats, coefficients: Floats, offset: Floats | float,
    weights: Floats | float, iterations: int,
) -> Fit:  # fmt: skip
    mean = np.exp(columns @ coefficients + offset)
    dispersion = 1.0
    if not family.dispersion_is_one:
        pearson = np.sum(weights * family.working(mean) * ((observed - mean) / mean) ** 2)
        dispersion = float(pearson / (len(observed) - len(coefficients)))
    covariance = dispersion * np.linalg.inv(_information(family, columns, mean, weights))
    return Fit(coefficients, np.sqrt(np.diag(covariance)), dispersion, iterations)
