"""Invented people tell what every product that people buy asks for, and tell it soundly."""

from datetime import UTC, date, datetime

import pytest

from insureweb.kernel.periods import business_date
from insureweb.ops.portfolio.people import Person, invent
from insureweb.ops.portfolio.telling import Teller, answers_to, buys_it, facts_for, may_declare
from products.compiled import CompiledProduct
from products.rules.definition import Definition
from products.rules.identifiers import read_plate, read_vin
from products.sources import catalogue_files, read_product_file

AT = datetime(2026, 1, 15, 4, tzinfo=UTC)
PEOPLE = invent(40, today=date(2026, 5, 19), seed=7)
PRODUCTS = {path.stem: read_product_file(path).definition for path in catalogue_files()}
FOR_PEOPLE = sorted(code for code, definition in PRODUCTS.items() if buys_it(definition))


def buyer_for(definition: Definition) -> Person:
    """An invented person the product takes."""
    low, high = definition.entry_age or (0, 120)
    return next(person for person in PEOPLE if low <= Teller.of(person, definition.code, AT).age <= high - 1)


def underwritten(definition: Definition, plan: str, person: Person, **said: bool) -> str:
    product = CompiledProduct(definition)
    teller = Teller.of(person, definition.code, AT)
    facts = product.read_facts(facts_for(product, plan, person, AT), plan)
    told = {}
    for questions in (definition.questions, definition.suitability):
        told |= answers_to(questions, teller, facts, said)
    known = {"relationship": "self", "existing_sum_insured": 0, "age": teller.age, "sex": "unknown", "holder_age": 40}
    answered = {key: value for key, value in told.items() if value != ""}
    return str(product.decide("underwriting", {**facts, **known, **answered}).outcome)


def test_companies_are_left_to_their_own_lines() -> None:
    assert set(PRODUCTS) - set(FOR_PEOPLE) == {
        "anlan-enterprise-property", "anlan-group", "anlan-return-freight", "anlan-trade-credit",
    }  # fmt: skip


@pytest.mark.parametrize("code", FOR_PEOPLE)
def test_a_healthy_person_is_accepted_under_some_plan(code: str) -> None:
    definition = PRODUCTS[code]
    outcomes = {plan.key: underwritten(definition, plan.key, buyer_for(definition)) for plan in definition.plans}
    assert "accept" in outcomes.values(), outcomes
    assert set(outcomes.values()) <= {"accept", "refer"}


@pytest.mark.parametrize("code", FOR_PEOPLE)
def test_declaring_an_illness_changes_the_outcome(code: str) -> None:
    definition = PRODUCTS[code]
    ill = may_declare(definition)
    if not definition.health_questions:
        assert ill == ""
        return
    assert underwritten(definition, definition.shop.default_plan, buyer_for(definition), **{ill: True}) != "accept"


def test_cars_have_sound_numbers_and_stay_with_their_owner() -> None:
    for person in PEOPLE:
        teller = Teller.of(person, "anlan-motor-voluntary", AT)
        assert read_vin(teller.vin()) == teller.vin()
        assert read_plate(teller.plate()) == teller.plate()
        assert (business_date(AT) - teller.registered()).days // 365 >= teller.vehicle_age
        other = Teller.of(person, "anlan-home", datetime(2025, 3, 3, 4, tzinfo=UTC))
        assert (other.vin(), other.plate(), other.address()) == (teller.vin(), teller.plate(), teller.address())
    assert len({Teller.of(person, "x", AT).vin() for person in PEOPLE}) == len(PEOPLE)
