"""The study of the French portfolio: a frequency and a severity model on the published split, and the tariff's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from products.statistics.diagnostics import PER_HUNDRED, LiftRow, gini, lift, mean_deviance
from products.statistics.french_motor import (
    DENSITY,
    DRIVER_AGE,
    FREQUENCY_TERMS,
    FUEL,
    POWER,
    REGION,
    SEVERITY_TERMS,
    STUDY_SEED,
    TRAINING_SHARE,
    VEHICLE_AGE,
    Factor,
    Portfolio,
    Slope,
    design,
)
from products.statistics.glm import GAMMA, POISSON, Family, Fit, Floats, fit
from products.statistics.r_sampling import sampled

Rows = NDArray[np.bool_]
TARIFF_FACTORS = (DRIVER_AGE, VEHICLE_AGE, POWER)
# The tariff leaves the French bonus-malus out, and what goes with it in the study's model: here a no-claims factor of
# its own multiplies the base, and the French one falls with the years since the licence, so beside it a young driver
# looks cheap. Fuel, density and region stay in, so that the factors kept do not speak for them.
TARIFF_TERMS: tuple[Factor | Slope, ...] = (*TARIFF_FACTORS, FUEL, DENSITY)
TARIFF_FREQUENCY_TERMS = (*TARIFF_TERMS, REGION)


@dataclass(frozen=True)
class Losses:
    """Mean deviances of one model in the learning and in the test sample."""

    learning: float
    test: float


@dataclass(frozen=True)
class Coefficient:
    """One line of a fitted model; `label` is the class, empty for the intercept and for slopes."""

    term: str
    label: str
    estimate: float
    standard_error: float


@dataclass(frozen=True)
class FittedModel:
    """A model with what is printed of it. `homogeneous` has the intercept only."""

    family: str
    coefficients: tuple[Coefficient, ...]
    observations: int
    iterations: int
    dispersion: float
    homogeneous: Losses
    losses: Losses

    def effect(self, term: str, label: str) -> Coefficient:
        """The coefficient of a class; the base class has the effect zero."""
        for found in self.coefficients:
            if (found.term, found.label) == (term, label):
                return found
        return Coefficient(term, label, 0.0, 0.0)


@dataclass(frozen=True)
class Relativity:
    """What a class costs against the base class: claims, cost of a claim, both together.

    `pure_error` is the standard error of the logarithm of both together; the two fits are independent.
    """

    factor: str
    label: str
    frequency: float
    severity: float
    pure_error: float

    @property
    def pure(self) -> float:
        return self.frequency * self.severity


@dataclass(frozen=True)
class MotorStudy:
    """Everything the command prints and keeps."""

    portfolio: Portfolio
    learning: Rows
    frequency: FittedModel
    severity: FittedModel
    gini: float
    lift: list[LiftRow]
    relativities: tuple[Relativity, ...]


def study_of(portfolio: Portfolio, seed: int = STUDY_SEED) -> MotorStudy:
    """Fit both models on the learning sample and measure them on the other; fit the tariff on all policies.

    Raises:
        NotFitted, NotTheData: the portfolio does not carry the models.
    """
    learning = np.zeros(len(portfolio), dtype=bool)
    learning[sampled(len(portfolio), round(TRAINING_SHARE * len(portfolio)), seed)] = True
    frequency, expected = _frequency(portfolio, learning, FREQUENCY_TERMS)
    severity = _severity(portfolio, learning, SEVERITY_TERMS)
    unseen = ~learning
    claims, exposure = portfolio.claims[unseen], portfolio.exposure[unseen]
    return MotorStudy(
        portfolio=portfolio,
        learning=learning,
        frequency=frequency,
        severity=severity,
        gini=gini(claims, expected[unseen], exposure),
        lift=lift(claims, expected[unseen], exposure),
        relativities=tariff_of(portfolio),
    )


def tariff_of(portfolio: Portfolio) -> tuple[Relativity, ...]:
    """The factors of the tariff's own model, fitted on all policies."""
    everybody = np.ones(len(portfolio), dtype=bool)
    frequency, _expected = _frequency(portfolio, everybody, TARIFF_FREQUENCY_TERMS)
    severity = _severity(portfolio, everybody, TARIFF_TERMS)
    return tuple(
        _relativity(factor, label, frequency, severity) for factor in TARIFF_FACTORS for label in factor.labels
    )


def _frequency(portfolio: Portfolio, learning: Rows, terms: Sequence[Factor | Slope]) -> tuple[FittedModel, Floats]:
    names, columns = design(portfolio, terms)
    claims, exposure = portfolio.claims, portfolio.exposure
    offset = np.log(exposure)
    found = fit(POISSON, columns[learning], claims[learning], offset=offset[learning])
    expected = found.mean(columns, offset)
    average = np.sum(claims[learning]) / np.sum(exposure[learning])
    ones = np.ones(len(portfolio))
    losses = [_losses(POISSON, claims, mean, ones, learning) for mean in (average * exposure, expected)]
    return _model(POISSON, names, found, int(np.sum(learning)), *losses), expected


def _severity(portfolio: Portfolio, learning: Rows, terms: Sequence[Factor | Slope]) -> FittedModel:
    """Mean cost of a claim of each policy that has one, weighted with their number."""
    paid = portfolio.paid_claims > 0
    names, every = design(portfolio, terms)
    columns, weights = every[paid], portfolio.paid_claims[paid]
    cost, inside = portfolio.paid_amount[paid] / weights, learning[paid]
    found = fit(GAMMA, columns[inside], cost[inside], weights=weights[inside])
    average = np.sum((cost * weights)[inside]) / np.sum(weights[inside])
    means = (np.full(len(cost), average), found.mean(columns))
    losses = [_losses(GAMMA, cost, mean, weights, inside) for mean in means]
    return _model(GAMMA, names, found, int(np.sum(inside)), *losses)


def _losses(family: Family, observed: Floats, expected: Floats, weights: Floats, learning: Rows) -> Losses:
    """In hundredths for Poisson, as published; Gamma deviances are of the order of one and stay. With nothing left out
    there is no test loss."""
    unit = PER_HUNDRED if family is POISSON else 1
    inside, outside = (
        unit * mean_deviance(family, observed[rows], expected[rows], weights[rows]) if np.any(rows) else float("nan")
        for rows in (learning, ~learning)
    )
    return Losses(inside, outside)


def _model(
    family: Family, names: Sequence[tuple[str, str]], found: Fit, observations: int, homogeneous: Losses, losses: Losses
) -> FittedModel:
    coefficients = tuple(
        Coefficient(term, label, float(estimate), float(error))
        for (term, label), estimate, error in zip(names, found.coefficients, found.standard_errors, strict=True)
    )
    return FittedModel(family.name, coefficients, observations, found.iterations, found.dispersion, homogeneous, losses)


def _relativity(factor: Factor, label: str, frequency: FittedModel, severity: FittedModel) -> Relativity:
    claims, cost = (model.effect(factor.key, label) for model in (frequency, severity))
    error = float(np.hypot(claims.standard_error, cost.standard_error))
    return Relativity(factor.key, label, float(np.exp(claims.estimate)), float(np.exp(cost.estimate)), error)
