"""What a benefit is worth, and the net premiums that pay for it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from products.rules.arithmetic import ONE, ZERO
from products.rules.life.commutation import Columns
from products.rules.life.exact import LifeError, exactly
from products.rules.life.mortality import MortalityTable

BENEFITS = ("term", "whole-life", "endowment", "pure-endowment", "annuity-due")
NEED_A_TERM = frozenset({"term", "endowment", "pure-endowment"})


@dataclass(frozen=True, slots=True)
class ActuarialValues:
    """Expected present values, per 1 of sum insured.

    `A` is the value of the benefit of 1: for term, whole-life, endowment and pure-endowment the insurance, for
    annuity-due the annuity of 1 a year. `a_due` is the value of 1 a year in advance over the pay term, `nEx` that of 1
    at the end of the term if alive. net_single_premium = A, net_level_premium = A / a_due.
    """

    A: Decimal
    a_due: Decimal
    nEx: Decimal  # noqa: N815 the actuarial sign
    net_single_premium: Decimal
    net_level_premium: Decimal


def benefit_value(columns: Columns, benefit: str, age: int, term: int) -> Decimal:
    """The value at this age of a benefit that still runs `term` years, per 1 of sum; at the end of the term what it
    pays to a survivor.

    A whole-life benefit runs to the end of the table, so who reaches it is paid there.
    """
    if term == 0:
        return ZERO if benefit in ("term", "annuity-due") else ONE
    if benefit == "annuity-due":
        return columns.annuity(age, term)
    dying = ZERO if benefit == "pure-endowment" else columns.insurance(age, term)
    living = columns.endowment(age, term) if benefit in ("endowment", "pure-endowment") else ZERO
    return dying + living


def whole_term(columns: Columns, benefit: str, age: int, term: int | None) -> int:
    """Years the benefit runs: the term, or to the end of the table.

    Raises:
        LifeError: the benefit is unknown, needs a term, or the term is not 1 to the years left in the table.
    """
    if benefit not in BENEFITS:
        raise LifeError(f"'{benefit}' is not one of {', '.join(BENEFITS)}")
    longest = columns.longest(age)
    if term is None:
        if benefit in NEED_A_TERM:
            raise LifeError(f"the benefit {benefit} needs a term")
        return longest
    if not 1 <= term <= longest:
        raise LifeError(
            f"a term from age {age} is 1 to {longest} years, not {term}; the table ends at {columns.end - 1}"
        )
    return longest if benefit == "whole-life" else term


def pay_years(pay_term: int | None, years: int) -> int:
    """Years in which premiums fall due. Raises LifeError when they are not 1 to the years of cover."""
    if pay_term is None:
        return years
    if not 1 <= pay_term <= years:
        raise LifeError(f"a pay term is 1 to the {years} years of cover, not {pay_term}")
    return pay_term


@exactly
def values_from(columns: Columns, age: int, term: int | None, pay_term: int | None, benefit: str) -> ActuarialValues:
    """The same as `actuarial_values`, from columns already computed."""
    years = whole_term(columns, benefit, age, term)
    annuity = columns.annuity(age, pay_years(pay_term, years))
    value = benefit_value(columns, benefit, age, years)
    return ActuarialValues(
        A=value,
        a_due=annuity,
        nEx=columns.endowment(age, term or years),
        net_single_premium=value,
        net_level_premium=value / annuity,
    )


def actuarial_values(
    table: MortalityTable, interest: Decimal, age: int, term: int | None, pay_term: int | None, benefit: str
) -> ActuarialValues:
    """Values of a benefit from this age on.

    Args:
        term: years of cover; None runs to the end of the table (whole-life and annuity-due). With whole-life a term
            only sets the years of `nEx`.
        pay_term: years in which premiums fall due; None for all years of cover.
        benefit: one of BENEFITS.

    Raises:
        LifeError: an age, term, pay term or rate for which there is no value.
    """
    return values_from(Columns(table, interest), age, term, pay_term, benefit)
