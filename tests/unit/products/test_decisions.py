"""Decision tables: hit policies, typed inputs, decisions that explain themselves."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from products.rules.decisions import CLAIM_OUTCOMES, UNDERWRITING_OUTCOMES, DecisionError, DecisionTable, decide
from products.rules.document import ProductFileError, node_of
from products.rules.reading.tables import read_table

KNOWN = {"age": "number", "ill": "boolean", "use": "text", "day": "date"}


def table(hit: str, rules: list[tuple[str, dict[str, str], str]], otherwise: str = "") -> DecisionTable:
    words = {"zh-hans": "因", "en": "why"}
    tree: Any = {
        "hit": hit,
        "columns": {key: {"type": type_} for key, type_ in KNOWN.items()},
        "rules": [{"id": id_, "when": when, "then": then, "reason": words} for id_, when, then in rules],
    }
    if otherwise:
        tree["otherwise"] = {"id": "R-99", "then": otherwise, "reason": words}
    return read_table("underwriting", node_of(tree), UNDERWRITING_OUTCOMES, KNOWN)


FACTS = {"age": 30, "ill": False, "use": "own", "day": date(2026, 5, 19)}
OLD, ILL, ALL = ("R-1", {"age": "> 60"}, "refer"), ("R-2", {"ill": "yes"}, "decline"), ("R-3", {}, "accept")


def test_first_takes_the_first_hit() -> None:
    first = table("first", [OLD, ILL, ALL])
    assert decide(first, FACTS).outcome == "accept"
    assert decide(first, {**FACTS, "age": 61, "ill": True}).rules[0].id == "R-1"


def test_priority_takes_the_strongest_and_tells_all_its_rules() -> None:
    strongest = table("priority", [OLD, ILL, ALL, ("R-4", {"use": "let"}, "refer")])
    decision = decide(strongest, {**FACTS, "age": 61, "use": "let"})
    assert decision.outcome == "refer"
    assert [hit.id for hit in decision.rules] == ["R-1", "R-4"]
    assert decide(strongest, {**FACTS, "age": 61, "ill": True}).outcome == "decline"


def test_unique_refuses_two_hits() -> None:
    unique = table("unique", [OLD, ILL])
    assert decide(unique, {**FACTS, "age": 61}).outcome == "refer"
    with pytest.raises(DecisionError, match="R-1, R-2 hit together"):
        decide(unique, {**FACTS, "age": 61, "ill": True})


def test_any_refuses_disagreement() -> None:
    agreeing = table("any", [OLD, ("R-5", {"use": "own"}, "refer")])
    assert decide(agreeing, {**FACTS, "age": 61}).outcome == "refer"
    with pytest.raises(DecisionError, match="disagree"):
        decide(table("any", [OLD, ILL]), {**FACTS, "age": 61, "ill": True})


def test_collect_keeps_every_hit() -> None:
    decision = decide(table("collect", [OLD, ILL, ALL]), {**FACTS, "age": 61, "ill": True})
    assert [hit.id for hit in decision.rules] == ["R-1", "R-2", "R-3"]
    assert decision.outcomes == ("refer", "decline", "accept")
    assert decision.outcome == "decline"


def test_no_hit_needs_otherwise() -> None:
    with pytest.raises(DecisionError, match="no rule hits"):
        decide(table("first", [OLD]), FACTS)
    decision = decide(table("first", [OLD], "refer"), FACTS)
    assert decision.rules[0].id == "R-99"


def test_a_decision_carries_inputs_rules_words_and_table() -> None:
    stored = decide(table("first", [ALL]), {**FACTS, "age": "30"}).as_json()
    assert stored["inputs"] == {"age": "30", "ill": False, "use": "own", "day": "2026-05-19"}
    assert stored["rules"][0]["reason"] == {"zh-hans": "因", "en": "why"}
    assert stored["table"] == "underwriting"
    assert len(stored["table_hash"]) == 64


def test_equal_tables_have_equal_hashes_and_a_changed_cell_another() -> None:
    assert table("first", [OLD]).hash == table("first", [OLD]).hash
    assert table("first", [OLD]).hash != table("first", [("R-1", {"age": "> 61"}, "refer")]).hash


@pytest.mark.parametrize(
    "wrong", [{"age": 30.5}, {"age": True}, {"age": "old"}, {"ill": "maybe"}, {"ill": 1}, {"day": "soon"}, {"day": 5}]
)
def test_inputs_of_the_wrong_type_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(DecisionError):
        decide(table("first", [ALL]), {**FACTS, **wrong})


def test_missing_facts_are_named() -> None:
    with pytest.raises(DecisionError) as caught:
        decide(table("first", [ALL]), {"age": Decimal(30)})
    assert caught.value.missing == ("ill", "use", "day")


def test_columns_nobody_can_fill_are_refused() -> None:
    tree: Any = {"hit": "first", "columns": {"mood": {"type": "text"}}, "rules": []}
    with pytest.raises(ProductFileError, match="no input, no question"):
        read_table("claims", node_of(tree), CLAIM_OUTCOMES, KNOWN)
