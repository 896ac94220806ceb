"""The profit test of a version: the form of its assumptions, and its result explained line by line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from products.compiled import CompiledProduct
from products.models.profit import ProfitKind
from products.rules.definition import FactValue
from products.rules.life.exact import LifeError
from products.rules.profit import (
    PAY_ON_DEATH,
    LifeAssumptions,
    LifeProfit,
    OneYearAssumptions,
    OneYearProfit,
    life_profit_of,
    one_year_profit,
)

CENT = Decimal("0.01")
PREFIX = "expect"


def kind_of(product: CompiledProduct) -> str:
    """Life by policy year where the product pays on death and has cash values; one year for everything else."""
    life = product.definition.rating.life
    is_life = life is not None and life.cash_value is not None and life.benefit in PAY_ON_DEATH
    return ProfitKind.LIFE if is_life else ProfitKind.YEAR


class ByYear(forms.CharField):
    """Figures of year 1, 2, … separated by commas; the last one goes on."""

    def __init__(self, *, high: int, **told: Any) -> None:
        super().__init__(max_length=200, **told)
        self.high = Decimal(high)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        try:
            figures = [Decimal(part.strip()) for part in text.replace("\uff0c", ",").split(",")]
        except InvalidOperation:
            figures = []
        if not figures or not all(figure.is_finite() and 0 <= figure <= self.high for figure in figures):
            raise ValidationError(
                _("Enter figures from 0 to %(high)s, one for each year, separated by commas.") % {"high": self.high}
            )
        return ", ".join(f"{figure:f}" for figure in figures)


def _number(label: Any, high: int, *, low: int = 0, places: int = 6, initial: str = "0") -> forms.DecimalField:
    return forms.DecimalField(label=label, min_value=low, max_value=high, decimal_places=places, initial=initial)


class Expectations(forms.Form):
    """What both kinds of test ask."""

    commission_percent: Any
    source = forms.CharField(
        label=gettext_lazy("Where the figures come from"), max_length=300,
        help_text=gettext_lazy("For example: claims study 2023–2025, approved by the actuary."),
    )  # fmt: skip

    def figures(self) -> dict[str, str]:
        """Every figure as text."""
        return {key: str(value) for key, value in self.cleaned_data.items() if key != "source"}


class YearExpectations(Expectations):
    claims_a_year = _number(gettext_lazy("Claims a year for one policy"), 1000, initial="0.01")
    average_claim = _number(gettext_lazy("Average claim, yuan"), 10**9, places=2, initial="1000")
    claim_expense_percent = _number(gettext_lazy("Claim expenses, per cent of claims"), 100)
    expense_percent = _number(gettext_lazy("Expenses, per cent of premium"), 100)
    expense = _number(gettext_lazy("Expenses, yuan a policy"), 10**6, places=2)
    commission_percent = _number(gettext_lazy("Commission, per cent of premium"), 100)
    premium_tax_percent = _number(gettext_lazy("Taxes and levies, per cent of premium"), 100)
    income_tax_percent = _number(gettext_lazy("Income tax, per cent of profit"), 100, initial="25")

    field_order = ("claims_a_year", "average_claim")


class LifeExpectations(Expectations):
    interest_percent = _number(gettext_lazy("Interest earned, per cent a year"), 20, initial="3")
    discount_percent = _number(gettext_lazy("Discount rate, per cent a year"), 50, initial="8")
    mortality_percent = _number(gettext_lazy("Deaths, per cent of the table"), 1000, initial="100")
    lapse_percent = ByYear(label=gettext_lazy("Lapses, per cent, by year"), high=100, initial="0")
    expense_percent = ByYear(label=gettext_lazy("Expenses, per cent of premium, by year"), high=100, initial="0")
    expense = ByYear(label=gettext_lazy("Expenses, yuan, by year"), high=10**6, initial="0")
    commission_percent = ByYear(label=gettext_lazy("Commission, per cent of premium, by year"), high=100, initial="0")
    premium_tax_percent = _number(gettext_lazy("Taxes and levies, per cent of premium"), 100)
    income_tax_percent = _number(gettext_lazy("Income tax, per cent of profit"), 100, initial="25")

    field_order = ("interest_percent", "discount_percent")


FORMS: dict[str, type[Expectations]] = {ProfitKind.YEAR: YearExpectations, ProfitKind.LIFE: LifeExpectations}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the explanation: what it is, how it comes about, the amount; a sum stands out."""

    name: Any
    how: str
    amount: Decimal
    is_sum: bool = False


@dataclass(frozen=True, slots=True)
class ProfitResult:
    """The result of a test at one premium. `years` only for life."""

    premium: Decimal
    profit: Decimal
    margin_percent: Decimal
    lines: tuple[Line, ...]
    life: LifeProfit | None = None


def profit_at(
    product: CompiledProduct, facts: Mapping[str, FactValue], premium: Decimal, kind: str, figures: Mapping[str, str]
) -> ProfitResult:
    """The profit test at a premium.

    Raises:
        LifeError: the basis has no answer for these facts.
    """
    if kind == ProfitKind.LIFE:
        life = product.definition.rating.life
        if life is None:
            raise LifeError("the product has no life basis")
        found = life_profit_of(life, facts, premium, _life(figures))
        return ProfitResult(premium, found.value, _percent(found.margin), _life_lines(found, figures), found)
    year = one_year_profit(premium, OneYearAssumptions(**{key: Decimal(text) for key, text in figures.items()}))
    return ProfitResult(premium, year.profit, _percent(year.margin), _year_lines(year, figures))


def _percent(share: Decimal) -> Decimal:
    return (share * 100).quantize(CENT)


BY_YEAR = ("lapse_percent", "expense_percent", "expense", "commission_percent")


def _life(figures: Mapping[str, str]) -> LifeAssumptions:
    read: dict[str, Any] = {
        key: tuple(Decimal(part) for part in text.split(",")) if key in BY_YEAR else Decimal(text)
        for key, text in figures.items()
    }
    return LifeAssumptions(**read)


def _shown(amount: Decimal) -> str:
    return f"{amount.quantize(CENT):,f}"


def _year_lines(year: OneYearProfit, figures: Mapping[str, str]) -> tuple[Line, ...]:
    of: Callable[[str, Decimal], str] = lambda key, base: _("%(percent)s%% of %(base)s") % {  # noqa: E731
        "percent": figures[key], "base": _shown(base),
    }  # fmt: skip
    claims = _("%(count)s claims a year × %(average)s") % {
        "count": figures["claims_a_year"], "average": figures["average_claim"],
    }  # fmt: skip
    expenses = _("%(percent)s%% of %(base)s, and %(yuan)s yuan") % {
        "percent": figures["expense_percent"], "base": _shown(year.premium), "yuan": figures["expense"],
    }  # fmt: skip
    return (
        Line(_("Premium"), _("what the tariff of this version asks"), year.premium),
        Line(_("Expected claims"), claims, -year.claims),
        Line(_("Claim expenses"), of("claim_expense_percent", year.claims), -year.claim_expenses),
        Line(_("Expenses"), expenses, -year.expenses),
        Line(_("Commission"), of("commission_percent", year.premium), -year.commission),
        Line(_("Taxes and levies"), of("premium_tax_percent", year.premium), -year.premium_tax),
        Line(_("Profit before income tax"), _("what is left"), year.before_tax, is_sum=True),
        Line(_("Income tax"), of("income_tax_percent", year.before_tax), -year.income_tax),
        Line(_("Profit"), _("of one policy in one year"), year.profit, is_sum=True),
    )


def _life_lines(found: LifeProfit, figures: Mapping[str, str]) -> tuple[Line, ...]:
    """The first year line by line, and what all years are worth today."""
    first = found.years[0]
    interest = _("%(percent)s%% on premium less expenses") % {"percent": figures["interest_percent"]}
    deaths = _("%(percent)s%% of the deaths of the table") % {"percent": figures["mortality_percent"]}
    lapses = _("%(percent)s%% leave and are paid the cash value") % {"percent": figures["lapse_percent"].split(",")[0]}
    tax = _("%(percent)s%% of the profit; a loss is given back its tax") % {"percent": figures["income_tax_percent"]}
    worth = _("all years, discounted at %(percent)s%%") % {"percent": figures["discount_percent"]}
    return (
        Line(_("Premium"), _("of the first year"), first.premium),
        Line(_("Expenses, commission, levies"), _("at the beginning of the year"), -first.outgo),
        Line(_("Interest"), interest, first.interest),
        Line(_("Death claims"), deaths, -first.death_claims),
        Line(_("Surrenders"), lapses, -first.surrenders),
        Line(_("Into the reserve"), _("for those who stay"), -first.reserve_increase),
        Line(_("Income tax"), tax, -first.income_tax),
        Line(_("Profit of the first year"), _("at its end"), first.profit, is_sum=True),
        Line(_("Profit of all years"), worth, found.value, is_sum=True),
        Line(_("Premiums of all years"), worth, found.premiums),
    )
