"""Published tariffs, figure by figure: every band, at both of its ends, through the whole engine."""

import csv
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from products.compiled import CompiledProduct
from products.rules.facts import FactsInvalid
from products.sources import CATALOGUE, read_product_file

PUBLISHED = Path(__file__).parent / "published"
COMPILED: dict[str, CompiledProduct] = {}


def house(code: str) -> CompiledProduct:
    if code not in COMPILED:
        COMPILED[code] = CompiledProduct(read_product_file(CATALOGUE / f"{code}.yaml").definition)
    return COMPILED[code]


def rows(name: str) -> list[dict[str, str]]:
    text = (PUBLISHED / f"{name}.csv").read_text(encoding="utf-8")
    found = list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))
    assert len(found) >= 5
    return found


def ends(ages: str) -> tuple[str, ...]:
    return tuple(ages.split(".."))


def line(code: str, key: str, **facts: str) -> Decimal:
    """One line of the receipt, with a plan that leaves these facts to the customer."""
    product = house(code)
    plan = product.definition.shop.default_plan
    return product.price(product.read_facts(facts, plan)).coverage_premiums[key]


@pytest.mark.parametrize("row", rows("medical"), ids=lambda row: row["ages"])
def test_medical(row: dict[str, str]) -> None:
    for age in ends(row["ages"]):
        for insured in ("yes", "no"):
            facts = {"age": age, "social_insurance": insured}
            assert line("anlan-medical", "medical", **facts) == Decimal(row[insured])


@pytest.mark.parametrize("row", rows("critical_illness"), ids=lambda row: row["ages"])
def test_critical_illness(row: dict[str, str]) -> None:
    for age in ends(row["ages"]):
        for sex in ("male", "female"):
            facts = {"age": age, "sex": sex, "sum_insured": "100000"}
            found = line("anlan-critical-illness", "critical_illness", **facts)
            assert found == 10 * Decimal(row[sex])


@pytest.mark.parametrize("row", rows("term_life"), ids=lambda row: row["ages"])
def test_term_life(row: dict[str, str]) -> None:
    for age in ends(row["ages"]):
        assert line("anlan-term-life", "term_life", age=age, sum_insured="200000") == 20 * Decimal(row["rate"])
        if int(age) <= 45:
            facts = {"age": age, "occupation_class": "1", "sum_insured": "100000", "daily_cash": "50"}
            assert line("anlan-guard", "term_life", **facts) == 10 * Decimal(row["rate"])


@pytest.mark.parametrize("occupation", rows("hospital_cash_class"), ids=lambda row: row["occupation_class"])
@pytest.mark.parametrize("row", rows("hospital_cash_age"), ids=lambda row: row["ages"])
def test_hospital_cash(row: dict[str, str], occupation: dict[str, str]) -> None:
    for age in ends(row["ages"]):
        facts = {"age": age, "occupation_class": occupation["occupation_class"], "daily_cash": "200"}
        exact = 20 * Decimal("2.9") * Decimal(occupation["factor"]) * Decimal(row["factor"])
        assert line("anlan-hospital-cash", "hospital_cash", **facts) == exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


@pytest.mark.parametrize("row", rows("motor_compulsory"), ids=lambda row: row["vehicle_kind"])
def test_motor_compulsory(row: dict[str, str]) -> None:
    kind = row["vehicle_kind"]
    facts = {"vehicle_kind": kind, "scheme": "a", "record": "first", "energy": "petrol", "displacement": "1.5"}
    assert line("anlan-motor-compulsory", "compulsory", **facts) == Decimal(row["premium"])


@pytest.mark.parametrize("name", ["medical", "critical_illness"])
def test_outside_the_published_bands_there_is_no_price(name: str) -> None:
    bands = [ends(row["ages"]) for row in rows(name)]
    product = house(f"anlan-{name.replace('_', '-')}")
    for age in (int(bands[0][0]) - 1, int(bands[-1][1]) + 1):
        with pytest.raises(FactsInvalid, match="age"):
            product.read_facts({"age": str(age), "sex": "male"}, product.definition.shop.default_plan)
