"""What a tariff is expected to earn: for one year of a short cover, and year by year for life cover.

docs/algorithms/profit.md holds the formulas and worked tables; the tests mirror them. Amounts are not rounded here:
they are expectations, shown to the cent and never booked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from products.rules.arithmetic import HUNDRED, ONE, ZERO
from products.rules.life.basis import LifeBasis
from products.rules.life.exact import LifeError, exactly
from products.rules.life.reserves import PolicyYear

PAY_ON_DEATH = frozenset({"term", "whole-life", "endowment"})


@dataclass(frozen=True, slots=True)
class OneYearAssumptions:
    """What is expected of one policy in one year: claims, expenses in percent of the premium and in yuan, taxes.

    `claim_expense_percent` is in percent of the claims; `premium_tax_percent` stands for taxes, levies and the
    guarantee fund taken from the premium; the income tax is taken from a profit and given back on a loss.
    """

    claims_a_year: Decimal
    average_claim: Decimal
    claim_expense_percent: Decimal = ZERO
    expense_percent: Decimal = ZERO
    expense: Decimal = ZERO
    commission_percent: Decimal = ZERO
    premium_tax_percent: Decimal = ZERO
    income_tax_percent: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class OneYearProfit:
    """The premium of one policy and where it goes."""

    premium: Decimal
    claims: Decimal
    claim_expenses: Decimal
    expenses: Decimal
    commission: Decimal
    premium_tax: Decimal
    income_tax: Decimal

    @property
    def before_tax(self) -> Decimal:
        spent = self.claims + self.claim_expenses + self.expenses + self.commission + self.premium_tax
        return self.premium - spent

    @property
    def profit(self) -> Decimal:
        return self.before_tax - self.income_tax

    @property
    def margin(self) -> Decimal:
        """The profit as a share of the premium; nothing of nothing."""
        return self.profit / self.premium if self.premium else ZERO

    @property
    def loss_ratio(self) -> Decimal:
        return self.claims / self.premium if self.premium else ZERO


@exactly
def one_year_profit(premium: Decimal, expected: OneYearAssumptions) -> OneYearProfit:
    """The expected result of one policy at this premium."""
    claims = expected.claims_a_year * expected.average_claim
    before = OneYearProfit(
        premium=premium,
        claims=claims,
        claim_expenses=_share(claims, expected.claim_expense_percent),
        expenses=_share(premium, expected.expense_percent) + expected.expense,
        commission=_share(premium, expected.commission_percent),
        premium_tax=_share(premium, expected.premium_tax_percent),
        income_tax=ZERO,
    )
    tax = _share(before.before_tax, expected.income_tax_percent)
    return OneYearProfit(
        premium, claims, before.claim_expenses, before.expenses, before.commission, before.premium_tax, tax
    )


@dataclass(frozen=True, slots=True)
class LifeAssumptions:
    """What is expected of a life policy. Percentages by year run 1, 2, …; the last one goes on.

    Expenses and commission fall due with the premium, the yuan every year at its beginning; lapses come at the end of a
    year and are paid the cash value. `mortality_percent` is in percent of the table of the price.
    """

    interest_percent: Decimal
    discount_percent: Decimal
    mortality_percent: Decimal = HUNDRED
    lapse_percent: tuple[Decimal, ...] = (ZERO,)
    expense_percent: tuple[Decimal, ...] = (ZERO,)
    expense: tuple[Decimal, ...] = (ZERO,)
    commission_percent: tuple[Decimal, ...] = (ZERO,)
    premium_tax_percent: Decimal = ZERO
    income_tax_percent: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class ProfitYear:
    """One policy year for a policy in force at its beginning; `in_force` is the chance of that, seen from the start.

    `profit` is at the end of the year for such a policy (the profit vector); `signature` = in_force x profit.
    """

    year: int
    in_force: Decimal
    premium: Decimal
    outgo: Decimal
    interest: Decimal
    death_claims: Decimal
    surrenders: Decimal
    reserve_increase: Decimal
    income_tax: Decimal
    profit: Decimal
    signature: Decimal


@dataclass(frozen=True, slots=True)
class LifeProfit:
    """The profit of a life policy: year by year, its value at the start, and that of the premiums.

    `margin` is the value as a share of the premiums; `breaks_even_in` the year from whose end on the profits so far are
    worth no less than nothing.
    """

    years: tuple[ProfitYear, ...]
    value: Decimal
    premiums: Decimal
    margin: Decimal
    breaks_even_in: int | None


@exactly
def life_profit(
    rows: Sequence[PolicyYear], rates: Sequence[Decimal], *, amount: Decimal, expected: LifeAssumptions
) -> LifeProfit:
    """The profit test of a policy that pays an amount at the end of the year of death.

    Args:
        rows: premium, reserve and cash value of every policy year; a survivor is paid the last reserve at the end.
        rates: the yearly probability of death of each row, of the table of the price.
    """
    years: list[ProfitYear] = []
    in_force, reserve = ONE, ZERO
    for row, rate in zip(rows, rates, strict=True):
        held = max(row.reserve, row.cash_value)
        dying = min(_share(rate, expected.mortality_percent), ONE)
        leaving = (ONE - dying) * _in_year(expected.lapse_percent, row.year) / HUNDRED
        staying = ONE - dying - leaving
        flows = _Flows(
            outgo=_outgo(row, expected),
            death_claims=dying * amount,
            surrenders=leaving * row.cash_value,
            reserve_increase=staying * held - reserve,
        )
        years.append(_profit_year(row, in_force, reserve, flows, expected))
        in_force, reserve = in_force * staying, held
    return _valued(tuple(years), expected)


def life_profit_of(
    life: LifeBasis, facts: Mapping[str, Any], premium: Decimal, expected: LifeAssumptions
) -> LifeProfit:
    """The profit test of a contract sold on a life basis, at this yearly premium.

    Raises:
        LifeError: the benefit is not paid on death, or the product has no cash values.
    """
    if life.benefit not in PAY_ON_DEATH or life.cash_value is None:
        raise LifeError("a profit test needs a benefit on death and cash values")
    table = life.tables[life.group(facts)]
    rows = life.policy_years(facts, premium)
    rates = [ONE if row.age == table.limiting_age else table.rate(row.age) for row in rows]
    return life_profit(rows, rates, amount=Decimal(str(facts[life.sum_insured])), expected=expected)


def _share(amount: Decimal, percent: Decimal) -> Decimal:
    return amount * percent / HUNDRED


def _in_year(by_year: tuple[Decimal, ...], year: int) -> Decimal:
    return by_year[min(year, len(by_year)) - 1]


@dataclass(frozen=True, slots=True)
class _Flows:
    """What a year costs beside the interest."""

    outgo: Decimal
    death_claims: Decimal
    surrenders: Decimal
    reserve_increase: Decimal


def _outgo(row: PolicyYear, expected: LifeAssumptions) -> Decimal:
    """Expenses, commission and premium tax at the beginning of a year."""
    percent = (
        _in_year(expected.expense_percent, row.year)
        + _in_year(expected.commission_percent, row.year)
        + expected.premium_tax_percent
    )
    return _share(row.premium, percent) + _in_year(expected.expense, row.year)


def _profit_year(
    row: PolicyYear, in_force: Decimal, reserve: Decimal, flows: _Flows, expected: LifeAssumptions
) -> ProfitYear:
    interest = _share(reserve + row.premium - flows.outgo, expected.interest_percent)
    before = row.premium - flows.outgo + interest - flows.death_claims - flows.surrenders - flows.reserve_increase
    tax = _share(before, expected.income_tax_percent)
    return ProfitYear(
        year=row.year,
        in_force=in_force,
        premium=row.premium,
        outgo=flows.outgo,
        interest=interest,
        death_claims=flows.death_claims,
        surrenders=flows.surrenders,
        reserve_increase=flows.reserve_increase,
        income_tax=tax,
        profit=before - tax,
        signature=in_force * (before - tax),
    )


def _valued(years: tuple[ProfitYear, ...], expected: LifeAssumptions) -> LifeProfit:
    """Profits are discounted from the end of their year, premiums from its beginning."""
    discount = ONE / (ONE + expected.discount_percent / HUNDRED)
    value = premiums = ZERO
    breaks_even = None
    for item in years:
        premiums += item.in_force * item.premium * discount ** (item.year - 1)
        value += item.signature * discount**item.year
        breaks_even = (breaks_even or item.year) if value >= ZERO else None
    return LifeProfit(years, value, premiums, value / premiums if premiums else ZERO, breaks_even)
