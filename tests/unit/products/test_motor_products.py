"""The motor products: the statutory figures as the regulation prints them, and factors that stay those of the model."""

from decimal import Decimal
from itertools import product

import pytest
import yaml

from products.compiled import compiled_definition
from products.sources import CATALOGUE
from tests.factories.products import shipped

COMPULSORY, VOLUNTARY = "anlan-motor-compulsory", "anlan-motor-voluntary"
FACTS = {"vehicle_kind": "family_under_6", "scheme": "e", "record": "first", "energy": "petrol", "displacement": "1.5"}
CAR = {"own_damage_sum": "120000", "vehicle_age": "3", "energy": "petrol", "displacement": "1.5", "driver_age": "35"}


def sold(code):
    return compiled_definition(shipped(code).definition)


def priced(code, facts, plan):
    found = sold(code)
    return found.price(found.read_facts(facts, plan))


def test_the_limits_are_those_of_the_regulation():
    limits = {item.key: int(item.limit.amount) for item in shipped(COMPULSORY).definition.coverages}
    assert limits == {
        "death_disability": 180_000, "medical": 18_000, "property": 2_000,
        "death_disability_no_fault": 18_000, "medical_no_fault": 1_800, "property_no_fault": 100,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("scheme", "clean"), [("a", "70 60 50"), ("b", "75 65 55"), ("c", "80 70 60"), ("d", "85 75 65"), ("e", "90 80 70")]
)
def test_a_clean_record_counts_as_far_as_the_region_says(scheme, clean):
    records = ["one_year", "two_years", "three_years", "first", "one_accident", "more_accidents", "death"]
    percents = [*map(int, clean.split()), 100, 100, 110, 130]
    for record, percent in zip(records, percents, strict=True):
        breakdown = priced(COMPULSORY, {**FACTS, "scheme": scheme, "record": record}, "national")
        assert breakdown.premium == Decimal(950) * percent / 100


def test_the_tax_is_collected_and_no_premium():
    breakdown = priced(COMPULSORY, FACTS, "national")
    assert (breakdown.total, breakdown.tax, breakdown.premium) == (1250, 300, 950)


def test_nobody_is_refused_whatever_they_say():
    found = sold(COMPULSORY)
    table = found.definition.tables["underwriting"]
    assert {rule.outcome for rule in table.rules} == {"accept"}
    for kind in found.definition.inputs_by_key["vehicle_kind"].options:
        assert found.decide("underwriting", {**FACTS, "vehicle_kind": kind.text}).outcome == "accept"


def test_the_voluntary_factors_are_those_of_the_model():
    kept = yaml.safe_load((CATALOGUE.parent / "tables" / "motor_glm.yaml").read_text(encoding="utf-8"))["relativities"]
    tables = shipped(VOLUNTARY).definition.rating.tables

    def model(factor):
        return {row["class"]: Decimal(row["both"]).quantize(Decimal("0.01")) for row in kept[factor]}

    ages = model("driver_age")
    ages["71..80"] = ages.pop("71 and more")
    assert {cell: Decimal(value) for cell, value in tables["driver_age_factor"].rows} == ages
    vehicle = model("vehicle_age")
    found = {cell: Decimal(value) for cell, value in tables["vehicle_age_factor"].rows}
    assert found == {"0..10": vehicle["1..10"], "11..20": vehicle["11 and more"]}
    power = model("vehicle_power")
    petrol = [Decimal(row[-1]) for row in tables["displacement_factor"].rows if row[0] == "petrol"]
    assert petrol == [power[name] for name in ("4", "5", "6", "7", "9 and more")]


@pytest.mark.parametrize(("energy", "low", "high"), [("petrol", "0.5", "1.5"), ("new_energy", "0.65", "1.35")])
def test_the_self_pricing_factor_stays_inside_its_band(energy, low, high):
    for age in range(18, 81):
        breakdown = priced(VOLUNTARY, {**CAR, "energy": energy, "driver_age": age, "no_claims": "first"}, "standard")
        assert Decimal(low) <= breakdown.named_values["self_pricing"] <= Decimal(high)


def test_a_clean_record_is_never_dearer():
    records = [option.text for option in shipped(VOLUNTARY).definition.inputs_by_key["no_claims"].options]
    for plan, energy in product(("standard", "premium"), ("petrol", "new_energy")):
        totals = [priced(VOLUNTARY, {**CAR, "energy": energy, "no_claims": one}, plan).total for one in records]
        assert totals == sorted(totals)


def test_without_own_damage_it_costs_and_covers_nothing():
    found = sold(VOLUNTARY)
    facts = found.read_facts({**CAR, "own_damage_sum": "0", "no_claims": "first"}, "liability")
    assert found.price(facts).coverage_premiums["own_damage"] == 0
    assert next(term for term in found.coverage_terms(facts) if term.code == "own_damage").limit == 0
