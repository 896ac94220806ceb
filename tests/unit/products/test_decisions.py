"""Decision tables: hit policies, typed inputs, decisions that explain themselves."""

import re
from datetime import date
from decimal import Decimal, localcontext
from pathlib import Path
from typing import Any

import pytest

from products.rules.decisions import (
    CLAIM_OUTCOMES,
    HIT_POLICIES,
    UNDERWRITING_OUTCOMES,
    DecisionError,
    DecisionTable,
    decide,
)
from products.rules.document import ProductFileError, node_of, read_yaml
from products.rules.fact_domains import domains_of
from products.rules.reading.tables import read_standalone_table, read_table
from products.rules.table_analysis import examine
from products.sources import CATALOGUE, catalogue_files, read_product_file
from tests.factories.worked_tables import worked_rows

DOCUMENT = "decision-tables.md"
KNOWN = {"age": "number", "ill": "boolean", "use": "text", "day": "date"}
WORDS = {"zh-hans": "因", "en": "why"}


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


# --- every hit policy on one table: docs/algorithms/decision-tables.md ---


def scored(hit: str, **extra: Any) -> DecisionTable:
    """Four rules; at 61, ill, all but the third hit."""
    return read_standalone_table(node_of(scored_tree(hit, **extra)))


def scored_tree(hit: str, **extra: Any) -> Any:
    return {
        "table": "scored", "outcomes": ["decline", "refer", "accept"], "hit": hit,
        "columns": {"age": {"type": "number"}, "ill": {"type": "boolean"}},
        "outputs": {"points": {"type": "number"}},
        "rules": [
            {
                "id": row["rule"],
                "when": {key: row[key] for key in ("age", "ill") if row[key]},
                "then": row["then"],
                "outputs": {"points": row["points"]},
                "reason": WORDS,
            }
            for row in worked_rows(DOCUMENT, "Hit policies")
        ],
        "otherwise": {"id": "R-9", "then": "accept", "outputs": {"points": "7"}, "reason": WORDS},
        **extra,
    }  # fmt: skip


def told(row: dict[str, str]) -> list[str]:
    return row["told"].split(", ")


POLICIES = worked_rows(DOCUMENT, "Hit policies", 1)


@pytest.mark.parametrize(
    "row", [row for row in POLICIES if row["outcome"] != "error"], ids=lambda row: row["hit policy"]
)
def test_hit_policies_lead_with_their_outcome_and_tell_their_rules(row: dict[str, str]) -> None:
    decision = decide(scored(row["hit policy"].strip("`")), {"age": 61, "ill": True})
    assert decision.outcome == row["outcome"]
    assert [rule.id for rule in decision.rules] == told(row)


def test_the_page_tells_every_hit_policy_and_which_of_them_take_one_answer() -> None:
    assert {row["hit policy"].strip("`") for row in POLICIES} == set(HIT_POLICIES)
    hitting = [row["rule"] for row in worked_rows(DOCUMENT, "Hit policies") if row["hits"] == "yes"]
    assert hitting == next(told(row) for row in POLICIES if row["hit policy"] == "`collect`")
    assert {row["hit policy"] for row in POLICIES if row["outcome"] == "error"} == {"`unique`", "`any`"}


@pytest.mark.parametrize("hit", ["unique", "any"])
def test_policies_of_one_answer_refuse_several(hit: str) -> None:
    with pytest.raises(DecisionError, match="R-1, R-2, R-4"):
        decide(scored(hit), {"age": 61, "ill": True})
    assert decide(scored(hit), {"age": 30, "ill": False}).rules[0].id == "R-4"


def test_equal_outcomes_with_other_outputs_disagree_under_any() -> None:
    tree = scored_tree("any")
    for rule in tree["rules"]:
        rule["then"] = "refer"
    with pytest.raises(DecisionError, match="disagree"):
        decide(read_standalone_table(node_of(tree)), {"age": 61, "ill": True})


@pytest.mark.parametrize("row", worked_rows(DOCUMENT, "Hit policies", 2), ids=lambda row: row["with"])
def test_collect_aggregates_what_hit(row: dict[str, str]) -> None:
    aggregate = {"with": row["with"].strip("`")} | ({"of": row["of"]} if row["of"] else {})
    decision = decide(scored("collect", aggregate=aggregate), {"age": 61, "ill": True})
    assert decision.value == Decimal(row["value"])
    assert decision.as_json()["value"] == row["value"]


def test_counting_may_name_an_output_and_does_not_read_it() -> None:
    counted = scored("collect", aggregate={"with": "count", "of": "points"})
    assert decide(counted, {"age": 61, "ill": True}).value == Decimal(3)


def test_when_nothing_hits_the_otherwise_gives_the_value_and_counts_as_no_hit() -> None:
    def nothing_hits(function: str) -> Any:
        tree = scored_tree("collect", aggregate={"with": function, "of": "points"})
        tree["rules"] = tree["rules"][:3]
        return decide(read_standalone_table(node_of(tree)), {"age": 30, "ill": False})

    assert nothing_hits("sum").value == nothing_hits("max").value == 7
    assert nothing_hits("count").value == 0
    assert nothing_hits("sum").rules[0].id == "R-9"


def test_sums_are_exact_whatever_the_caller_s_precision() -> None:
    tree = scored_tree("collect", aggregate={"with": "sum", "of": "points"})
    tree["rules"] = [
        {"id": f"R-{place}", "then": "refer", "outputs": {"points": points}, "reason": WORDS}
        for place, points in enumerate(["999999999999999999", "0.000000000001", "0.000000000001"])
    ]
    with localcontext(prec=5):
        decision = decide(read_standalone_table(node_of(tree)), {"age": 30, "ill": False})
    assert str(decision.value) == "999999999999999999.000000000002"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"hit": "first", "aggregate": {"with": "sum", "of": "points"}}, "only the hit policy collect aggregates"),
        ({"aggregate": {"with": "sum"}}, "sum needs 'of'"),
        ({"aggregate": {"with": "sum", "of": "score"}}, "'score' is not declared under outputs as a number"),
        ({"aggregate": {"with": "mean", "of": "points"}}, "'mean' is not one of sum, min, max, count"),
        ({"outputs": {"points": {"type": "date"}}}, "'20' is not a date"),
        ({"outputs": {"marks": {"type": "number"}}}, "'points' is not declared under outputs"),
        ({"outcomes": ["refer", "refer"]}, "an outcome stands twice"),
        ({"outcomes": ["refer", "accept"]}, "'decline' is not one of refer, accept"),
        ({"columns": {"age": {"type": "number", "allowed": "0.."}, "ill": {"type": "money"}}}, "'money' is not one of"),
        ({"columns": {"age": {"type": "number", "allowed": "old"}}}, "'old' is not a number"),
        ({"columns": {"age": {"type": "text", "whole": "yes"}}}, "only a number can be whole"),
        ({"columns": {"age": {"type": "number", "allowed": "1..5", "default": "9"}}}, "the default is wrong"),
        ({"rules": [{"id": "R-9", "then": "accept", "outputs": {"points": "1"}, "reason": WORDS}]}, "stands twice"),
        ({"otherwise": {"id": "R-8", "then": "accept", "reason": WORDS}, "aggregate": {"with": "sum", "of": "points"}},
         "the rule R-8 has no output 'points'"),
        ({"otherwise": {"id": "R-8", "when": {"age": "1"}, "then": "accept", "reason": WORDS}}, "has no conditions"),
    ],
)  # fmt: skip
def test_tables_that_cannot_stand_are_refused_with_their_place(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ProductFileError, match=re.escape(message)):
        read_standalone_table(node_of(scored_tree("collect") | change))


# --- facts ---


def listed() -> DecisionTable:
    return read_standalone_table(node_of({
        "table": "listed", "outcomes": ["refer", "accept"], "hit": "first",
        "columns": {
            "work": {"type": "list", "default": "office"},
            "age": {"type": "number", "whole": "yes", "allowed": "0..120"},
            "plan": {"type": "text", "allowed": "basic, full", "default": "basic"},
        },
        "rules": [{"id": "R-1", "when": {"work": "any of mining, diving"}, "then": "refer", "reason": WORDS},
                  {"id": "R-2", "then": "accept", "reason": WORDS}],
    }))  # fmt: skip


@pytest.mark.parametrize("work", [["mining"], ("x", "diving"), {"mining"}, "x, mining", '"mining"'])
def test_lists_are_taken_as_they_come_and_stored_as_lists(work: Any) -> None:
    decision = decide(listed(), {"age": 30, "work": work})
    assert decision.outcome == "refer"
    stored = decision.as_json()["inputs"]
    assert isinstance(stored["work"], list)
    assert decide(listed(), stored).as_json() == decision.as_json()


def test_nobody_knows_is_the_default_or_missing() -> None:
    assert decide(listed(), {"age": 30, "work": None}).inputs["work"] == ("office",)
    with pytest.raises(DecisionError) as caught:
        decide(listed(), {"age": None})
    assert caught.value.missing == ("age",)


def test_every_bad_fact_is_named() -> None:
    with pytest.raises(DecisionError) as caught:
        decide(listed(), {"age": "30.5", "work": [1], "plan": "gold"})
    assert caught.value.problems == {
        "age": "30.5 is not a whole number",
        "work": "'[1]' is not a list of texts",
        "plan": "'gold' is not among the values allowed: basic, full",
    }


@pytest.mark.parametrize(
    ("fact", "told"),
    [
        ({"age": True}, "'yes' is not a number"),
        ({"age": [30]}, "'[30]' is not a number"),
        ({"age": 30, "plan": False}, "'no' is not a text"),
        ({"age": 30, "work": 'a"b'}, "is not a list of texts"),
    ],
)
def test_a_fact_of_another_kind_is_shown_as_it_was_given(fact: dict[str, Any], told: str) -> None:
    with pytest.raises(DecisionError) as caught:
        decide(listed(), fact)
    assert told in next(iter(caught.value.problems.values()))


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity"), 1.5, "1e3", "", "0x1", True, [1]])
def test_numbers_that_are_none_are_refused(value: Any) -> None:
    with pytest.raises(DecisionError):
        decide(listed(), {"age": value})


def test_a_decision_names_the_version_it_belongs_to() -> None:
    assert decide(listed(), {"age": 30}).as_json()["version_hash"] == listed().hash
    assert decide(listed(), {"age": 30}, "f" * 64).as_json()["version_hash"] == "f" * 64


@pytest.mark.parametrize("path", catalogue_files(), ids=lambda path: path.stem)
def test_the_shipped_tables_leave_nothing_open_and_no_rule_idle(path: Path) -> None:
    definition = read_product_file(path).definition
    for table_ in definition.tables.values():
        assert examine(table_, domains_of(definition)).is_clean


@pytest.mark.parametrize("path", ["risk/tables/alerts.yaml", "claims/tables/fraud.yaml"])
def test_the_house_s_own_tables_leave_nothing_open(path: str) -> None:
    file = CATALOGUE.parent.parent / path
    assert examine(read_standalone_table(read_yaml(file.read_text(encoding="utf-8")))).is_clean


def test_hashes_stored_before_tables_grew_have_not_moved() -> None:
    assert table("first", [OLD, ILL, ALL], "refer").hash == (
        "429f58353b9cdc54068cccc56c803592086aef183ad02342fa1f27a94f3d7d67"
    )
