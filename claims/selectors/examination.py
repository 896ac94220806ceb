"""Everything the rules need to know about one claim, read once and handed over as plain values."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from claims.fraud_table import fraud_table
from claims.models import Claim
from claims.rules.benefit import Benefit, Loss, assess
from claims.rules.duty import Duty, examine_duty
from claims.rules.facts import Reported, claim_facts
from claims.rules.fraud import Background, Score, fraud_score
from claims.selectors.cover import Cover, cover_of
from claims.selectors.people import same_person, strangers_with_account
from claims.states import LIVE, ClaimState
from insureweb.kernel.periods import add_years, business_date, midnight
from policies.contract.models import Policy
from policies.contract.selectors import policy_in_force_on

YEAR = timedelta(days=365)
# As the house's hospital cash wordings say; a wording with other days brings them as product data.
LINKED_DAYS = 30


@dataclass(frozen=True, slots=True)
class Examination:
    """The findings on a claim: duty, sum, score and the facts for the table."""

    cover: Cover
    loss: Loss
    duty: Duty
    benefit: Benefit
    score: Score
    facts: dict[str, Any]

    def as_inputs(self) -> dict[str, Any]:
        """What a stored decision needs to give the same answer again."""
        return {
            "terms": self.cover.terms.as_json(),
            "loss": self.loss.as_json(),
            "signals": [signal.as_json() for signal in self.score.signals],
            "fraud": self.score.decision.as_json(),
            "formal_grounds": list(self.duty.formal_grounds),
        }


def examine(claim: Claim, at: datetime) -> Examination:
    """Hold the claim against its policy, its earlier claims and what is known around it."""
    cover = cover_of(claim.policy, claim.coverage, claim.event_date)
    others = _others(claim)
    loss = _loss(claim, others)
    duty = examine_duty(
        event=claim.event_date,
        cover_from=_cover_from(claim),
        waiting_days=cover.waiting_for(claim.cause),
        cause=claim.cause,
        causes=cover.causes,
        duplicate=any(other["stay"] == claim.stay and other["state"] in LIVE for other in others),
    )
    benefit = assess(cover.terms, loss)
    score = fraud_score(_background(claim, duty, at), fraud_table())
    facts = claim_facts(
        _reported(claim, cover, loss, at),
        duty,
        benefit,
        score,
        overlaps=any(_overlap(claim.stay, other["stay"]) for other in others),
        earlier_claims=len(others),
    )
    return Examination(cover, loss, duty, benefit, score, facts)


def _cover_from(claim: Claim) -> date | None:
    """The first day of the cover in force on the day it happened, a member's own; None when there was none."""
    if not policy_in_force_on(claim.policy, claim.event_date):
        return None
    span = claim.member.span if claim.member else claim.policy.span
    return span.first_day if span.contains(midnight(claim.event_date)) else None


def _others(claim: Claim) -> list[dict[str, Any]]:
    """Every other claim on the same cover, of the same member, that was sent and not taken back."""
    others = Claim.objects.filter(policy_id=claim.policy_id, member_id=claim.member_id, coverage=claim.coverage)
    others = others.exclude(pk=claim.pk).exclude(state__in=[ClaimState.DRAFT, ClaimState.WITHDRAWN])
    rows: Any = others.order_by("id").values(
        "state", "stay", "event_date", "admitted_date", "discharged_date", "days_paid", "amount_approved"
    )
    return list(rows)


def _overlap(first: Any, second: Any) -> bool:
    if first is None or second is None:
        return False
    return not (_before(first.upper, second.lower) or _before(second.upper, first.lower))


def _before(end: date | None, start: date | None) -> bool:
    """An open end or start never lets two ranges pass each other."""
    return end is not None and start is not None and end <= start


def policy_year(policy: Policy, day: date) -> tuple[date, date]:
    """First day and end of the policy year in which a day falls."""
    first = policy.span.first_day
    years = max(day.year - first.year - 1, 0)
    while add_years(first, years + 1) <= day:
        years += 1
    return add_years(first, years), add_years(first, years + 1)


def _loss(claim: Claim, others: list[dict[str, Any]]) -> Loss:
    begin, end = policy_year(claim.policy, claim.admitted_date or claim.event_date)
    in_year = [other for other in others if begin <= (other["admitted_date"] or other["event_date"]) < end]
    same_stay = [other for other in others if _counts_as_one(claim, other)]
    return Loss(
        admitted=claim.admitted_date,
        discharged=claim.discharged_date,
        claimed=Decimal(claim.amount_claimed),
        stay_days_used=sum(other["days_paid"] for other in same_stay),
        nights_before=sum((other["discharged_date"] - other["admitted_date"]).days for other in same_stay),
        year_days_used=sum(other["days_paid"] for other in in_year),
        amount_used=sum((other["amount_approved"] for other in others), Decimal(0)),
    )


def _counts_as_one(claim: Claim, other: dict[str, Any]) -> bool:
    """Two stays for the same accident, at most `LINKED_DAYS` apart, are one stay (clause 2.3.3)."""
    if claim.admitted_date is None or claim.discharged_date is None or other["admitted_date"] is None:
        return False
    if other["event_date"] != claim.event_date:
        return False
    gap = max(claim.admitted_date - other["discharged_date"], other["admitted_date"] - claim.discharged_date)
    return gap.days <= LINKED_DAYS


def _reported(claim: Claim, cover: Cover, loss: Loss, at: datetime) -> Reported:
    return Reported(
        coverage=claim.coverage,
        benefit=cover.terms.kind,
        cause=claim.cause,
        event=claim.event_date,
        reported=business_date(claim.notified_at or at),
        nights=loss.nights,
        claimed=loss.claimed,
        evidence_kinds=shown_kinds(claim),
        evidence_wanted=cover.paper_keys,
    )


def shown_kinds(claim: Claim) -> frozenset[str]:
    """The papers shown so far: files, and what partners' systems recorded."""
    return frozenset(row.kind for row in claim.evidence.all()) | {row.kind for row in claim.records.all()}


def _background(claim: Claim, duty: Duty, at: datetime) -> Background:
    sent = Claim.objects.exclude(state__in=[ClaimState.DRAFT, ClaimState.WITHDRAWN]).exclude(pk=claim.pk)
    return Background(
        days_since_start=duty.days_since_start,
        claims_last_year=sent.filter(same_person(claim), notified_at__gte=at - YEAR).count(),
        other_customers_with_account=len(strangers_with_account(claim)),
        days_to_report=max((business_date(claim.notified_at or at) - claim.event_date).days, 0),
    )
