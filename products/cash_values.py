"""The cash values of a price, as the product page shows them: the years that matter first, every year on request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from products.compiled import CompiledProduct
from products.rules.figures import FactValue

FIRST_YEARS, MIDDLE_YEARS = 5, 30


@dataclass(frozen=True, slots=True)
class CashValueYear:
    """The end of a policy year: how old the insured is then, what was paid in till then, what giving it up returns."""

    year: int
    age: int
    paid: Decimal
    cash_value: Decimal


@dataclass(frozen=True, slots=True)
class CashValueTable:
    """`some` holds the first five years, every fifth to 30, every tenth later, and the last; `all` holds every year."""

    some: tuple[CashValueYear, ...]
    all: tuple[CashValueYear, ...]

    @property
    def breaks_even(self) -> CashValueYear | None:
        """The first year whose cash value is no less than what was paid in."""
        return next((row for row in self.all if row.cash_value >= row.paid), None)


def cash_value_table(product: CompiledProduct, facts: Mapping[str, FactValue]) -> CashValueTable | None:
    """None for a product without cash values."""
    rows: list[CashValueYear] = []
    paid = Decimal(0)
    for item in product.policy_values(facts):
        paid += item.premium
        rows.append(CashValueYear(item.year, item.age + 1, paid, item.cash_value))
    if not rows:
        return None
    return CashValueTable(tuple(row for row in rows if _matters(row.year) or row is rows[-1]), tuple(rows))


def _matters(year: int) -> bool:
    return year <= FIRST_YEARS or not year % (5 if year <= MIDDLE_YEARS else 10)
