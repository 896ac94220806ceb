"""The facts a product's "claims" table may ask for, put together in one place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from claims.rules.benefit import Benefit
from claims.rules.duty import Duty
from claims.rules.fraud import Score

# The paper for which the claimant's own account may stand in.
TOLD_IN_WORDS = frozenset({"accident"})


@dataclass(frozen=True, slots=True)
class Reported:
    """What the customer told us, in plain values."""

    coverage: str
    benefit: str
    cause: str
    event: date
    reported: date
    nights: int
    claimed: Decimal
    evidence_kinds: frozenset[str]
    evidence_wanted: frozenset[str]


def missing_evidence(wanted: frozenset[str], given: frozenset[str]) -> frozenset[str]:
    """The papers still needed. One thing at least must be shown; words alone never do."""
    return wanted - given - (TOLD_IN_WORDS if given else frozenset())


def claim_facts(
    reported: Reported, duty: Duty, benefit: Benefit, score: Score, *, overlaps: bool, earlier_claims: int
) -> dict[str, Any]:
    """Every fact by name. A table picks its columns; one it asks for and we lack is an error, never a guess."""
    return {
        "policy_in_force": duty.in_force,
        "past_waiting": duty.waiting_over,
        "exact_duplicate": duty.duplicate,
        "overlaps_earlier_claim": overlaps,
        "coverage": reported.coverage,
        "benefit": reported.benefit,
        "cause": reported.cause,
        "cause_covered": duty.cause_covered,
        "event_date": reported.event,
        "reported_after_days": max((reported.reported - reported.event).days, 0),
        "stay_days": reported.nights,
        "payable_days": benefit.days,
        "amount": benefit.amount,
        "amount_claimed": reported.claimed,
        "evidence_complete": not missing_evidence(reported.evidence_wanted, reported.evidence_kinds),
        "days_since_start": duty.days_since_start,
        "earlier_claims": earlier_claims,
        "fraud_score": score.points,
    }
