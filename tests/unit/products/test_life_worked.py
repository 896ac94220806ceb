"""The worked tables of docs/algorithms/life.md."""

from decimal import Decimal

import pytest

from products.rules.life.commutation import Columns
from products.rules.life.exact import significant
from products.rules.life.mortality import MortalityTable
from products.rules.life.premiums import Expenses, gross_level_premium
from products.rules.life.reserves import contract, net_reserves
from products.rules.life.values import actuarial_values, values_from
from products.rules.rating import Rating
from products.sources import CATALOGUE, read_product_file
from tests.factories.worked_tables import section, worked_rows
from tests.unit.products.test_life_published import FIVE_PERCENT, ILLUSTRATIVE, SIX_PERCENT, SULT

DOCUMENT = "life.md"
SMALL = Columns(MortalityTable("small", 60, tuple(map(Decimal, ("0.01", "0.02", "0.03", "0.05", "1")))), FIVE_PERCENT)
CODES = ("anlan-level-term", "anlan-whole-life")
PRODUCTS = {code: read_product_file(CATALOGUE / f"{code}.yaml").definition for code in CODES}


@pytest.mark.parametrize("row", worked_rows(DOCUMENT, "A small table"), ids=lambda row: row["age"])
def test_columns_of_the_small_table(row: dict[str, str]) -> None:
    place = int(row["age"]) - 60
    assert str(SMALL.table.qx[place]) == row["q"]
    found = [significant(column[place]) for column in (SMALL.D, SMALL.N, SMALL.M)]
    assert found == [row["D"], row["N"], row["M"]]


@pytest.mark.parametrize("row", worked_rows(DOCUMENT, "A small table", 1), ids=lambda row: row["benefit"])
def test_values_of_the_small_table(row: dict[str, str]) -> None:
    term = None if row["benefit"] == "whole-life" else 3
    values = values_from(SMALL, 60, term, None, row["benefit"])
    found = [significant(value) for value in (values.A, values.a_due, values.nEx, values.net_level_premium)]
    assert found == [row[name] for name in ("A", "a_due", "nEx", "net level premium")]


def test_sentences_under_the_small_table() -> None:
    text = section(DOCUMENT, "A small table")
    values = values_from(SMALL, 60, 3, 2, "endowment")
    gross = gross_level_premium(values, Expenses(Decimal(40), Decimal(8)))
    reserves = net_reserves(SMALL, contract(SMALL, "endowment", 60, 3, None))
    for value in (values.a_due, values.net_level_premium, gross, *reserves[1:3]):
        assert significant(value) in text
    assert reserves[3] == 1


@pytest.mark.parametrize(
    "row", worked_rows(DOCUMENT, "Published tables"), ids=lambda row: f"{row['table']} {row['age']}"
)
def test_published_values(row: dict[str, str]) -> None:
    table, interest = {"Standard Ultimate": (SULT, FIVE_PERCENT), "Illustrative": (ILLUSTRATIVE, SIX_PERCENT)}[
        row["table"]
    ]
    values = actuarial_values(table, interest, int(row["age"]), None, None, "whole-life")
    assert (f"{values.A:.5f}", f"{values.a_due:.4f}") == (row["A"], row["a_due"])


@pytest.mark.parametrize("row", worked_rows(DOCUMENT, "Level term"), ids=lambda row: f"{row['sex']} {row['age']}")
def test_level_term_premiums(row: dict[str, str]) -> None:
    facts = {
        "sex": row["sex"],
        "age": int(row["age"]),
        "term_years": int(row["term"]),
        "pay_years": int(row["pay"]),
        "sum_insured": Decimal(row["sum"]),
    }
    breakdown = Rating(PRODUCTS["anlan-level-term"]).price(facts)
    assert str(breakdown.named_values["rate"]) == row["rate per 10,000"]
    assert str(breakdown.total) == row["premium"]


def test_whole_life_years() -> None:
    definition = PRODUCTS["anlan-whole-life"]
    facts = {"age": 30, "sex": "male", "pay_years": 20, "sum_insured": Decimal(300_000)}
    breakdown, life = Rating(definition).price(facts), definition.rating.life
    assert life is not None
    assert life.cash_value is not None
    assert (str(breakdown.named_values["rate"]), str(breakdown.total)) == ("257.59", "7727.70")
    years = life.policy_years(facts, breakdown.total)
    for row in worked_rows(DOCUMENT, "Whole life"):
        year = years[int(row["end of year"]) - 1]
        paid = sum(item.premium for item in years[: year.year])
        found = (f"{paid:.2f}", str(year.reserve), f"{life.cash_value.part(year.year, 20):.2f}", str(year.cash_value))
        assert found == tuple(row[name] for name in ("paid in total", "reserve", "r", "cash value"))
