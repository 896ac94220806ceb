"""A mortality table by its code: what is stored counts, then what is shipped with the house."""

from decimal import Decimal

from products.models import MortalityTable
from products.mortality import shipped_table
from products.rules.life import mortality as rules


def find_table(code: str) -> rules.MortalityTable | None:
    """None when nobody knows the code."""
    stored = MortalityTable.objects.filter(code=code).first()
    return as_rates(stored) if stored else shipped_table(code)


def as_rates(stored: MortalityTable) -> rules.MortalityTable:
    """The table as the rules compute with it."""
    return rules.MortalityTable(stored.code, stored.from_age, tuple(Decimal(rate) for rate in stored.rates))
