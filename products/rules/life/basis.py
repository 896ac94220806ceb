"""The life basis of a product: which table, interest, benefit and expenses its price rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from products.rules.life.commutation import Columns
from products.rules.life.mortality import MortalityTable
from products.rules.life.premiums import Expenses, gross_level_premium, policy_fee
from products.rules.life.reserves import (
    CashValueRule,
    Contract,
    PolicyYear,
    cash_values,
    contract,
    net_reserves,
    policy_table,
)
from products.rules.life.values import values_from

MAX_KEPT, MAX_TABLES = 20_000, 256
EVERYBODY = ""


EveryYear = tuple[Contract, tuple[Decimal, ...], tuple[Decimal, ...]]


class LifeValues(NamedTuple):
    """What a rating step may take from the basis, per 1 of sum insured; the policy fee in yuan."""

    A: Decimal
    a_due: Decimal
    nEx: Decimal  # noqa: N815 the actuarial sign
    net_single_premium: Decimal
    net_level_premium: Decimal
    gross_level_premium: Decimal
    policy_fee: Decimal


VALUE_NAMES = LifeValues._fields


@dataclass(frozen=True, eq=False)
class LifeBasis:
    """Read from `rating.life`. Age, term and pay term are numbers or names of inputs; no term runs to the end of the
    table, no pay term pays over all years of cover.

    `tables` is keyed by the value of the input `by`, or by EVERYBODY where one table serves all.
    """

    tables: Mapping[str, MortalityTable]
    by: str
    interest: Decimal
    benefit: str
    age: int | str
    term: int | str | None
    pay_term: int | str | None
    expenses: Expenses
    sum_insured: str
    cash_value: CashValueRule | None

    @property
    def interest_percent(self) -> Decimal:
        return self.interest.scaleb(2).normalize() + 0

    @cached_property
    def _columns(self) -> dict[tuple[str, Decimal], Columns]:
        return {}

    @cached_property
    def _kept(self) -> dict[tuple[Any, ...], LifeValues]:
        return {}

    @cached_property
    def _years(self) -> dict[tuple[Any, ...], EveryYear]:
        return {}

    def columns(self, group: str, interest: Decimal) -> Columns:
        """The commutation columns of a group's table, computed once."""
        found = self._columns.get((group, interest))
        if found is None:
            found = self._columns[group, interest] = Columns(self.tables[group], interest)
        return found

    def at(self, group: str, age: int, term: int | None, pay_term: int | None) -> LifeValues:
        """Values for a group of `tables`, remembered. Raises LifeError outside the table."""
        key = (group, age, term, pay_term)
        found = self._kept.get(key)
        if found is None:
            found = self._compute(group, age, term, pay_term)
            if len(self._kept) < MAX_KEPT:
                self._kept[key] = found
        return found

    def _compute(self, group: str, age: int, term: int | None, pay_term: int | None) -> LifeValues:
        values = values_from(self.columns(group, self.interest), age, term, pay_term, self.benefit)
        return LifeValues(
            A=values.A,
            a_due=values.a_due,
            nEx=values.nEx,
            net_single_premium=values.net_single_premium,
            net_level_premium=values.net_level_premium,
            gross_level_premium=gross_level_premium(values, self.expenses),
            policy_fee=policy_fee(values, self.expenses),
        )

    def value(self, name: str, facts: Mapping[str, Any]) -> Decimal:
        """One of VALUE_NAMES for typed facts. Raises LifeError, KeyError for a missing fact."""
        found: Decimal = getattr(self.at(*self._place(facts)), name)
        return found

    def group(self, facts: Mapping[str, Any]) -> str:
        """Whose mortality table counts."""
        return str(facts[self.by]) if self.by else EVERYBODY

    def _place(self, facts: Mapping[str, Any]) -> tuple[str, int, int | None, int | None]:
        return self.group(facts), _whole(self.age, facts), _maybe(self.term, facts), _maybe(self.pay_term, facts)

    def contract(self, facts: Mapping[str, Any]) -> Contract:
        """Benefit, age, years of cover and of payment for typed facts. Raises LifeError."""
        group, age, term, pay_term = self._place(facts)
        return contract(self.columns(group, self.interest), self.benefit, age, term, pay_term)

    def policy_years(self, facts: Mapping[str, Any], premium: Decimal) -> tuple[PolicyYear, ...]:
        """Premium, reserve and cash value of every year; nothing for a basis without cash values. Raises LifeError."""
        if self.cash_value is None:
            return ()
        sold, reserves, values = self._every_year(self.cash_value, facts)
        return policy_table(sold, reserves, values, amount=Decimal(str(facts[self.sum_insured])), premium=premium)

    def _every_year(self, rule: CashValueRule, facts: Mapping[str, Any]) -> EveryYear:
        """The contract with reserves and cash values per 1 of sum, remembered for those asked for first."""
        place = self._place(facts)
        found = self._years.get(place)
        if found is None:
            sold, group = self.contract(facts), place[0]
            reserves = net_reserves(self.columns(group, self.interest), sold)
            found = (sold, reserves, cash_values(self.columns(group, rule.interest), sold, rule))
            if len(self._years) < MAX_TABLES:
                self._years[place] = found
        return found


def _whole(figure: int | str, facts: Mapping[str, Any]) -> int:
    return figure if isinstance(figure, int) else int(facts[figure])


def _maybe(figure: int | str | None, facts: Mapping[str, Any]) -> int | None:
    return None if figure is None else _whole(figure, facts)
