"""What must hold for every table, interest, age and term: the identities of life contingencies."""

from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from products.rules.arithmetic import ARITHMETIC
from products.rules.life.commutation import Columns
from products.rules.life.exact import LifeError, significant
from products.rules.life.mortality import MortalityTable
from products.rules.life.premiums import Expenses, gross_level_premium, policy_fee
from products.rules.life.reserves import CashValueRule, LoadingScale, cash_values, contract, net_reserves, policy_values
from products.rules.life.values import BENEFITS, actuarial_values, benefit_value, values_from

ONE = Decimal(1)
NEAR = Decimal("1e-25")
RATES = st.decimals(min_value="0", max_value="0.6", places=6)
INTEREST = st.decimals(min_value="0", max_value="0.15", places=4)


@st.composite
def tables(draw: st.DrawFn) -> MortalityTable:
    rates = draw(st.lists(RATES, min_size=2, max_size=40))
    last = draw(st.sampled_from([ONE, Decimal("0.5")]))
    return MortalityTable("drawn", draw(st.integers(0, 60)), (*rates, last))


@st.composite
def cases(draw: st.DrawFn) -> tuple[Columns, int, int, int]:
    """Columns, an age with at least two years left, a term, a pay term."""
    table = draw(tables())
    age = draw(st.integers(table.from_age, table.limiting_age - 1))
    longest = table.limiting_age + 1 - age
    term = draw(st.integers(1, longest))
    return Columns(table, draw(INTEREST)), age, term, draw(st.integers(1, term))


def near(left: Decimal, right: Decimal) -> bool:
    return abs(left - right) <= NEAR * max(ONE, abs(left), abs(right))


@given(cases())
def test_insurance_and_annuity_follow_their_recursions(case: tuple[Columns, int, int, int]) -> None:
    columns, age, _, _ = case
    here, next_ = columns.longest(age), columns.longest(age) - 1
    with localcontext(ARITHMETIC):
        v, q = ONE / (ONE + columns.interest), columns.table.rate(age)
        assert near(columns.insurance(age, here), v * q + v * (ONE - q) * columns.insurance(age + 1, next_))
        assert near(columns.annuity(age, here), ONE + v * (ONE - q) * columns.annuity(age + 1, next_))


@given(cases())
def test_insurance_is_one_less_discount_of_the_annuity(case: tuple[Columns, int, int, int]) -> None:
    columns, age, term, _ = case
    with localcontext(ARITHMETIC):
        discount = columns.interest / (ONE + columns.interest)
        longest = columns.longest(age)
        assert near(columns.insurance(age, longest), ONE - discount * columns.annuity(age, longest))
        endowment = columns.insurance(age, term) + columns.endowment(age, term)
        assert near(endowment, ONE - discount * columns.annuity(age, term))


@given(cases())
def test_a_term_and_what_follows_make_the_whole(case: tuple[Columns, int, int, int]) -> None:
    columns, age, term, _ = case
    longest = columns.longest(age)
    if term == longest:
        return
    with localcontext(ARITHMETIC):
        survival = columns.endowment(age, term)
        later = age + term
        assert near(
            columns.insurance(age, longest),
            columns.insurance(age, term) + survival * columns.insurance(later, longest - term),
        )
        assert near(
            columns.annuity(age, longest),
            columns.annuity(age, term) + survival * columns.annuity(later, longest - term),
        )


@given(cases(), st.sampled_from(BENEFITS))
def test_net_premiums_pay_for_the_benefit(case: tuple[Columns, int, int, int], benefit: str) -> None:
    columns, age, term, pay_term = case
    values = values_from(columns, age, term, pay_term, benefit)
    assert values.net_single_premium == values.A
    with localcontext(ARITHMETIC):
        assert near(values.net_level_premium * values.a_due, values.A)


@given(cases(), st.sampled_from(BENEFITS))
def test_prospective_and_retrospective_reserves_agree(case: tuple[Columns, int, int, int], benefit: str) -> None:
    """(V_t + premium - annuity due now)(1+i) = q · death benefit + p · V_(t+1), from nothing at the start."""
    columns, age, term, pay_term = case
    sold = contract(columns, benefit, age, term, pay_term)
    reserves = net_reserves(columns, sold)
    premium = actuarial_values(columns.table, columns.interest, age, term, pay_term, benefit).net_level_premium
    dying = Decimal(benefit in ("term", "whole-life", "endowment"))
    assert abs(reserves[0]) <= NEAR
    with localcontext(ARITHMETIC):
        fund = Decimal(0)
        for year in range(sold.years):
            if age + year == columns.end - 1:
                break  # nobody survives this year
            rate = columns.table.rate(age + year)
            paid_in = premium if year < sold.pay_years else Decimal(0)
            paid_out = ONE if benefit == "annuity-due" else Decimal(0)
            fund = ((fund + paid_in - paid_out) * (ONE + columns.interest) - rate * dying) / (ONE - rate)
            assert abs(fund - reserves[year + 1]) < Decimal("1e-15") * max(ONE, abs(fund))


@given(cases())
def test_the_last_reserve_is_what_the_contract_pays_then(case: tuple[Columns, int, int, int]) -> None:
    columns, age, term, pay_term = case
    for benefit, last in (("term", 0), ("endowment", 1), ("pure-endowment", 1), ("whole-life", 1), ("annuity-due", 0)):
        assert net_reserves(columns, contract(columns, benefit, age, term, pay_term))[-1] == last
    assert benefit_value(columns, "term", age, 0) == 0


@given(
    cases(),
    st.decimals(min_value="0", max_value="99", places=1),
    st.decimals(min_value="0", max_value="60", places=1),
    st.decimals(min_value="0", max_value="5", places=2),
)
def test_gross_premiums_pay_for_benefit_and_expenses(
    case: tuple[Columns, int, int, int], first: Decimal, renewal: Decimal, per_thousand: Decimal
) -> None:
    columns, age, term, pay_term = case
    values = values_from(columns, age, term, pay_term, "endowment")
    expenses = Expenses(first, renewal, per_thousand, Decimal(12))
    gross, fee = gross_level_premium(values, expenses), policy_fee(values, expenses)
    with localcontext(ARITHMETIC):
        shares = [(first if year == 0 else renewal) / 100 for year in range(pay_term)]
        alive = [columns.endowment(age, year) for year in range(pay_term)]
        income = sum(gross * (ONE - share) * life for share, life in zip(shares, alive, strict=True))
        outgo = values.A + sum(per_thousand / 1000 * life for life in alive)
        assert near(income, outgo)
        assert near(
            sum(fee * (ONE - share) * life for share, life in zip(shares, alive, strict=True)),
            sum(Decimal(12) * life for life in alive),
        )
    assert gross >= values.net_level_premium


def test_no_expenses_no_loading() -> None:
    values = actuarial_values(MortalityTable("t", 30, (Decimal("0.01"),) * 30), Decimal("0.03"), 30, 20, 10, "term")
    assert gross_level_premium(values, Expenses()) == values.net_level_premium
    assert policy_fee(values, Expenses()) == 0


RULE = CashValueRule(Decimal("0.04"), Decimal(80), 20, (LoadingScale(1, 99, (Decimal(50), Decimal(20), Decimal(10))),))


@given(cases(), st.sampled_from(["term", "whole-life", "endowment"]))
def test_cash_values_are_never_negative_and_never_above_the_policy_value(
    case: tuple[Columns, int, int, int], benefit: str
) -> None:
    columns, age, term, pay_term = case
    sold = contract(columns, benefit, age, term, pay_term)
    values, cash = policy_values(columns, sold, RULE), cash_values(columns, sold, RULE)
    assert abs(values[0]) <= NEAR
    for year in range(1, sold.years + 1):
        assert 0 <= cash[year] <= max(values[year], Decimal(0))
        if year >= min(20, sold.pay_years):
            assert cash[year] == max(values[year], Decimal(0))


def test_the_part_kept_grows_in_equal_steps() -> None:
    assert [RULE.part(year, 5) for year in range(1, 7)] == [
        Decimal(text) for text in ("0.84", "0.88", "0.92", "0.96", "1", "1")
    ]
    assert RULE.part(1, 1) == 1
    assert RULE.part(10, 30) == Decimal("0.9")
    assert RULE.part(20, 30) == 1


def test_a_table_ends_where_everybody_has_died() -> None:
    by_rate = MortalityTable("rate", 90, tuple(map(Decimal, ("0.3", "0.5", "1", "1"))))
    by_rule = MortalityTable("rule", 90, tuple(map(Decimal, ("0.3", "0.5", "0.9"))))
    assert (by_rate.limiting_age, by_rate.is_closed_by_rule) == (92, False)
    assert (by_rule.limiting_age, by_rule.is_closed_by_rule) == (92, True)
    values = [actuarial_values(table, Decimal("0.05"), 90, None, None, "whole-life") for table in (by_rate, by_rule)]
    assert values[0] == values[1]


@pytest.mark.parametrize(
    ("age", "term", "pay_term", "benefit", "interest"),
    [
        (29, 10, None, "term", "0.03"),
        (60, 10, None, "term", "0.03"),
        (30, 31, None, "term", "0.03"),
        (30, 0, None, "term", "0.03"),
        (30, -1, None, "whole-life", "0.03"),
        (30, 10, 11, "term", "0.03"),
        (30, 10, 0, "term", "0.03"),
        (30, None, None, "term", "0.03"),
        (30, None, None, "endowment", "0.03"),
        (30, 10, None, "tontine", "0.03"),
        (30, 10, None, "term", "2.5"),
        (30, 10, None, "term", "-0.01"),
        (30, 10, None, "term", "NaN"),
    ],
)
def test_what_has_no_value_is_refused(age: int, term: int, pay_term: int, benefit: str, interest: str) -> None:
    table = MortalityTable("t", 30, (Decimal("0.01"),) * 30)
    with pytest.raises(LifeError):
        actuarial_values(table, Decimal(interest), age, term, pay_term, benefit)


@pytest.mark.parametrize("rates", [(), ("1.01",), ("-0.1",), ("NaN",), ("0.1",) * 202])
def test_what_is_no_table_is_refused(rates: tuple[str, ...]) -> None:
    with pytest.raises(LifeError):
        MortalityTable("t", 0, tuple(map(Decimal, rates)))


def test_the_context_of_the_caller_changes_nothing() -> None:
    table = MortalityTable("t", 30, (Decimal("0.0123"),) * 40)
    usual = actuarial_values(table, Decimal("0.031"), 35, 20, 10, "endowment")
    with localcontext() as context:
        context.prec = 5
        assert actuarial_values(table, Decimal("0.031"), 35, 20, 10, "endowment") == usual


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0.12105921094", "0.1210592109"),
        ("18.457756570", "18.45775657"),
        ("0", "0"),
        ("123456789012.3", "123456789000"),
        ("0.000000123456789012", "0.0000001234567890"),
        ("9.99999999999", "10.00000000"),
    ],
)
def test_ten_significant_digits(value: str, text: str) -> None:
    assert significant(Decimal(value)) == text
