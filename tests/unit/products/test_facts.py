"""Facts: untrusted text in, typed values out."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from products.rules.answers import read_answers
from products.rules.facts import FactsInvalid, facts_as_text, read_facts
from products.sources import CATALOGUE, read_product_file

GUARD = read_product_file(CATALOGUE / "anlan-guard.yaml").definition
HOME = read_product_file(CATALOGUE / "anlan-home.yaml").definition
TODAY = date(2026, 5, 19)
GOOD = {"age": "30", "occupation_class": "2", "sum_insured": "200000", "daily_cash": "100"}


def codes(raw: dict[Any, Any], plan: str = "", definition: Any = GUARD) -> dict[str, str]:
    with pytest.raises(FactsInvalid) as caught:
        read_facts(definition, raw, plan)
    assert all(str(message) for message in caught.value.messages.values())
    return {field: problem.code for field, problem in caught.value.problems.items()}


def test_good_facts_are_typed() -> None:
    facts = read_facts(GUARD, GOOD)
    assert facts == {"age": 30, "occupation_class": "2", "sum_insured": Decimal(200000), "daily_cash": Decimal(100)}
    assert read_facts(GUARD, {**GOOD, "age": 30, "sum_insured": 200000}) == facts
    assert read_facts(GUARD, {**GOOD, "sum_insured": Decimal("200000.00")}) == facts


def test_the_plan_fills_gaps_and_what_is_given_wins() -> None:
    facts = read_facts(GUARD, {"age": "30", "occupation_class": "2", "daily_cash": "50"}, "standard")
    assert facts["sum_insured"] == 200000
    assert facts["daily_cash"] == 50
    assert read_facts(GUARD, {"age": "30", "occupation_class": "2", "plan": "premium"})["sum_insured"] == 500000


def test_plan_only_inputs_come_from_the_plan_alone() -> None:
    facts = read_facts(HOME, {"structure": "brick", "liability_limit": "500000"}, "basic")
    assert facts["liability_limit"] == 100000
    assert "plan" in codes({"structure": "brick", "building_sum": "300000", "contents_sum": "50000"}, definition=HOME)


def test_full_width_digits_and_separators_are_understood() -> None:
    facts = read_facts(GUARD, {**GOOD, "age": " ３０ ", "sum_insured": "200,000"})
    assert facts == read_facts(GUARD, GOOD)
    assert codes({**GOOD, "sum_insured": "20,0000"}) == {"sum_insured": "not_a_number"}
    assert codes({**GOOD, "age": "3,0"}) == {"age": "not_whole_number"}


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("age", "", "required"), ("age", "17", "outside"), ("age", "46", "outside"), ("age", "-30", "outside"),
        ("age", "30.0", "not_whole_number"), ("age", "3e1", "not_whole_number"), ("age", "thirty", "not_whole_number"),
        ("age", "30\x00", "bad_characters"), ("age", "9" * 300, "too_long"), ("age", "9" * 40, "not_whole_number"),
        ("age", 30.0, "not_text"), ("age", True, "not_text"), ("age", [30], "not_text"), ("age", {"a": 1}, "not_text"),
        ("sum_insured", "200001", "not_an_option"), ("sum_insured", "NaN", "not_a_number"),
        ("sum_insured", "Infinity", "not_a_number"), ("sum_insured", "-200000", "not_an_option"),
        ("sum_insured", "2E5", "not_a_number"), ("occupation_class", "7", "not_an_option"),
        ("occupation_class", "\u202e2", "not_an_option"), ("colour", "red", "unknown_field"),
        ("plan", "gold", "unknown_plan"), ("plan", "\x1f", "bad_characters"), ("plan", ["gold"], "not_text"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(field: str, value: Any, code: str) -> None:
    assert codes({**GOOD, field: value}) == {field: code}


def test_every_wrong_field_is_named_at_once() -> None:
    assert set(codes({"age": "x", "odd": "1"})) == {"age", "occupation_class", "sum_insured", "daily_cash", "odd"}


def test_facts_travel_as_text_and_come_back_the_same() -> None:
    facts = read_facts(GUARD, GOOD)
    assert read_facts(GUARD, facts_as_text(facts)) == facts


@given(
    st.dictionaries(
        st.text(max_size=20), st.text() | st.integers() | st.floats() | st.booleans() | st.none(), max_size=8
    )
)
def test_whatever_comes_only_facts_invalid_is_raised(raw: dict[str, Any]) -> None:
    try:
        read_facts(GUARD, {**GOOD, **raw}, "standard")
    except FactsInvalid as error:
        named = set(error.problems)
    else:
        named = {"nothing"}
    assert named


@given(st.sampled_from(["age", "sum_insured", "daily_cash", "occupation_class", "plan"]), st.text())
def test_odd_text_in_a_known_field_is_read_or_named(field: str, text: str) -> None:
    try:
        read_facts(GUARD, {**GOOD, field: text})
    except FactsInvalid as error:
        named = set(error.problems)
    else:
        named = {field}
    assert named == {field}


def test_answers() -> None:
    questions = (*HOME.questions, *HOME.suitability)
    good = {
        "address": "河滨路 1 号 2-301", "use": "own", "light_roof": "no", "unsafe": "no", "losses": "yes",
        "loss_cause": "water", "leak_repaired": "yes", "purpose": "house",
    }  # fmt: skip
    assert read_answers(questions, good, today=TODAY)["losses"] is True
    with pytest.raises(FactsInvalid) as caught:
        read_answers(questions, {**good, "address": "x" * 121, "use": "castle", "unsafe": ""}, today=TODAY)
    assert {key: problem.code for key, problem in caught.value.problems.items()} == {
        "address": "too_long", "use": "not_an_option", "unsafe": "required",
    }  # fmt: skip
