"""How a premium is paid: once or year after year, for how long, and what that comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from products.rules.figures import FactValue
from products.rules.terms import Terms


@dataclass(frozen=True, slots=True)
class PayPlan:
    """`instalments` premiums of `premium`, one a year when there are several; cover for `length` units of `unit`."""

    premium: Decimal = field(compare=False)
    is_yearly: bool
    instalments: int
    length: int
    unit: str

    @property
    def total(self) -> Decimal:
        return self.premium * self.instalments

    @property
    def is_long(self) -> bool:
        """Whether there is more to say than the price of one year."""
        return self.instalments > 1 or (self.unit == "year" and self.length > 1)


def pay_plan(terms: Terms, facts: Mapping[str, FactValue], premium: Decimal) -> PayPlan:
    """For the facts of one contract."""
    length = max(terms.length.count_for(facts), 1)
    return PayPlan(
        premium, terms.is_paid_by_the_year, max(terms.pay.instalments(facts, length), 1), length, terms.length.unit
    )
