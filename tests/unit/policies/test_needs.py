"""The needs check's rules: answers, advice, the split of a budget, and what fills the shares."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.offers.needs.rules.advice import Wish, advise
from policies.offers.needs.rules.choosing import Priced, fill
from policies.offers.needs.rules.questions import AnswerWrong, read_questionnaire
from policies.offers.needs.rules.split import split_whole
from policies.offers.needs.shipped import advice_table, questionnaire
from products.rules.decisions import DecisionError
from products.rules.document import ProductFileError, read_yaml
from products.shop_tables import needs

ANSWERS = {"age": "35", "dependants": "many", "loan": "no", "home": "rent", "car": "no", "held": [], "budget": "3000"}


def wishes(persona: str = "family", **changed):
    return {wish.need: wish for wish in advise(advice_table(), persona, ANSWERS | changed)[1]}


# --- The shipped tables -----------------------------------------------------------------------------------------------


def test_personas_ask_at_most_eight_questions_and_end_with_the_budget():
    for persona in questionnaire().personas.values():
        assert len(persona.questions) <= 8
        assert persona.questions[-1] == "budget"
    assert list(questionnaire().personas) == ["young", "family", "company", "high_end"]


def test_the_table_speaks_of_needs_that_exist_and_of_answers_that_are_asked():
    table = advice_table()
    assert set(table.outcomes) <= {need.key for need in needs()}
    asked = {key for persona in questionnaire().personas.values() for key in persona.questions} | {"persona"}
    assert {column.key for column in table.columns} <= asked
    for column in table.columns:
        question = questionnaire().questions.get(column.key)
        if question is not None and question.type == "choice":
            for option in question.options:
                advise(table, "family", ANSWERS | {column.key: option.value})


@pytest.mark.parametrize("persona", ["young", "family", "company", "high_end"])
def test_every_combination_of_choices_has_an_answer(persona):
    questions = [one for one in questionnaire().asked(persona) if one.type == "choice"]
    for question in questions:
        for option in question.options:
            told = wishes(persona, **{question.key: option.value})
            assert told
            assert all(wish.reasons for wish in told.values())


# --- Advice -----------------------------------------------------------------------------------------------------------


def test_weights_of_rules_for_one_cover_add_up():
    assert wishes(dependants="many", loan="no")["income"].weight == 40
    both = wishes(dependants="many", loan="yes")["income"]
    assert both.weight == 60
    assert both.rules == ("L1", "L3")


def test_a_cover_not_proposed_says_why():
    alone = wishes(dependants="none", loan="no")["income"]
    assert not alone.is_proposed
    assert alone.rules == ("L5",)
    held = wishes(held=["income"])["income"]
    assert held.rules == ("L6",)


def test_what_is_held_is_not_proposed_again():
    told = wishes(held=["medical", "accident", "illness", "income"])
    assert not any(wish.is_proposed for wish in told.values())


def test_age_moves_money_from_illness_to_medical():
    young, old = wishes(age="35"), wishes(age="62")
    assert young["illness"].is_proposed
    assert not old["illness"].is_proposed
    assert old["medical"].weight > young["medical"].weight


def test_the_decision_names_its_table_and_rules():
    decision, _wishes = advise(advice_table(), "family", ANSWERS)
    assert decision.table_hash == advice_table().hash
    assert decision.as_json()["rules"]


def test_an_incomplete_answer_cannot_be_advised_on():
    with pytest.raises(DecisionError):
        advise(advice_table(), "family", {"age": "35"})


# --- The split --------------------------------------------------------------------------------------------------------


@given(
    st.integers(0, 10**7),
    st.lists(st.decimals(0, 100, places=2), min_size=1, max_size=9).filter(lambda weights: sum(weights) > 0),
)
def test_shares_sum_to_the_budget_and_each_is_within_one_yuan_of_exact(budget, weights):
    parts = split_whole(budget, weights)
    assert sum(parts) == budget
    for part, weight in zip(parts, weights, strict=True):
        exact = Decimal(budget) * weight / sum(weights)
        assert abs(part - exact) < Decimal("1.000001")


@pytest.mark.parametrize(
    ("budget", "weights", "parts"),
    [(1000, [1, 1, 1], [334, 333, 333]), (1000, [25, 10, 30], [385, 154, 461]), (0, [1], [0]), (7, [0, 1], [0, 7])],
)
def test_worked_splits(budget, weights, parts):
    assert split_whole(budget, [Decimal(weight) for weight in weights]) == parts


@pytest.mark.parametrize(("budget", "weights"), [(-1, [1]), (5, []), (5, [0]), (5, [2, -1])])
def test_impossible_splits_are_refused(budget, weights):
    with pytest.raises(ValueError, match="divided"):
        split_whole(budget, [Decimal(weight) for weight in weights])


# --- Filling the shares -----------------------------------------------------------------------------------------------


def wish(need: str, weight: int = 10) -> Wish:
    return Wish(need, "self", Decimal(weight), (), ())


def priced(product: str, price: str, order: int = 10) -> Priced:
    return Priced(product, "basic", Decimal(price), order, "0" * 64, {}, ())


def filled(parts) -> dict[str, str]:
    return {part.wish.need: part.taken.product for part in parts if part.taken}


def test_the_dearest_plan_a_share_pays_for_is_taken():
    parts = fill([wish("a")], [100], {"a": [priced("p", "50"), priced("q", "99.99"), priced("r", "100.01")]})
    assert filled(parts) == {"a": "q"}


def test_equal_prices_follow_the_shops_order():
    assert filled(fill([wish("a")], [100], {"a": [priced("p", "50", 20), priced("q", "50", 5)]})) == {"a": "q"}


def test_what_a_cover_does_not_use_goes_to_the_next():
    found = {"a": [priced("p", "40")], "b": [priced("q", "150")]}
    assert filled(fill([wish("a"), wish("b")], [100, 100], found)) == {"a": "p", "b": "q"}


def test_an_empty_cover_gets_a_second_chance_from_all_that_is_left():
    found = {"a": [priced("p", "150")], "b": [priced("q", "10")]}
    assert filled(fill([wish("a"), wish("b")], [100, 100], found)) == {"a": "p", "b": "q"}


def test_one_product_fills_one_share_and_too_dear_says_how_much():
    found = {"a": [priced("p", "50")], "b": [priced("p", "50")], "c": [priced("z", "900")]}
    parts = fill([wish("a"), wish("b"), wish("c")], [100, 100, 100], found)
    assert filled(parts) == {"a": "p"}
    assert parts[2].cheapest == 900


def test_what_the_law_asks_for_comes_first_and_takes_its_least():
    must = Wish("m", "family", Decimal(1), (), (), is_must=True)
    found = {"m": [priced("c", "950"), priced("d", "1100")], "a": [priced("p", "900"), priced("q", "100")]}
    parts = fill([must, wish("a")], [100, 1000], found)
    assert filled(parts) == {"m": "c", "a": "q"}
    told = wishes(car="due")
    assert told["compulsory"].is_must
    assert next(iter(told)) == "compulsory"


@given(
    st.lists(st.integers(0, 500), min_size=1, max_size=6),
    st.lists(st.lists(st.decimals(1, 600, places=2), max_size=4), min_size=6, max_size=6),
)
def test_a_plan_never_costs_more_than_the_budget(shares, prices):
    wanted = [wish(f"n{place}") for place in range(len(shares))]
    found = {
        one.need: [priced(f"{one.need}-{number}", str(price)) for number, price in enumerate(some)]
        for one, some in zip(wanted, prices, strict=False)
    }
    parts = fill(wanted, shares, found)
    assert sum(part.taken.price for part in parts if part.taken) <= sum(shares)


# --- Answers ----------------------------------------------------------------------------------------------------------


def question(key: str):
    return questionnaire().questions[key]


@pytest.mark.parametrize(
    ("key", "given_", "answer"),
    [
        ("age", ["30"], "30"), ("age", ["３０"], "30"), ("age", [" 030 "], "30"), ("budget", ["1,000"], "1000"),
        ("sex", ["female"], "female"), ("held", [], []), ("held", ["illness", "income"], ["income", "illness"]),
    ],
)  # fmt: skip
def test_answers_are_read(key, given_, answer):
    assert question(key).read(given_) == answer


@pytest.mark.parametrize(
    ("key", "given_", "code"),
    [
        ("age", [], "required"), ("age", [""], "required"), ("age", ["17"], "outside"), ("age", ["86"], "outside"),
        ("age", ["-5"], "not_whole_number"), ("age", ["3.5"], "not_whole_number"),
        ("age", ["x" * 999], "not_whole_number"), ("age", ["\x00"], "not_whole_number"),
        ("sex", ["other"], "not_an_option"), ("held", ["house"], "not_an_option"),
        ("budget", ["99"], "outside"), ("budget", ["9" * 30], "not_whole_number"), ("loan", ["YES"], "not_an_option"),
    ],
)  # fmt: skip
def test_unusable_answers_are_named(key, given_, code):
    with pytest.raises(AnswerWrong) as caught:
        question(key).read(given_)
    assert caught.value.code == code


BASE = """
personas:
  me: {icon: person, label: {zh-hans: 我, en: Me}, note: {zh-hans: 我, en: Me}, questions: [%s]}
questions:
  budget: {type: money, text: {zh-hans: 钱, en: Money}}
  odd: {type: %s, text: {zh-hans: 问, en: Ask}}
"""


@pytest.mark.parametrize(
    ("asked", "kind", "message"),
    [("nothing", "integer", "no question"), ("budget, odd", "integer", "budget"), ("budget", "choice", "options"),
     ("budget", "date", "not one of")],
)  # fmt: skip
def test_a_wrong_questionnaire_is_refused(asked, kind, message):
    with pytest.raises(ProductFileError, match=message):
        read_questionnaire(read_yaml(BASE % (asked, kind)))
