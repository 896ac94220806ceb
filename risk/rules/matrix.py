"""The five-by-five matrix of likelihood and impact (the consequence and likelihood matrix of IEC 31010)."""

from enum import StrEnum

SCALE = range(1, 6)
HIGH_FROM, MEDIUM_FROM = 12, 5


class Band(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


def band_of(likelihood: int, impact: int) -> Band:
    """The band of a risk. A catastrophe (impact 5) is never low, however unlikely.

    Raises:
        ValueError: a value is off the scale.
    """
    if likelihood not in SCALE or impact not in SCALE:
        raise ValueError("Likelihood and impact run from 1 to 5.")
    score = likelihood * impact
    if score >= HIGH_FROM:
        return Band.HIGH
    return Band.MEDIUM if score >= MEDIUM_FROM else Band.LOW
