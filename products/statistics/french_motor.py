"""The French motor portfolio freMTPL2: reading, the usual corrections, the columns of the models.

678,013 third-party policies of a French insurer with their claims, published with Charpentier, Computational Actuarial
Science with R (2014), in the R package CASdatasets. Corrections, classes and split follow A. Noll, R. Salzmann and
M. V. Wuthrich, Case Study: French Motor Third-Party Liability Claims, SSRN 3164764 (2018), model GLM1.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from products.statistics.glm import Floats

MOST_CLAIMS = 4
LONGEST_EXPOSURE = 1.0
HIGHEST_BONUS = 150
# The study is of frequency only. Cutting a claim here is scikit-learn's choice for the same data ("Tweedie regression
# on insurance claims"): one claim of four million otherwise decides the mean of its whole class.
LARGEST_CLAIM = 200_000.0
TRAINING_SHARE = 0.9
STUDY_SEED = 100
FREQUENCY_COLUMNS = [
    "IDpol", "ClaimNb", "Exposure", "Area", "VehPower", "VehAge", "DrivAge", "BonusMalus", "VehBrand", "VehGas",
    "Density", "Region",
]  # fmt: skip
SEVERITY_COLUMNS = ["IDpol", "ClaimAmount"]


class NotTheData(ValueError):
    """The file is not the one it should be."""


@dataclass(frozen=True)
class Portfolio:
    """Policies after the corrections, a row each; claims that have an amount, summed by policy."""

    columns: dict[str, NDArray[np.str_]]
    numbers: dict[str, Floats]
    claims: Floats
    exposure: Floats
    paid_claims: Floats
    paid_amount: Floats
    orphans: int
    cut_claims: int
    cut_counts: int
    cut_exposures: int

    def __len__(self) -> int:
        return len(self.claims)


@dataclass(frozen=True)
class Factor:
    """A column cut into classes; the base class has the factor one. `bounds` are the first values of the next class."""

    key: str
    column: str
    labels: tuple[str, ...]
    base: str
    bounds: tuple[float, ...] = ()

    def classes(self, portfolio: Portfolio) -> NDArray[np.str_]:
        """The class of each policy. Raises `NotTheData` for a value nobody knows."""
        if not self.bounds:
            found = portfolio.columns[self.column]
            if strangers := set(np.unique(found).tolist()) - set(self.labels):
                raise NotTheData(f"{self.column} has unknown values: {', '.join(sorted(strangers))[:80]}")
            return found
        return np.array(self.labels)[np.digitize(portfolio.numbers[self.column], self.bounds)]


@dataclass(frozen=True)
class Slope:
    """A numeric column as it stands, after its own transformation."""

    key: str
    column: str


BRANDS = ("B1", "B10", "B11", "B12", "B13", "B14", "B2", "B3", "B4", "B5", "B6")
REGIONS = (
    "R11", "R21", "R22", "R23", "R24", "R25", "R26", "R31", "R41", "R42", "R43", "R52", "R53", "R54", "R72", "R73",
    "R74", "R82", "R83", "R91", "R93", "R94",
)  # fmt: skip
POWER = Factor("vehicle_power", "VehPower", ("4", "5", "6", "7", "8", "9 and more"), "4", (5, 6, 7, 8, 9))
VEHICLE_AGE = Factor("vehicle_age", "VehAge", ("0", "1..10", "11 and more"), "1..10", (1, 11))
DRIVER_AGE = Factor(
    "driver_age", "DrivAge", ("18..20", "21..25", "26..30", "31..40", "41..50", "51..70", "71 and more"), "41..50",
    (21, 26, 31, 41, 51, 71),
)  # fmt: skip
BONUS = Slope("bonus_malus", "BonusMalus")
BRAND = Factor("vehicle_brand", "VehBrand", BRANDS, "B1")
FUEL = Factor("fuel", "VehGas", ("Diesel", "Regular"), "Diesel")
DENSITY = Slope("log_density", "Density")
REGION = Factor("region", "Region", REGIONS, "R24")
AREA = Slope("area", "Area")
FREQUENCY_TERMS: tuple[Factor | Slope, ...] = (
    POWER, VEHICLE_AGE, DRIVER_AGE, BONUS, BRAND, FUEL, DENSITY, REGION, AREA,
)  # fmt: skip
# Severity carries little signal: 23,000 policies and a heavy tail. Brand, region and area would only fit noise.
SEVERITY_TERMS: tuple[Factor | Slope, ...] = (POWER, VEHICLE_AGE, DRIVER_AGE, BONUS, FUEL, DENSITY)


def read_columns(path: Path, wanted: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The columns of a CSV file, gzipped or not, as text.

    Raises:
        NotTheData: another header, a ragged row, or no rows.
    """
    try:
        with path.open("rb") as raw, gzip.open(raw) if path.suffix == ".gz" else raw as content:
            reader = csv.reader(io.TextIOWrapper(content, encoding="utf-8", newline=""))
            header = next(reader, [])
            if header != list(wanted):
                raise NotTheData(f"{path}: the columns should be {','.join(wanted)}")
            columns = list(zip(*reader, strict=True))
    except (OSError, ValueError, EOFError, csv.Error) as error:
        raise NotTheData(f"{path}: {error}") from error
    if len(columns) != len(wanted):
        raise NotTheData(f"{path}: there are no complete rows")
    return dict(zip(header, columns, strict=True))


def read_portfolio(frequency: Path, severity: Path) -> Portfolio:
    """The two files as one portfolio, corrected.

    Raises:
        NotTheData: a file is another one.
    """
    text = read_columns(frequency, FREQUENCY_COLUMNS)
    claims = read_columns(severity, SEVERITY_COLUMNS)
    try:
        return _corrected(text, claims)
    except ValueError as error:
        raise NotTheData(f"{frequency}: {error}") from error


def _corrected(text: dict[str, tuple[str, ...]], claims: dict[str, tuple[str, ...]]) -> Portfolio:
    counts, exposure = _numbers(text["ClaimNb"]), _numbers(text["Exposure"])
    paid_claims, paid_amount, orphans, cut_claims = _paid(text["IDpol"], claims)
    numbers = {
        "VehPower": _numbers(text["VehPower"]),
        "VehAge": _numbers(text["VehAge"]),
        "DrivAge": _numbers(text["DrivAge"]),
        "BonusMalus": np.minimum(_numbers(text["BonusMalus"]), HIGHEST_BONUS),
        "Density": np.log(_numbers(text["Density"])),
        "Area": np.array([ord(letter) - ord("A") + 1.0 for letter in text["Area"]]),
    }
    return Portfolio(
        columns={name: np.array([cell.strip("'") for cell in text[name]]) for name in ("VehBrand", "VehGas", "Region")},
        numbers=numbers,
        claims=np.minimum(counts, MOST_CLAIMS),
        exposure=np.minimum(exposure, LONGEST_EXPOSURE),
        paid_claims=paid_claims,
        paid_amount=paid_amount,
        orphans=orphans,
        cut_claims=cut_claims,
        cut_counts=int(np.sum(counts > MOST_CLAIMS)),
        cut_exposures=int(np.sum(exposure > LONGEST_EXPOSURE)),
    )


def _numbers(cells: Sequence[str]) -> Floats:
    return np.array(cells, dtype=np.float64)


def _paid(policies: Sequence[str], claims: dict[str, tuple[str, ...]]) -> tuple[Floats, Floats, int, int]:
    """Number and sum of the claims of each policy, each cut at the largest; how many belong to no policy, were cut."""
    place = {int(float(policy)): index for index, policy in enumerate(policies)}
    amounts = _numbers(claims["ClaimAmount"])
    where = np.array([place.get(int(float(policy)), -1) for policy in claims["IDpol"]])
    known = where >= 0
    cut = np.minimum(amounts, LARGEST_CLAIM)
    counts = np.bincount(where[known], minlength=len(policies)).astype(np.float64)
    sums = np.bincount(where[known], weights=cut[known], minlength=len(policies)).astype(np.float64)
    return counts, sums, int(np.sum(~known)), int(np.sum(amounts[known] > LARGEST_CLAIM))


def design(portfolio: Portfolio, terms: Sequence[Factor | Slope]) -> tuple[list[tuple[str, str]], Floats]:
    """Names (term, class) and columns of a model: an intercept, a column a class other than the base, the slopes."""
    names, columns = [("intercept", "")], [np.ones(len(portfolio))]
    for term in terms:
        if isinstance(term, Slope):
            names.append((term.key, ""))
            columns.append(portfolio.numbers[term.column])
            continue
        classes = term.classes(portfolio)
        for label in term.labels:
            if label != term.base:
                names.append((term.key, label))
                columns.append((classes == label).astype(np.float64))
    return names, np.column_stack(columns)
