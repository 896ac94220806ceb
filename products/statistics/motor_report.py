"""The study in words and as data: what `fit_motor` prints, and the file of coefficients it keeps."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from products.statistics.french_motor import LARGEST_CLAIM
from products.statistics.motor_study import FittedModel, Losses, MotorStudy, Relativity

SOURCE = "A. Noll, R. Salzmann, M. V. Wuthrich, Case Study: French Motor Third-Party Liability Claims, SSRN 3164764"
# Poisson deviances in 10^-2 of the study's homogeneous model and its model GLM1, as printed there.
PUBLISHED_HOMOGENEOUS = Losses(32.935, 33.861)
PUBLISHED_GLM1 = Losses(31.267, 32.171)


@dataclass(frozen=True)
class Comparison:
    """A published figure beside ours."""

    name: str
    published: float
    ours: float

    @property
    def agrees(self) -> bool:
        """To the last digit printed."""
        return round(self.ours, 3) == self.published


def comparisons(study: MotorStudy) -> list[Comparison]:
    homogeneous, glm1 = study.frequency.homogeneous, study.frequency.losses
    return [
        Comparison("homogeneous, in-sample", PUBLISHED_HOMOGENEOUS.learning, homogeneous.learning),
        Comparison("homogeneous, out-of-sample", PUBLISHED_HOMOGENEOUS.test, homogeneous.test),
        Comparison("GLM1, in-sample", PUBLISHED_GLM1.learning, glm1.learning),
        Comparison("GLM1, out-of-sample", PUBLISHED_GLM1.test, glm1.test),
    ]


def report(study: MotorStudy) -> Iterator[str]:
    """The diagnostics, a line at a time."""
    yield from _portfolio(study)
    yield from _against_published(study)
    yield from _severity(study.severity)
    yield from _lift(study)
    yield from _coefficients("Frequency, GLM1 (Poisson)", study.frequency)
    yield from _coefficients("Severity (Gamma)", study.severity)
    yield from _relativities(study.relativities)


def _portfolio(study: MotorStudy) -> Iterator[str]:
    found = study.portfolio
    claims, years = float(np.sum(found.claims)), float(np.sum(found.exposure))
    paid = float(np.sum(found.paid_claims))
    cost = float(np.sum(found.paid_amount)) / paid
    yield "Portfolio"
    yield f"  {'policies':<28} {len(found):>12,}"
    yield f"  {'exposure, years':<28} {years:>12,.0f}   {found.cut_exposures:,} policies cut to 1 year"
    yield f"  {'claims':<28} {claims:>12,.0f}   {found.cut_counts:,} policies cut to 4 claims"
    yield f"  {'frequency a year':<28} {claims / years:>12.4%}"
    yield f"  {'claims with an amount':<28} {paid:>12,.0f}   {found.orphans:,} of unknown policies left out"
    yield f"  {'mean cost of a claim':<28} {cost:>12,.2f}   {found.cut_claims:,} claims cut to {LARGEST_CLAIM:,.0f}"
    for name, rows in (("learning sample", study.learning), ("test sample", ~study.learning)):
        frequency = np.sum(found.claims[rows]) / np.sum(found.exposure[rows])
        yield f"  {name:<28} {np.sum(rows):>12,}   frequency {frequency:.4%}"


def _against_published(study: MotorStudy) -> Iterator[str]:
    yield ""
    yield "Poisson deviance of the frequency, in 10^-2"
    yield f"  {'':<28} {'ours':>10} {'published':>10}"
    for row in comparisons(study):
        verdict = "equal" if row.agrees else f"off by {row.ours - row.published:+.3f}"
        yield f"  {row.name:<28} {row.ours:>10.3f} {row.published:>10.3f}   {verdict}"
    yield f"  published: {SOURCE}"


def _severity(model: FittedModel) -> Iterator[str]:
    yield ""
    yield f"Gamma deviance of the cost of a claim, {model.observations:,} policies with claims learned from"
    for name, losses in (("homogeneous", model.homogeneous), ("model", model.losses)):
        yield f"  {name:<28} in-sample {losses.learning:.4f}   out-of-sample {losses.test:.4f}"
    yield f"  {'dispersion (Pearson)':<28} {model.dispersion:.2f}"
    yield "  the study models frequency only, so nothing published stands beside these"


def _lift(study: MotorStudy) -> Iterator[str]:
    yield ""
    yield f"Test sample by tenths of exposure, least risky first; Gini index {study.gini:.4f}"
    yield f"  {'tenth':>5} {'years':>8} {'expected':>9} {'observed':>9}"
    for row in study.lift:
        yield f"  {row.tenth:>5} {row.exposure:>8,.0f} {row.expected:>9.4f} {row.observed:>9.4f}"


def _coefficients(title: str, model: FittedModel) -> Iterator[str]:
    yield ""
    yield f"{title}: {len(model.coefficients)} parameters, {model.iterations} steps"
    yield f"  {'term':<30} {'estimate':>10} {'std. error':>10} {'z':>8} {'factor':>8}"
    for line in model.coefficients:
        name = f"{line.term} {line.label}".strip()
        estimate, error = line.estimate, line.standard_error
        yield f"  {name:<30} {estimate:>10.5f} {error:>10.5f} {estimate / error:>8.2f} {np.exp(estimate):>8.4f}"


def _relativities(rows: tuple[Relativity, ...]) -> Iterator[str]:
    yield ""
    yield "Tariff without bonus-malus, fitted on all policies: factors against the base class"
    yield f"  {'factor':<30} {'frequency':>10} {'severity':>10} {'both':>8} {'± log':>8}"
    for row in rows:
        name = f"{row.factor} {row.label}"
        yield f"  {name:<30} {row.frequency:>10.4f} {row.severity:>10.4f} {row.pure:>8.4f} {row.pure_error:>8.4f}"


def as_data(study: MotorStudy, files: Mapping[str, Path], fitted_on: dt.date) -> dict[str, object]:
    """What is committed: coefficients, how they were found, and the fingerprints of the files they came from."""
    return {
        "illustrative": True,
        "about": "Coefficients of a motor tariff fitted on a public French portfolio. They shape demonstration prices.",
        "data": "freMTPL2freq and freMTPL2sev (R package CASdatasets, C. Dutang and A. Charpentier), 678,013 policies",
        "method": "Poisson frequency x Gamma severity, log link, own IRLS; classes, corrections, split of " + SOURCE,
        "command": "manage.py fit_motor FREQ SEV --out products/tables/motor_glm.yaml",
        "fitted_on": fitted_on.isoformat(),
        "sha256": {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()},
        "poisson_deviance_percent": {
            row.name: {"ours": f"{row.ours:.3f}", "published": f"{row.published:.3f}"} for row in comparisons(study)
        },
        "frequency": _model_data(study.frequency),
        "severity": _model_data(study.severity),
        "relativities": _relativity_data(study.relativities),
    }


def _model_data(model: FittedModel) -> list[dict[str, str]]:
    return [
        {
            "term": line.term,
            "class": line.label,
            "estimate": f"{line.estimate:.6f}",
            "standard_error": f"{line.standard_error:.6f}",
        }
        for line in model.coefficients
    ]


def _relativity_data(rows: tuple[Relativity, ...]) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        found.setdefault(row.factor, []).append(
            {
                "class": row.label,
                "frequency": f"{row.frequency:.4f}",
                "severity": f"{row.severity:.4f}",
                "both": f"{row.pure:.4f}",
                "standard_error_of_log": f"{row.pure_error:.4f}",
            }
        )
    return found
