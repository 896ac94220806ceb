"""The profit test: the worked tables of docs/algorithms/profit.md, and what must hold for any price."""

from collections.abc import Sequence
from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from products.rules.arithmetic import ARITHMETIC
from products.rules.life.exact import LifeError
from products.rules.life.reserves import PolicyYear
from products.rules.profit import (
    LifeAssumptions,
    LifeProfit,
    OneYearAssumptions,
    life_profit,
    life_profit_of,
    one_year_profit,
)
from products.rules.rating import Rating
from products.sources import CATALOGUE, read_product_file
from tests.factories.products import changed
from tests.factories.worked_tables import section, worked_rows

DOCUMENT = "profit.md"
SOURCE = read_product_file(CATALOGUE / "anlan-level-term.yaml")
WHOLE = read_product_file(CATALOGUE / "anlan-whole-life.yaml")


def numbers(*texts: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(text) for text in texts)


def without_reserves() -> LifeProfit:
    rows = [PolicyYear(year, 59 + year, Decimal(1500), Decimal(0), Decimal(0)) for year in range(1, 11)]
    rates = [Decimal(10 + year) / 1000 for year in range(10)]
    expected = LifeAssumptions(
        interest_percent=Decimal("5.5"),
        discount_percent=Decimal(10),
        expense=numbers("400", "0"),
        expense_percent=numbers("20", "3.5"),
    )
    return life_profit(rows, rates, amount=Decimal(100_000), expected=expected)


def level_term() -> LifeProfit:
    facts = {"age": 30, "sex": "male", "term_years": 10, "pay_years": 10, "sum_insured": Decimal(1_000_000)}
    life = SOURCE.definition.rating.life
    assert life is not None
    expected = LifeAssumptions(
        interest_percent=Decimal(3),
        discount_percent=Decimal(8),
        mortality_percent=Decimal(70),
        lapse_percent=numbers("10", "6", "3"),
        expense_percent=numbers("5", "2"),
        expense=numbers("80", "15"),
        commission_percent=numbers("25", "5", "5", "0"),
        premium_tax_percent=Decimal("0.8"),
        income_tax_percent=Decimal(25),
    )
    return life_profit_of(life, facts, Rating(SOURCE.definition).price(facts).total, expected)


def worked(result: LifeProfit, heading: str) -> None:
    """Every row and the sentence under the table."""
    rows = worked_rows(DOCUMENT, heading)
    assert len(rows) == len(result.years)
    for row, year in zip(rows, result.years, strict=True):
        for name, text in row.items():
            value = getattr(year, name.replace(" ", "_"))
            assert text == (f"{value:.6f}" if name == "in force" else str(value) if name == "year" else f"{value:.2f}")
    text = section(DOCUMENT, heading)
    assert f"Value {result.value:,.2f}" in text
    assert f"margin {result.margin:.4f}, breaks even in year {result.breaks_even_in}" in text


def test_ten_years_without_reserves() -> None:
    worked(without_reserves(), "Ten years without reserves")


def test_level_term_of_ten_years() -> None:
    result = level_term()
    worked(result, "Level term of ten years")
    assert f"premiums {result.premiums:,.2f}" in section(DOCUMENT, "Level term of ten years")


def test_one_year_term_life() -> None:
    (row,) = worked_rows(DOCUMENT, "One-year term life")
    expected = OneYearAssumptions(*numbers("0.00061", "500000", "3", "12", "10", "20", "0.8", "25"))
    found = one_year_profit(Decimal("690.00"), expected)
    for name, text in row.items():
        value = getattr(found, name.replace(" ", "_"))
        assert text == f"{value:.{4 if name == 'margin' else 2}f}"
    assert f"{found.loss_ratio:.4f}" == "0.4420"


def test_a_loss_gives_tax_back_and_nothing_earns_nothing() -> None:
    loss = one_year_profit(Decimal(100), OneYearAssumptions(*numbers("1", "200", "0", "0", "0", "0", "0", "25")))
    assert (loss.before_tax, loss.income_tax, loss.profit, loss.margin) == (-100, -25, -75, Decimal("-0.75"))
    nothing = one_year_profit(Decimal(0), OneYearAssumptions(*numbers("0", "0")))
    assert (nothing.margin, nothing.loss_ratio) == (0, 0)


def of_the_price(source: object, facts: dict[str, object], extra: Sequence[Decimal] = ()) -> LifeProfit:
    """The profit at the exact gross premium under the assumptions of the price itself."""
    life = source.definition.rating.life  # type: ignore[attr-defined]
    amount = Decimal(str(facts["sum_insured"]))
    with localcontext(ARITHMETIC):
        premium = life.value("gross_level_premium", facts) * amount
    expected = LifeAssumptions(
        interest_percent=life.interest_percent,
        discount_percent=life.interest_percent,
        expense_percent=(life.expenses.first_year_percent, life.expenses.renewal_percent),
    )
    return life_profit_of(life, facts, premium, expected)


@given(
    st.integers(18, 45), st.sampled_from(["male", "female"]), st.sampled_from([(10, 5), (20, 20), (30, 10), (30, 30)])
)
def test_the_assumptions_of_the_price_earn_nothing(age: int, sex: str, years: tuple[int, int]) -> None:
    facts = {"age": age, "sex": sex, "term_years": years[0], "pay_years": years[1], "sum_insured": Decimal(1_000_000)}
    result = of_the_price(SOURCE, facts)
    assert abs(result.value) < Decimal("1e-20")
    assert result.premiums > 0


@given(st.integers(0, 60), st.sampled_from([5, 20, 30]))
def test_whole_life_at_its_own_price_earns_nothing_either(age: int, pay_years: int) -> None:
    facts = {"age": age, "sex": "female", "pay_years": pay_years, "sum_insured": Decimal(100_000)}
    assert abs(of_the_price(WHOLE, facts).value) < Decimal("1e-20")


def test_more_deaths_earn_less_on_term_life() -> None:
    facts = {"age": 40, "sex": "male", "term_years": 20, "pay_years": 20, "sum_insured": Decimal(1_000_000)}
    life = SOURCE.definition.rating.life
    assert life is not None
    values = [
        life_profit_of(life, facts, Decimal(3000), LifeAssumptions(Decimal(2), Decimal(8), Decimal(percent))).value
        for percent in (50, 80, 100, 150)
    ]
    assert values == sorted(values, reverse=True)


def test_what_pays_no_death_benefit_has_no_profit_test() -> None:
    without = changed(SOURCE, ("rating.life.cash_value", None)).definition.rating.life
    assert without is not None
    with pytest.raises(LifeError):
        life_profit_of(without, {}, Decimal(1), LifeAssumptions(Decimal(2), Decimal(8)))
