"""The regulator's least cash values, and whether those of a product reach them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from products.rules.arithmetic import ARITHMETIC, HUNDRED
from products.rules.life.basis import LifeBasis
from products.rules.life.reserves import CashValueRule, Contract, LoadingScale, cash_values

# Values per 1 of sum that differ by less come from the 34th digit, not from the rule.
SAME = Decimal("1e-25")


@dataclass(frozen=True, slots=True)
class CashValueFloor:
    """The least cash values of some benefits from a day on; `interest_margin` in percentage points above the price."""

    since: dt.date
    benefits: tuple[str, ...]
    interest_margin: Decimal
    keep_percent: Decimal
    keep_years: int
    loadings: tuple[LoadingScale, ...]
    article: str

    def rule_for(self, life: LifeBasis) -> CashValueRule:
        """The rule for a price with this interest."""
        margin = ARITHMETIC.divide(self.interest_margin, HUNDRED)
        interest = ARITHMETIC.add(life.interest, margin)
        return CashValueRule(interest, self.keep_percent, self.keep_years, self.loadings)


def floor_in_force(life: LifeBasis, floors: Iterable[CashValueFloor], day: dt.date) -> CashValueFloor | None:
    """The newest floor for the benefit that is not after the day."""
    fitting = [floor for floor in floors if floor.since <= day and life.benefit in floor.benefits]
    return max(fitting, key=lambda floor: floor.since, default=None)


def falls_below(life: LifeBasis, floor: CashValueFloor, contracts: Iterable[Mapping[str, Any]]) -> bool:
    """Whether for any of these facts a year's cash value is below the floor."""
    rule, least = life.cash_value, floor.rule_for(life)
    if rule is None:
        return True
    ours = (rule.interest, rule.keep_percent, rule.keep_years)
    alike = ours == (least.interest, least.keep_percent, least.keep_years)
    for facts in contracts:
        sold = life.contract(facts)
        if alike and rule.scale(sold.pay_years).percent == least.scale(sold.pay_years).percent:
            continue
        if _below(life, life.group(facts), sold, rule, least):
            return True
    return False


def _below(life: LifeBasis, group: str, sold: Contract, rule: CashValueRule, least: CashValueRule) -> bool:
    promised = cash_values(life.columns(group, rule.interest), sold, rule)
    owed = cash_values(life.columns(group, least.interest), sold, least)
    return any(ours < theirs - SAME for ours, theirs in zip(promised, owed, strict=True))
