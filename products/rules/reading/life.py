"""Reads `rating.life`: mortality tables, interest, benefit, expenses and the rule of the cash values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import islice, product
from typing import TYPE_CHECKING

from products.rules.arithmetic import ARITHMETIC, HUNDRED
from products.rules.document import INTEGER_PATTERN, Node, ProductFileError
from products.rules.facts import term_problems
from products.rules.figures import FactValue
from products.rules.life.basis import EVERYBODY, LifeBasis
from products.rules.life.exact import LifeError
from products.rules.life.floors import CashValueFloor
from products.rules.life.mortality import MAX_AGE, MortalityTable
from products.rules.life.premiums import Expenses
from products.rules.life.reserves import CashValueRule, LoadingScale
from products.rules.life.values import BENEFITS, NEED_A_TERM

if TYPE_CHECKING:
    from products.rules.definition import Definition, Input

EXPENSES = ("first_year_percent", "renewal_percent", "per_thousand", "per_policy")
PERCENTAGES = ("first_year_percent", "renewal_percent")
MAX_YEARS = 120
MAX_COMBINATIONS = 100_000


def read_life(node: Node, inputs: tuple[Input, ...]) -> LifeBasis:
    """Raises ProductFileError at what is wrong."""
    fields = node.fields("mortality interest_percent benefit age", "sum term pay_term expenses cash_value")
    known = {item.key: item for item in inputs}
    by, tables = _read_mortality(fields["mortality"], known)
    benefit = fields["benefit"].one_of(BENEFITS)
    if benefit in NEED_A_TERM and "term" not in fields:
        raise node.error(f"the benefit {benefit} needs a term")
    if benefit == "whole-life" and "term" in fields:
        raise fields["term"].error("whole life has no term")
    if "cash_value" in fields and "sum" not in fields:
        raise node.error("cash values need the sum insured: the key 'sum' is missing")
    return LifeBasis(
        tables=tables,
        by=by,
        interest=_read_interest(fields["interest_percent"]),
        benefit=benefit,
        age=_read_figure(fields["age"], known),
        term=_read_figure(fields["term"], known) if "term" in fields else None,
        pay_term=_read_figure(fields["pay_term"], known) if "pay_term" in fields else None,
        expenses=_read_expenses(fields["expenses"]) if "expenses" in fields else Expenses(),
        sum_insured=_read_sum(fields["sum"], known) if "sum" in fields else "",
        cash_value=_read_cash_value(fields["cash_value"]) if "cash_value" in fields else None,
    )


def _read_mortality(node: Node, inputs: Mapping[str, Input]) -> tuple[str, dict[str, MortalityTable]]:
    """`{table, from_age, qx}` for everybody, or `{by: input, tables: {option: …}}`."""
    if "by" not in node.mapping():
        return "", {EVERYBODY: _read_table(node)}
    fields = node.fields("by tables")
    by = fields["by"].name()
    if by not in inputs or inputs[by].type != "choice":
        raise fields["by"].error(f"'{by}' is no input that is a choice")
    tables = {key: _read_table(item) for key, item in fields["tables"].named(at_least=1)}
    options = {str(option.value) for option in inputs[by].options}
    if set(tables) != options:
        raise fields["tables"].error(f"needs one table for each of {', '.join(sorted(options))}")
    return by, tables


def _read_table(node: Node) -> MortalityTable:
    """A table with its rates; a bare code is one that nobody could put the rates in place of."""
    if isinstance(node.value, str):
        raise _unknown(node)
    if set(node.mapping()) == {"table"}:
        raise _unknown(node.mapping()["table"])
    fields = node.fields("table from_age qx")
    from_age = fields["from_age"].integer(minimum=0, maximum=MAX_AGE)
    rates = tuple(_rate(item) for item in fields["qx"].items(at_least=1))
    try:
        return MortalityTable(fields["table"].text(max_length=60), from_age, rates)
    except LifeError as error:
        raise fields["qx"].error(str(error)) from None


def _unknown(code: Node) -> ProductFileError:
    return code.error(f"there is no mortality table '{code.text(max_length=60)}'; load_mortality brings one in")


def _rate(node: Node) -> Decimal:
    """A probability as stored; rates of a law have more digits than amounts of money."""
    text = node.text(max_length=60)
    whole, _, part = text.partition(".")
    if not (whole.isascii() and whole.isdigit() and (not part or (part.isascii() and part.isdigit()))):
        raise node.error(f"'{text}' is not a rate")
    return Decimal(text)


def _read_interest(node: Node) -> Decimal:
    percent = node.decimal(minimum=Decimal(0))
    if percent >= HUNDRED:
        raise node.error("an interest rate is below 100 percent")
    return ARITHMETIC.divide(percent, HUNDRED)


def _read_figure(node: Node, inputs: Mapping[str, Input]) -> int | str:
    """A whole number written out, or an input that is one."""
    text = node.text(max_length=60)
    if INTEGER_PATTERN.fullmatch(text):
        return node.integer(minimum=0, maximum=MAX_YEARS)
    if text not in inputs or inputs[text].type != "integer":
        raise node.error(f"'{text}' is neither a whole number nor an input that is one")
    return text


def _read_sum(node: Node, inputs: Mapping[str, Input]) -> str:
    text = node.text(max_length=60)
    if text not in inputs or inputs[text].type not in ("money", "decimal", "integer"):
        raise node.error(f"'{text}' is not an input that is a number")
    return text


def _read_expenses(node: Node) -> Expenses:
    fields = node.fields("", " ".join(EXPENSES))
    found = {name: item.decimal(minimum=Decimal(0)) for name, item in fields.items()}
    for name in PERCENTAGES:
        if found.get(name, Decimal(0)) >= HUNDRED:
            raise fields[name].error("expenses of 100 percent leave no premium")
    return Expenses(**found)


def _read_cash_value(node: Node) -> CashValueRule:
    fields = node.fields("interest_percent keep_percent keep_years loadings")
    keep = fields["keep_percent"].decimal(minimum=Decimal(0))
    if keep > HUNDRED:
        raise fields["keep_percent"].error("keeps more than 100 percent")
    return CashValueRule(
        interest=_read_interest(fields["interest_percent"]),
        keep_percent=keep,
        keep_years=fields["keep_years"].integer(minimum=1, maximum=MAX_YEARS),
        loadings=tuple(read_scale(item) for item in fields["loadings"].items(at_least=1)),
    )


def read_scale(node: Node) -> LoadingScale:
    """`{pay_term: 10..19, percent: [80, 75, 60, 10]}`."""
    fields = node.fields("pay_term percent")
    first, _, last = fields["pay_term"].text(max_length=20).partition("..")
    if not all(INTEGER_PATTERN.fullmatch(part) for part in (first, last or first)):
        raise fields["pay_term"].error("expected a number of years or a range like 10..19")
    shortest, longest = int(first), int(last or first)
    if not 1 <= shortest <= longest <= MAX_YEARS:
        raise fields["pay_term"].error(f"a pay term is 1 to {MAX_YEARS} years, and the range goes up")
    shares = tuple(item.decimal(minimum=Decimal(0)) for item in fields["percent"].items(at_least=1))
    if any(share >= HUNDRED for share in shares):
        raise fields["percent"].error("loadings of 100 percent leave no premium")
    return LoadingScale(shortest, longest, shares)


def read_cash_value_floors(root: Node) -> tuple[CashValueFloor, ...]:
    """The dated rows of products/tables/minimum_cash_value.yaml."""
    return tuple(_read_floor(item) for item in root.items())


def _read_floor(node: Node) -> CashValueFloor:
    fields = node.fields("from benefits interest_margin keep_percent keep_years loadings article")
    return CashValueFloor(
        since=fields["from"].date(),
        benefits=tuple(item.one_of(BENEFITS) for item in fields["benefits"].items(at_least=1)),
        interest_margin=fields["interest_margin"].decimal(),
        keep_percent=fields["keep_percent"].decimal(minimum=Decimal(0)),
        keep_years=fields["keep_years"].integer(minimum=1, maximum=MAX_YEARS),
        loadings=tuple(read_scale(item) for item in fields["loadings"].items(at_least=1)),
        article=fields["article"].text(),
    )


# --- does the basis answer everything the inputs allow, and does it price the contract that is sold? ---


def check_life(definition: Definition, node: Node) -> None:
    """Every combination of the inputs the basis names has a value, for the years the contract lasts and is paid for.

    Facts the terms refuse never reach the price and are left out.

    Raises:
        ProductFileError: naming the first values without one.
    """
    for facts in contracts_of(definition):
        _check_facts(definition, facts, node)


def contracts_of(definition: Definition) -> Iterator[dict[str, FactValue]]:
    """The facts the life basis looks at, in every combination that makes a contract."""
    life = definition.rating.life
    if life is None:
        return
    named = [name for name in (life.by, life.age, life.term, life.pay_term) if isinstance(name, str) and name]
    names = list(dict.fromkeys([*named, *_term_inputs(definition)]))
    domains = [list(_allowed(definition.inputs_by_key[name])) for name in names]
    for values in islice(product(*domains), MAX_COMBINATIONS):
        facts = dict(zip(names, values, strict=True))
        if definition.terms.length.count_for(facts) >= 1 and not term_problems(definition, facts):
            yield facts


def _term_inputs(definition: Definition) -> list[str]:
    """Inputs the terms of the contract look at."""
    length, pay = definition.terms.length, definition.terms.pay
    found = [length.input, length.age_input if length.until_age else ""]
    found += [operand.input for operand in (length.until_age, pay.years) if operand]
    return [name for name in found if name]


def _allowed(item: Input) -> list[FactValue] | range:
    if item.options:
        return [option.value for option in item.options]
    low, high = int(item.minimum or 0), int(item.maximum or 0)
    return range(low, min(high, low + MAX_YEARS) + 1)


def _check_facts(definition: Definition, facts: Mapping[str, FactValue], node: Node) -> None:
    life, terms = definition.rating.life, definition.terms
    words = ", ".join(f"{name} {value}" for name, value in facts.items())
    try:
        sold = life.contract(facts) if life else None
        if life and life.cash_value and sold:
            life.cash_value.scale(sold.pay_years)
    except LifeError as error:
        raise node.error(f"{error} ({words}, which the inputs allow)") from None
    years = terms.length.count_for(facts)
    payments = terms.pay.instalments(facts, years)
    if terms.length.unit != "year" or sold is None or (sold.years, sold.pay_years) != (years, payments):
        priced = f"{sold.years} years and {sold.pay_years} premiums" if sold else "nothing"
        raise node.error(
            f"prices {priced} while the terms say {years} {terms.length.unit} and {payments} premiums ({words})"
        )
