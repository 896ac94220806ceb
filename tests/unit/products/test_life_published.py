"""Published actuarial tables, to their last printed digit."""

import math
from decimal import ROUND_HALF_UP, Decimal

import pytest

from products.rules.life.mortality import MortalityTable
from products.rules.life.values import actuarial_values


def makeham(a: float, b: float, c: float, ages: range) -> MortalityTable:
    """Rates of Makeham's law, mu(x) = a + b c^x."""
    rates = [1 - math.exp(-a - b / math.log(c) * c**age * (c - 1)) for age in ages]
    return MortalityTable("makeham", ages.start, tuple(Decimal(repr(rate)) for rate in rates))


# Standard Ultimate Life Table: Dickson, Hardy, Waters, Actuarial Mathematics for Life Contingent Risks, appendix D.
SULT = makeham(0.00022, 2.7e-6, 1.124, range(20, 131))
FIVE_PERCENT = Decimal("0.05")
# Illustrative Life Table: Bowers and others, Actuarial Mathematics, 2nd edition, appendix 2A; ages 13 and over.
ILLUSTRATIVE = makeham(0.0007, 0.00005, 10**0.04, range(13, 141))
SIX_PERCENT = Decimal("0.06")


def printed(value: Decimal, like: str) -> str:
    """A value with as many decimals as the printed figure."""
    return str(value.quantize(Decimal(like), ROUND_HALF_UP))


@pytest.mark.parametrize(
    ("age", "annuity", "insurance"),
    [
        (20, "19.9664", "0.04922"),
        (30, "19.3834", "0.07698"),
        (40, "18.4578", "0.12106"),
        (50, "17.0245", "0.18931"),
        (60, "14.9041", "0.29028"),
        (70, "12.0083", "0.42818"),
        (80, "8.5484", "0.59293"),
    ],
)
def test_standard_ultimate_life_table_for_life(age: int, annuity: str, insurance: str) -> None:
    values = actuarial_values(SULT, FIVE_PERCENT, age, None, None, "whole-life")
    assert printed(values.a_due, annuity) == annuity
    assert printed(values.A, insurance) == insurance


@pytest.mark.parametrize(
    ("age", "term", "annuity", "endowment", "survival"),
    [
        (40, 10, "8.0863", "0.61494", "0.60920"),
        (40, 20, "12.9935", "0.38126", "0.36663"),
        (60, 10, "7.9555", "0.62116", "0.57864"),
        (60, 20, "12.3816", "0.41040", "0.29508"),
    ],
)
def test_standard_ultimate_life_table_for_a_term(
    age: int, term: int, annuity: str, endowment: str, survival: str
) -> None:
    values = actuarial_values(SULT, FIVE_PERCENT, age, term, None, "endowment")
    assert printed(values.a_due, annuity) == annuity
    assert printed(values.A, endowment) == endowment
    assert printed(values.nEx, survival) == survival


@pytest.mark.parametrize(
    ("age", "annuity", "insurance"),
    [
        (20, "16.5133", "65.28"),
        (30, "15.8561", "102.48"),
        (40, "14.8166", "161.32"),
        (50, "13.2668", "249.05"),
        (60, "11.1454", "369.13"),
        (70, "8.5693", "514.95"),
    ],
)
def test_illustrative_life_table(age: int, annuity: str, insurance: str) -> None:
    values = actuarial_values(ILLUSTRATIVE, SIX_PERCENT, age, None, None, "whole-life")
    assert printed(values.a_due, annuity) == annuity
    assert printed(1000 * values.A, insurance) == insurance


# Each benefit of the calculator on one contract of the Standard Ultimate Life Table: age 40, 20 years, 5 percent.
# The table prints the temporary annuity, the endowment and the pure endowment; the term insurance is the difference of
# the last two, so its last digit may be one off.
@pytest.mark.parametrize(
    ("benefit", "printed_value"), [("annuity-due", "12.9935"), ("endowment", "0.38126"), ("pure-endowment", "0.36663")]
)
def test_each_benefit_is_the_printed_figure(benefit: str, printed_value: str) -> None:
    values = actuarial_values(SULT, FIVE_PERCENT, 40, 20, None, benefit)
    assert printed(values.A, printed_value) == printed_value
    if benefit != "annuity-due":
        assert printed(values.net_level_premium, "0.00001") == printed(values.A / Decimal("12.9935"), "0.00001")


@pytest.mark.parametrize(
    ("age", "term", "printed_value"), [(40, 20, "0.01463"), (60, 20, "0.11532"), (60, 10, "0.04252")]
)
def test_term_insurance_is_the_difference_of_the_printed_figures(age: int, term: int, printed_value: str) -> None:
    value = actuarial_values(SULT, FIVE_PERCENT, age, term, None, "term").A
    assert abs(value - Decimal(printed_value)) <= Decimal("0.00001")
