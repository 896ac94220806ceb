"""Products that rest on a mortality table: priced by the engine, checked against floats computed apart from it."""

import csv
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from products.mortality import SHIPPED, shipped_tables
from products.rules.document import ProductFileError, node_of
from products.rules.life.basis import LifeBasis
from products.rules.rating import Rating
from products.rules.reading import read_definition
from products.sources import CATALOGUE, ProductSource, read_product_file
from tests.factories.products import changed

LEVEL, WHOLE = "anlan-level-term", "anlan-whole-life"
SOURCES = {code: read_product_file(CATALOGUE / f"{code}.yaml") for code in (LEVEL, WHOLE)}
RATINGS = {code: Rating(source.definition) for code, source in SOURCES.items()}


def basis(code: str) -> LifeBasis:
    found = SOURCES[code].definition.rating.life
    assert found is not None
    return found


# --- the same values from the published figures, in floats and without the code of the house ---


def published(sex: str) -> list[float]:
    """CL2 (2025) by age, read from the file of figures."""
    with (SHIPPED / "china_CL_2025.csv").open(encoding="utf-8") as file:
        return [float(row["CL2_M" if sex == "male" else "CL2_F"]) for row in csv.DictReader(file)]


QX = {sex: published(sex) for sex in ("male", "female")}


def years_of(qx: list[float], age: int, years: int, interest: float) -> Iterator[tuple[float, float]]:
    """(value of 1 at the beginning of a year if alive, value of 1 at its end if dead) for each year of cover."""
    alive = 1.0
    for year in range(years):
        rate = qx[age + year]
        yield alive / (1 + interest) ** year, alive * rate / (1 + interest) ** (year + 1)
        alive *= 1 - rate


def gross_rate(qx: list[float], age: int, years: int, pay_years: int, first: float, renewal: float = 0.08) -> float:
    """Yearly premium per 10,000 at 2 percent interest, rounded to the cent like a filed rate."""
    flows = list(years_of(qx, age, years, 0.02))
    income = sum(value * (1 - (first if year == 0 else renewal)) for year, (value, _) in enumerate(flows[:pay_years]))
    return round(10_000 * sum(death for _, death in flows) / income + 1e-9, 2)


@pytest.mark.parametrize("sex", ["male", "female"])
@pytest.mark.parametrize(("term", "pay"), [(10, 5), (10, 10), (20, 10), (20, 20), (30, 5), (30, 30)])
def test_level_term_agrees_with_floats_at_every_age(sex: str, term: int, pay: int) -> None:
    for age in range(18, 56):
        facts = {"age": age, "sex": sex, "term_years": term, "pay_years": pay, "sum_insured": Decimal(1_000_000)}
        rate = gross_rate(QX[sex], age, term, pay, 0.40)
        assert abs(RATINGS[LEVEL].price(facts).total - Decimal(round(100 * rate, 2))) < Decimal("0.001"), age


@pytest.mark.parametrize("sex", ["male", "female"])
@pytest.mark.parametrize("pay", [5, 10, 15, 20, 30])
def test_whole_life_agrees_with_floats_at_every_age(sex: str, pay: int) -> None:
    for age in range(61):
        facts = {"age": age, "sex": sex, "pay_years": pay, "sum_insured": Decimal(300_000)}
        rate = gross_rate(QX[sex], age, 106 - age, pay, 0.45)
        assert abs(RATINGS[WHOLE].price(facts).total - Decimal(round(30 * rate, 2))) < Decimal("0.001"), age


def float_cash_values(qx: list[float], age: int, years: int, pay: int, at_end: float) -> list[float]:
    """Per 1 of sum: PVR at 4 percent with the scale of loadings, times r; from the formulas as the rule states them."""
    scale = [0.65, 0.5, 0.35, 0.1] if pay < 10 else [0.8, 0.75, 0.6, 0.1] if pay < 20 else [0.85, 0.8, 0.75, 0.1]
    kept = [1 - scale[min(year, 3)] for year in range(pay)]
    flows = list(years_of(qx, age, years, 0.04))
    income = sum(value * share for (value, _), share in zip(flows, kept, strict=False))
    premium = sum(death for _, death in flows) / income
    found = []
    for year in range(1, years + 1):
        if year == years:
            found.append(at_end)
            continue
        later = flows[year:]
        benefits = sum(death for _, death in later)
        premiums = premium * sum(value * share for (value, _), share in zip(later, kept[year:], strict=False))
        span = min(20, pay)
        part = 0.8 + 0.2 * year / span if year < span else 1.0
        found.append(part * max((benefits - premiums) / flows[year][0], 0))
    return found


@pytest.mark.parametrize(
    ("age", "pay", "sex"), [(0, 20, "male"), (30, 20, "female"), (45, 10, "male"), (60, 5, "female")]
)
def test_cash_values_of_whole_life_agree_with_floats(age: int, pay: int, sex: str) -> None:
    facts = {"age": age, "sex": sex, "pay_years": pay, "sum_insured": Decimal(1_000_000)}
    rows = basis(WHOLE).policy_years(facts, Decimal(1))
    assert [row.age for row in rows] == list(range(age, 106))
    for row, value in zip(rows, float_cash_values(QX[sex], age, 106 - age, pay, 1.0), strict=True):
        assert abs(float(row.cash_value) - 1_000_000 * value) < 0.006, row.year


@pytest.mark.parametrize(("age", "term", "pay"), [(18, 10, 5), (30, 20, 20), (45, 30, 10), (55, 20, 20)])
def test_cash_values_of_level_term_agree_with_floats(age: int, term: int, pay: int) -> None:
    facts = {"age": age, "sex": "male", "term_years": term, "pay_years": pay, "sum_insured": Decimal(1_000_000)}
    rows = basis(LEVEL).policy_years(facts, Decimal("321.00"))
    for row, value in zip(rows, float_cash_values(QX["male"], age, term, pay, 0.0), strict=True):
        assert abs(float(row.cash_value) - 1_000_000 * value) < 0.006, row.year
    assert [row.premium for row in rows] == [Decimal("321.00")] * pay + [Decimal("0.00")] * (term - pay)
    assert (rows[-1].reserve, rows[-1].cash_value) == (0, 0)


# --- the section in the file ---


def test_a_stored_definition_needs_no_table_beside_it() -> None:
    for source in SOURCES.values():
        stored = read_definition(node_of(source.tree))
        assert stored.content_hash == source.definition.content_hash
        assert stored.rating.life is not None
        assert {table.code for table in stored.rating.life.tables.values()} == {"CL2-2025-M", "CL2-2025-F"}
        assert stored.rating.life.tables["male"].sha256 == shipped_tables()["CL2-2025-M"].table.sha256


def test_other_rates_under_the_same_code_are_another_tariff() -> None:
    source = SOURCES[LEVEL]
    other = changed(source, ("rating.life.mortality.tables.male.qx.40", "0.001203"))
    assert other.definition.content_hash != source.definition.content_hash
    assert other.definition.rating.hash != source.definition.rating.hash


LIFE = "rating.life"
WRONG = [
    ("interest_percent", "100", "below 100 percent"),
    ("interest_percent", "-1", "is below 0"),
    ("benefit", "tontine", "is not one of"),
    ("benefit", "whole-life", "whole life has no term"),
    ("term", None, "needs a term"),
    ("term", "sum_insured", "neither a whole number nor an input"),
    ("age", "holder_age", "neither a whole number nor an input"),
    ("sum", None, "the key 'sum' is missing"),
    ("sum", "sex", "is not an input that is a number"),
    ("term", "20", "while the terms say 10 year"),
    ("pay_term", "5", "and 5 premiums while the terms say"),
    ("pay_term", None, "prices 10 years and 10 premiums while the terms say 10 year and 5 premiums"),
    ("expenses", {"first_year_percent": "100"}, "leave no premium"),
    ("expenses", {"acquisition": "1"}, "unknown key"),
    ("mortality", {"table": "CL9-2025"}, "there is no mortality table 'CL9-2025'"),
    ("mortality.by", "pay_years", "is no input that is a choice"),
    ("mortality.tables.male", None, "needs one table for each of female, male"),
    ("mortality.tables.male.qx.3", "1.5", "a probability lies between 0 and 1"),
    ("mortality.tables.male.qx.3", "-0.1", "is not a rate"),
    ("mortality.tables.male.qx.3", "1e-5", "is not a rate"),
    ("mortality.tables.male.qx.60", "1", "the table ends at 60"),
    ("mortality.tables.male.from_age", "30", "outside the table"),
    ("cash_value.keep_percent", "101", "more than 100 percent"),
    ("cash_value.loadings.0.pay_term", "6..9", "no loadings for a pay term of 5 years"),
    ("cash_value.loadings.0.pay_term", "9..1", "the range goes up"),
    ("cash_value.loadings.0.pay_term", "all", "expected a number of years"),
    ("cash_value.loadings.0.percent", ["100"], "leave no premium"),
]


@pytest.mark.parametrize(("place", "value", "words"), WRONG, ids=lambda value: str(value)[:30])
def test_what_is_wrong_in_the_section_is_named(place: str, value: object, words: str) -> None:
    with pytest.raises(ProductFileError) as caught:
        changed(SOURCES[LEVEL], (f"{LIFE}.{place}", value))
    assert words in caught.value.message
    assert caught.value.path.startswith(LIFE)


def test_a_commutation_step_needs_a_life_basis() -> None:
    with pytest.raises(ProductFileError, match="no life basis"):
        changed(SOURCES[LEVEL], (LIFE, None))


def test_a_mistake_in_a_file_names_its_line(tmp_path: Path) -> None:
    text = (CATALOGUE / f"{LEVEL}.yaml").read_text(encoding="utf-8").replace("male: CL2-2025-M", "male: CL2-2025-X", 1)
    line = next(number for number, words in enumerate(text.splitlines(), start=1) if "CL2-2025-X" in words)
    (tmp_path / "wordings").symlink_to(CATALOGUE / "wordings")
    (tmp_path / "wrong.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ProductFileError, match="there is no mortality table 'CL2-2025-X'") as caught:
        read_product_file(tmp_path / "wrong.yaml")
    assert caught.value.line == line


def one_value(source: ProductSource, name: str) -> Decimal:
    """What the first step finds when it asks for this value."""
    steps = changed(source, ("rating.steps.0.value", name)).definition
    facts = {"age": 30, "sex": "male", "term_years": 20, "pay_years": 20, "sum_insured": Decimal(1_000_000)}
    found: Decimal = Rating(steps).price(facts).named_values["gross_exact"]
    return found


def test_a_step_may_take_any_value_of_the_basis() -> None:
    source = changed(SOURCES[LEVEL], (f"{LIFE}.expenses", {"per_policy": "60", "per_thousand": "1"}))
    found = {name: one_value(source, name) for name in ("A", "a_due", "nEx", "net_single_premium", "net_level_premium")}
    assert round(found["A"], 11) == Decimal("0.02065320539")
    assert round(found["a_due"], 8) == Decimal("16.54123273")
    assert round(found["nEx"], 10) == Decimal("0.6550088980")
    assert found["net_single_premium"] == found["A"]
    assert abs(one_value(source, "gross_level_premium") - found["net_level_premium"] - Decimal("0.001")) < Decimal(
        "1e-25"
    )
    assert abs(one_value(source, "policy_fee") - 60) < Decimal("1e-25")


def test_the_life_basis_answers_from_memory_once_warm() -> None:
    life = basis(WHOLE)
    first = life.at("male", 33, None, 20)
    assert life.at("male", 33, None, 20) is first
    assert life.columns("male", life.interest) is life.columns("male", life.interest)


def test_one_table_may_serve_everybody() -> None:
    source = changed(
        SOURCES[LEVEL],
        ("rating.life.mortality", {"table": "flat", "from_age": "0", "qx": ["0.01"] * 106}),
    )
    rating = Rating(source.definition)
    facts = {"age": 30, "term_years": 20, "pay_years": 20, "sum_insured": Decimal(1_000_000)}
    assert rating.price({**facts, "sex": "male"}).total == rating.price({**facts, "sex": "female"}).total


def test_shipped_tables_are_the_published_ones() -> None:
    """First and last rates as printed, one line of each sheet, and the order of the sheets."""
    tables = {code: named.table for code, named in shipped_tables().items()}
    assert len(tables) == 14
    for table in tables.values():
        assert (table.from_age, table.limiting_age, table.is_closed_by_rule) == (0, 105, False)
    assert [tables[f"CL{sheet}-2013"].rate(40) for sheet in range(1, 7)] == [
        Decimal(rate) for rate in ("0.001651", "0.000692", "0.001270", "0.000542", "0.000878", "0.000410")
    ]
    assert [tables[f"CL{sheet}-2025-M"].rate(60) for sheet in range(1, 5)] == [
        Decimal(rate) for rate in ("0.004194", "0.007952", "0.005276", "0.006233")
    ]
