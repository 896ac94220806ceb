"""Reserves and cash values at the end of each policy year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from products.rules.arithmetic import HUNDRED, ONE, ZERO
from products.rules.life.commutation import Columns
from products.rules.life.exact import LifeError, exactly, to_cent
from products.rules.life.values import benefit_value, pay_years, whole_term

NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class PolicyYear:
    """One year of a policy: the age and the premium at its beginning; reserve and cash value at its end, in yuan."""

    year: int
    age: int
    premium: Decimal
    reserve: Decimal
    cash_value: Decimal


@dataclass(frozen=True, slots=True)
class LoadingScale:
    """Expense loadings, percent of the premium of year 1, 2, … for pay terms in a range; the last one goes on."""

    shortest: int
    longest: int
    percent: tuple[Decimal, ...]

    def share(self, year: int) -> Decimal:
        return self.percent[min(year, len(self.percent)) - 1] / HUNDRED


@dataclass(frozen=True, slots=True)
class CashValueRule:
    """How the cash value follows from the policy value: its interest, its loadings, and the part that is kept.

    The part r grows from `keep_percent` in equal steps to all of it, over the pay term and at most `keep_years`.
    """

    interest: Decimal
    keep_percent: Decimal
    keep_years: int
    loadings: tuple[LoadingScale, ...]

    @property
    def interest_percent(self) -> Decimal:
        return self.interest.scaleb(2).normalize() + 0

    def scale(self, pay_term: int) -> LoadingScale:
        """Raises LifeError when no scale is for this pay term."""
        for scale in self.loadings:
            if scale.shortest <= pay_term <= scale.longest:
                return scale
        raise LifeError(f"no loadings for a pay term of {pay_term} years")

    def part(self, year: int, pay_term: int) -> Decimal:
        """r at the end of a year: k + (1 - k) t / min(years, pay term), and 1 from then on; 1 for a single premium."""
        span = min(self.keep_years, pay_term)
        if year >= span:
            return ONE
        keep = self.keep_percent / HUNDRED
        return keep + (ONE - keep) * year / span


@dataclass(frozen=True, slots=True)
class Contract:
    """What is insured, from which age, for how long."""

    benefit: str
    age: int
    years: int
    pay_years: int


def contract(columns: Columns, benefit: str, age: int, term: int | None, pay_term: int | None) -> Contract:
    """Raises LifeError for an age, term or pay term outside the table."""
    years = whole_term(columns, benefit, age, term)
    return Contract(benefit, age, years, pay_years(pay_term, years))


@exactly
def net_reserves(columns: Columns, sold: Contract) -> tuple[Decimal, ...]:
    """The prospective net level premium reserve per 1 of sum at the end of years 0, 1, … n: the value of the benefits
    still to come less the value of the net premiums still to come. The first is zero by construction.
    """
    premium = _benefits(columns, sold, 0) / columns.annuity(sold.age, sold.pay_years)
    return tuple(
        _benefits(columns, sold, year) - premium * _annuity_left(columns, sold, year) for year in range(sold.years + 1)
    )


@exactly
def policy_values(columns: Columns, sold: Contract, rule: CashValueRule) -> tuple[Decimal, ...]:
    """The policy value per 1 of sum at the end of years 0, 1, … n: benefits less net premiums still to come, where the
    net premium of a year is the rule's own gross premium less that year's loading.
    """
    kept = _kept_premiums(columns, sold, rule.scale(sold.pay_years))
    premium = _benefits(columns, sold, 0) / kept[0]
    return tuple(_benefits(columns, sold, year) - premium * kept[year] for year in range(sold.years + 1))


@exactly
def cash_values(columns: Columns, sold: Contract, rule: CashValueRule) -> tuple[Decimal, ...]:
    """Per 1 of sum at the end of years 0, 1, … n: r x max(policy value, 0); nothing at the start."""
    values = policy_values(columns, sold, rule)
    later = (rule.part(year, sold.pay_years) * max(values[year], ZERO) for year in range(1, sold.years + 1))
    return (ZERO, *later)


def _benefits(columns: Columns, sold: Contract, year: int) -> Decimal:
    return benefit_value(columns, sold.benefit, sold.age + year, sold.years - year)


def _annuity_left(columns: Columns, sold: Contract, year: int) -> Decimal:
    left = sold.pay_years - year
    return columns.annuity(sold.age + year, left) if left > 0 else ZERO


def _kept_premiums(columns: Columns, sold: Contract, scale: LoadingScale) -> tuple[Decimal, ...]:
    """The value at the end of year 0, 1, … n of a premium of 1 less its loading, over the years still to be paid."""
    start = sold.age - columns.first
    sums = [ZERO]
    for year in range(sold.pay_years, 0, -1):
        sums.append(sums[-1] + (ONE - scale.share(year)) * columns.D[start + year - 1])
    paying = [total / columns.D[start + year] for year, total in enumerate(reversed(sums[1:]))]
    return (*paying, *([ZERO] * (sold.years + 1 - len(paying))))


@exactly
def policy_table(
    sold: Contract, reserves: Sequence[Decimal], values: Sequence[Decimal], *, amount: Decimal, premium: Decimal
) -> tuple[PolicyYear, ...]:
    """Every year of a policy over this sum, rounded half up to the cent.

    Args:
        reserves: per 1 of sum, from `net_reserves`; `values` from `cash_values`.
        premium: the yearly premium charged.
    """
    return tuple(
        PolicyYear(
            year=year,
            age=sold.age + year - 1,
            premium=premium if year <= sold.pay_years else NOTHING,
            reserve=to_cent(amount * reserves[year]),
            cash_value=to_cent(amount * values[year]),
        )
        for year in range(1, sold.years + 1)
    )
