"""What a policy promises for one coverage, in the shape the rules of claims want."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from claims.models import Cause
from claims.rules.benefit import Terms
from insureweb.kernel.checks import Refused
from insureweb.kernel.localized import Localized
from insureweb.kernel.periods import midnight
from policies.contract.models import Policy
from policies.contract.selectors import coverage_terms
from products.compiled import CompiledProduct, compiled
from products.rules.definition import Evidence as Paper
from products.rules.definition import InsuredEvent


@dataclass(frozen=True, slots=True)
class Cover:
    """One coverage of a policy on a day: its figures, causes, waiting periods and the papers a claim needs."""

    code: str
    name: Localized
    how: Localized
    terms: Terms
    events: tuple[InsuredEvent, ...]
    waiting_days: int
    waiting_days_by_cause: Mapping[str, int]
    papers: tuple[Paper, ...]

    def waiting_for(self, cause: str) -> int:
        return self.waiting_days_by_cause.get(cause, self.waiting_days)

    @property
    def causes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(event.cause for event in self.events))

    @property
    def cause_choices(self) -> dict[str, Any]:
        """What may have set it off, by cause: the product's own events, or accident and illness, or neither."""
        other = {Cause.OTHER.value: Cause.OTHER.label}
        if set(self.causes) <= set(Cause.values):
            return dict(Cause.choices)
        return {event.cause: event.name for event in self.events} | other

    def cause_words(self, cause: str) -> Any:
        """A stored cause for the screen."""
        return self.cause_choices.get(cause, Cause.OTHER.label)

    @property
    def paper_keys(self) -> frozenset[str]:
        return frozenset(paper.key for paper in self.papers)


def product_of(policy: Policy) -> CompiledProduct:
    return compiled(policy.product_version)


def covers_of(policy: Policy, day: date) -> tuple[Cover, ...]:
    """Every coverage of the policy as it stands on a day; on days outside the period as it stood nearest to them."""
    span = policy.span
    at = min(max(midnight(day), span.start), midnight(span.last_day))
    coverages = product_of(policy).definition.coverages_by_key
    return tuple(_cover(term, coverages[term.code]) for term in coverage_terms(policy, at))


def cover_of(policy: Policy, coverage: str, day: date) -> Cover:
    """One coverage of the policy.

    Raises:
        Refused: the policy has no such coverage.
    """
    found = next((cover for cover in covers_of(policy, day) if cover.code == coverage), None)
    if found is None:
        raise Refused("unknown_coverage", _("This policy has no such cover. Choose one from the list."), field="cover")
    return found


def _cover(term: Any, coverage: Any) -> Cover:
    return Cover(
        code=term.code,
        name=term.name,
        how=coverage.how,
        terms=Terms(
            kind=term.kind,
            clause=str(term.clause),
            limit=term.limit,
            daily_amount=term.daily_amount or Decimal(0),
            deductible_days=term.deductible_days,
            max_days=term.max_days,
            max_days_year=term.max_days_year,
            deductible=term.deductible or Decimal(0),
            pays_percent=term.pays_percent,
        ),
        events=coverage.events,
        waiting_days=term.waiting_days,
        waiting_days_by_cause=term.waiting_days_by_cause,
        papers=coverage.evidence,
    )


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of the wording, quoted."""

    number: str
    title: Localized
    body: Localized
    cite: Localized


def clauses_of(policy: Policy, numbers: list[str]) -> list[Clause]:
    """The clauses of the policy's wording by number, in order, each once."""
    found: list[Clause] = []
    for number in dict.fromkeys(numbers):
        for wording in product_of(policy).wordings:
            clause = wording.clause(number)
            if clause is not None:
                found.append(Clause(clause.number, clause.title, clause.body, wording.title))
                break
    return found
