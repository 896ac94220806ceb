"""Gross premiums: the level premium whose expected value pays for benefits and expenses."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from products.rules.arithmetic import HUNDRED, ONE, ZERO
from products.rules.life.exact import exactly
from products.rules.life.values import ActuarialValues

THOUSAND = Decimal(1000)


@dataclass(frozen=True, slots=True)
class Expenses:
    """Loadings, each due with a premium: percent of the first and of every later premium, yuan a year for each 1,000
    of sum insured, yuan a year for the policy.
    """

    first_year_percent: Decimal = ZERO
    renewal_percent: Decimal = ZERO
    per_thousand: Decimal = ZERO
    per_policy: Decimal = ZERO


@exactly
def gross_level_premium(values: ActuarialValues, expenses: Expenses) -> Decimal:
    """The yearly premium G per 1 of sum: G a = A + s a + (f - r) G + r G a, with a = a_due, s per 1 of sum, f and r the
    shares of the first and the later premiums. The yuan for the policy are not in it, see `policy_fee`.
    """
    per_sum = expenses.per_thousand / THOUSAND
    return (values.A + per_sum * values.a_due) / premium_left(values.a_due, expenses)


@exactly
def policy_fee(values: ActuarialValues, expenses: Expenses) -> Decimal:
    """The yuan added to each yearly premium, whatever the sum: F a = e a + (f - r) F + r F a."""
    return expenses.per_policy * values.a_due / premium_left(values.a_due, expenses)


def premium_left(annuity: Decimal, expenses: Expenses) -> Decimal:
    """What a yearly premium of 1 leaves after its percentages: (1 - r) a - (f - r); above zero, f and r are below 1."""
    first, renewal = expenses.first_year_percent / HUNDRED, expenses.renewal_percent / HUNDRED
    return (ONE - renewal) * annuity - (first - renewal)
