"""Buyers to whom a person speaks before they are accepted."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class CareAge:
    """From `since` on, a policyholder of this age and above is called before acceptance."""

    since: date
    age: int
    source: str


# Newest first. The suitability rules of February 2026 ask for extra care with the elderly (check).
CARE_AGES = (
    CareAge(date(2020, 1, 1), 65, "Suitability rules for financial products, extra care at 65 and over (check)"),
)


def needs_a_person(holder_age: int, day: date) -> bool:
    """True when a person has to confirm the sale with the policyholder first."""
    return any(care.since <= day and holder_age >= care.age for care in CARE_AGES)
