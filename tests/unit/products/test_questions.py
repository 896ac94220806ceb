"""Questions of the application: types, conditions, rosters, and what a file may say about them."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils.translation import override

from insureweb.kernel.resident_id import with_check_digit
from products.rules.answers import answers_as_facts, answers_as_json, read_answers
from products.rules.document import ProductFileError, node_of
from products.rules.facts import FactsInvalid
from products.rules.questions import Question, asked_of, asks_one_by_one
from products.rules.reading.questions import read_questions
from tests.factories.products import changed, shipped

TODAY = date(2026, 5, 19)


def words(text: str) -> dict[str, str]:
    return {"zh-hans": text, "en": text}


def questions(**trees: dict[str, Any]) -> tuple[Question, ...]:
    tree = {key: {"group": "details", "text": words(key), **one} for key, one in trees.items()}
    return read_questions(node_of(tree), {"age": "number", "use": "text"})


def one(type_: str, **more: Any) -> tuple[Question, ...]:
    return questions(asked={"type": type_, **more})


def answer(asked: tuple[Question, ...], raw: Any, **facts: Any) -> Any:
    return read_answers(asked, {"asked": raw}, today=TODAY, facts=facts)["asked"]


def problem(asked: tuple[Question, ...], raw: Any) -> str:
    with pytest.raises(FactsInvalid) as caught:
        answer(asked, raw)
    for language in ("zh-hans", "en"):
        with override(language):
            assert str(caught.value.messages["asked"])
    return caught.value.problems["asked"].code


@pytest.mark.parametrize(
    ("type_", "more", "raw", "value"),
    [
        ("integer", {"min": "0", "max": "60"}, "\uff11\uff12", 12),
        ("decimal", {"min": "0", "max": "60"}, "1.50", Decimal("1.5")),
        ("money", {"min": "0", "max": "1000000"}, "12,000.50", Decimal("12000.5")),
        ("date", {"max": "today"}, "2026-05-19", TODAY),
        ("boolean", {}, "no", False),
        ("text", {}, " two\r\nlines ", "two\nlines"),
        (
            "address",
            {},
            "\u6ee8\u6c5f\u5e02  \u6cb3\u6ee8\u8def 1 \u53f7",
            "\u6ee8\u6c5f\u5e02 \u6cb3\u6ee8\u8def 1 \u53f7",
        ),
        ("plate", {}, "\u6caaad12345", "\u6caaAD12345"),
        ("vin", {}, "1m8gdm9axkp042788", "1M8GDM9AXKP042788"),
        ("company_code", {}, "91310000ma1alanl1n", "91310000MA1ALANL1N"),
    ],
)
def test_each_type_has_one_spelling(type_: str, more: dict[str, str], raw: str, value: Any) -> None:
    assert answer(one(type_, **more), raw) == value


def test_resident_ids_of_old_people_and_old_counties_are_taken() -> None:
    """Born in 1931, and in a county (110105 is one today, 110224 is none any more) whose code was given up."""
    for first_seventeen in ("11010519310307002", "11022419790101004", "51010219490412001"):
        number = with_check_digit(first_seventeen)
        assert answer(one("resident_id"), number.lower()) == number
    assert problem(one("resident_id"), "110105193103070020") == "id_check_digit"
    assert problem(one("resident_id"), "123") == "id_length"
    assert problem(one("resident_id"), with_check_digit("11010520310307002")) == "id_future"


@pytest.mark.parametrize(
    ("type_", "more", "raw", "code"),
    [
        ("integer", {"min": "0", "max": "60"}, "1.5", "not_whole_number"),
        ("integer", {"min": "0", "max": "60"}, "61", "outside"),
        ("decimal", {"min": "0", "max": "60"}, "many", "not_a_number"),
        ("money", {"min": "0", "max": "60"}, "1.005", "too_precise"),
        ("date", {}, "2026-02-30", "not_a_date"),
        ("date", {"max": "today"}, "2026-05-20", "too_late"),
        ("date", {"min": "2026-01-01"}, "2025-12-31", "too_early"),
        ("address", {}, "1 A", "address_too_short"),
        ("plate", {}, "A12345", "not_a_plate"),
        ("vin", {}, "1M8GDM9A1KP042788", "vin_check_digit"),
        ("company_code", {}, "1", "not_a_company_code"),
        ("text", {}, "", "required"),
        ("text", {}, None, "required"),
        ("text", {"max_length": "5"}, "123456", "too_long"),
        ("text", {}, "a\x00b", "bad_characters"),
        ("boolean", {}, 1.5, "not_text"),
    ],
)
def test_what_cannot_be_taken_is_named(type_: str, more: dict[str, str], raw: Any, code: str) -> None:
    assert problem(one(type_, **more), raw) == code


def test_an_optional_answer_may_be_left_out() -> None:
    asked = one("integer", min="1", max="5", optional="yes")
    assert answer(asked, "") == ""
    assert answers_as_facts(asked, {"asked": ""}) == {}
    assert answers_as_facts(asked, answers_as_json({"asked": 3})) == {"asked": "3"}


SMOKING = {
    "smoker": {"type": "boolean"},
    "cigarettes": {"type": "integer", "min": "1", "max": "100", "when": {"smoker": "yes"}},
    "since": {"type": "date", "when": {"cigarettes": "> 20", "age": ">= 30"}},
}


@pytest.mark.parametrize(
    ("raw", "age", "answered", "wrong"),
    [
        ({}, 40, [], ["smoker"]),
        ({"smoker": "no", "cigarettes": "40"}, 40, ["smoker"], []),
        ({"smoker": "yes"}, 40, ["smoker"], ["cigarettes"]),
        ({"smoker": "yes", "cigarettes": "20"}, 40, ["smoker", "cigarettes"], []),
        ({"smoker": "yes", "cigarettes": "21"}, 29, ["smoker", "cigarettes"], []),
        ({"smoker": "yes", "cigarettes": "21"}, 30, ["smoker", "cigarettes"], ["since"]),
        ({"smoker": "yes", "cigarettes": "21", "since": "2001-01-01"}, 30, ["smoker", "cigarettes", "since"], []),
    ],
)
def test_conditions_decide_what_is_asked(raw: dict[str, str], age: int, answered: list[str], wrong: list[str]) -> None:
    every, found, problems = questions(**SMOKING), dict[str, Any](), dict[str, Any]()
    try:
        found = read_answers(every, raw, today=TODAY, facts={"age": age})
    except FactsInvalid as invalid:
        problems = invalid.problems
    assert list(problems) == wrong
    if not wrong:
        assert list(found) == answered
    stored = answers_as_json({key: raw[key] == "yes" if key == "smoker" else raw[key] for key in answered})
    assert [question.key for question in asked_of(every, stored, {"age": age})] == answered + wrong


def test_an_answer_nobody_asks_for_any_more_opens_nothing() -> None:
    every = questions(**SMOKING)
    stale = {"smoker": False, "cigarettes": "40"}
    assert [question.key for question in asked_of(every, stale, {"age": 40})] == ["smoker"]


def test_a_group_with_room_or_conditions_is_asked_one_by_one() -> None:
    assert not asks_one_by_one(questions(a={"type": "boolean"}, b={"type": "text"}))
    assert asks_one_by_one(questions(**SMOKING))
    assert asks_one_by_one(one("plate"))


TRAVELLERS = {
    "columns": {
        "name": {"text": words("Name"), "max_length": "20"},
        "age": {"text": words("Age"), "type": "integer", "min": "0", "max": "80"},
        "note": {"text": words("Note"), "optional": "yes"},
    },
    "max_rows": "3",
}


def test_a_roster_is_read_from_lines_or_rows() -> None:
    asked = one("roster", **TRAVELLERS)
    rows = [{"name": "Li", "age": 30, "note": ""}, {"name": "Wang", "age": 4, "note": "child"}]
    assert answer(asked, "Li, 30,\r\n\r\nWang\t4\tchild\r\n") == rows
    assert answer(asked, [{"name": "Li", "age": "30"}, {"name": "Wang", "age": "4", "note": "child"}]) == rows
    assert answer(asked, "Li\uff0c30\uff0c\nWang;4;child") == rows
    stored = answers_as_json({"asked": rows})
    assert answers_as_facts(asked, stored) == {"asked": 2}


def test_every_bad_line_of_a_roster_is_told() -> None:
    asked = one("roster", **TRAVELLERS)
    with pytest.raises(FactsInvalid) as caught:
        answer(asked, "Li, thirty, x\nWang, 4\n,99,y")
    with override("en"):
        text = str(caught.value.messages["asked"])
    for part in ("Line 1, Age", "Line 2, asked: 3 entries", "Line 3, Name", "Line 3, Age"):
        assert part in text
    assert problem(asked, "a,1,\nb,2,\nc,3,\nd,4,") == "too_many_rows"
    assert problem(asked, [{"name": "Li", "age": "3", "salary": "9"}]) == "bad_rows"
    assert problem(asked, ["Li"]) == "bad_rows"
    assert problem(asked, "  ") == "required"


@pytest.mark.parametrize(
    ("trees", "message"),
    [
        ({"a": {"type": "integer"}}, "needs min and max"),
        ({"a": {"type": "integer", "min": "5", "max": "1"}}, "max is below min"),
        ({"a": {"type": "text", "min": "1", "max": "2"}}, "belong to numbers and dates"),
        ({"a": {"type": "date", "min": "2026-02-01", "max": "2026-01-01"}}, "max is before min"),
        ({"a": {"type": "date", "min": "tomorrow"}}, "is not a date"),
        ({"a": {"type": "choice"}}, "options belong to a choice"),
        ({"a": {"type": "roster"}}, "columns belong to a roster"),
        ({"a": {"type": "text", "columns": {"b": {"text": words("b")}}}}, "columns belong to a roster"),
        ({"a": {"type": "telepathy"}}, "is not one of"),
        ({"a": {"when": {"b": "yes"}}, "b": {}}, "no earlier question of this group"),
        ({"a": {}, "b": {"when": {"a": "> 5"}}}, "is not a boolean"),
        ({"a": {}, "b": {"when": {"a": "-"}}}, "leave the condition out"),
        ({"a": {}, "b": {"when": {}}}, "at least one condition"),
        ({"age": {}}, "is an input's"),
        ({"a": {"group": "health", "type": "text"}}, "a health question is a yes or no"),
        ({"a": {"group": "health"}, "b": {"when": {"a": "yes"}}}, "no earlier question of this group"),
    ],
)
def test_a_file_with_such_a_question_is_refused(trees: dict[str, Any], message: str) -> None:
    with pytest.raises(ProductFileError, match=message):
        questions(**trees)


def test_a_table_that_looks_at_a_conditional_answer_needs_a_default() -> None:
    place = "underwriting.columns.serious_illness"
    conditional = ("questions.serious_illness.when", {"chronic_illness": "yes"})
    home = shipped("anlan-home")
    asked = {
        "group": "details",
        "type": "integer",
        "min": "1",
        "max": "9",
        "text": words("x"),
        "when": {"unsafe": "yes"},
    }
    with pytest.raises(ProductFileError, match="needs a default"):
        changed(home, ("questions.floors", asked), ("underwriting.columns.floors", {"type": "number"}))
    changed(home, ("questions.floors", asked), ("underwriting.columns.floors", {"type": "number", "default": "0"}))
    with pytest.raises(ProductFileError, match="no earlier question"):
        changed(shipped(), conditional, (f"{place}.default", "no"))
