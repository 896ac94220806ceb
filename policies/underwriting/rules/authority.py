"""How much one underwriter may decide alone."""

from decimal import Decimal


def needs_second_underwriter(sum_insured: Decimal, limit: Decimal) -> bool:
    """True when the sum is above the delegated authority."""
    return sum_insured > limit
