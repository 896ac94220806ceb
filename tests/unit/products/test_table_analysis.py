"""Overlaps, shadowed rules and gaps: what is found is what walking every value would find."""

import itertools
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings

from products.rules.column_index import OrderedIndex, bits_of
from products.rules.decisions import DecisionTable, agree
from products.rules.table_analysis import Domain, Findings, Impossible, Shadowed, examine
from products.rules.table_facts import FactReader
from products.rules.unary import compile_test, read_cell
from tests.factories.decision_tables import VALUES, table_of, table_trees, words
from tests.factories.worked_tables import section, worked_rows


def walked(table: DecisionTable) -> Iterator[tuple[tuple[Any, ...], int]]:
    """Every combination of values some cell tells apart, with the rules that hit; no index used."""
    columns = []
    for column in table.columns:
        seen: dict[int, Any] = {}
        for value in VALUES[column.type]:
            mask = 0
            for place, rule in enumerate(table.rules):
                cell = rule.cells.get(column.key)
                mask |= (cell is None or cell.passes(value)) << place
            seen.setdefault(mask, value)
        columns.append(list(seen.items()))
    for point in itertools.product(*columns):
        hits = -1
        for mask, _value in point:
            hits &= mask
        yield tuple(value for _mask, value in point), hits


def hits_at(table: DecisionTable, example: Any) -> list[str]:
    """The rules that hit an example as it would be stored, asked one by one."""
    inputs = {column.key: FactReader(column).read(example[column.key]) for column in table.columns}
    return [rule.id for rule in table.rules if rule.hits(inputs)]


@given(table_trees(hits=("collect",)))
@settings(max_examples=150)
def test_the_index_and_the_plain_reading_of_rules_agree(tree: Any) -> None:
    table = table_of(tree)
    for values in itertools.islice(itertools.product(*(VALUES[column.type] for column in table.columns)), 0, 4000, 7):
        inputs = dict(zip((column.key for column in table.columns), values, strict=True))
        indexed = [table.rules[place] for place in bits_of(table.compiled.hits(inputs))]
        assert indexed == [rule for rule in table.rules if rule.hits(inputs)]


@given(table_trees(hits=("unique", "any")))
@settings(max_examples=150)
def test_overlaps_are_those_of_walking_every_value(tree: Any) -> None:
    table = table_of(tree)
    expected = set()
    for _point, hits in walked(table):
        for first, second in itertools.combinations(bits_of(hits), 2):
            if table.hit == "unique" or not agree((table.rules[first], table.rules[second])):
                expected.add((table.rules[first].id, table.rules[second].id))
    found = examine(table).overlaps
    assert {overlap.rules for overlap in found} == expected
    for overlap in found:
        assert set(overlap.rules) <= set(hits_at(table, overlap.example))


@given(table_trees(hits=("first", "priority")))
@settings(max_examples=150)
def test_shadowed_and_impossible_rules_are_those_that_never_decide(tree: Any) -> None:
    table = table_of(tree)
    hit, deciding = set(), set()
    for _point, hits in walked(table):
        rules = list(bits_of(hits))
        hit |= set(rules)
        strongest = min((table.compiled.ranks[rule] for rule in rules), default=0)
        told = rules[:1] if table.hit == "first" else [r for r in rules if table.compiled.ranks[r] == strongest]
        deciding |= set(told)
    found = examine(table)
    assert {row.rule for row in found.shadowed} == {table.rules[rule].id for rule in hit - deciding}
    assert {row.rule for row in found.impossible} == {
        rule.id for place, rule in enumerate(table.rules) if place not in hit
    }
    for row in found.shadowed:
        ids = hits_at(table, row.example)
        assert row.rule in ids
        assert set(row.by) & set(ids)


@given(table_trees(hits=("first", "unique", "collect")))
@settings(max_examples=200)
def test_gaps_are_real_and_none_is_forgotten(tree: Any) -> None:
    table = table_of(tree)
    found = examine(table)
    open_points = [point for point, hits in walked(table) if not hits and table.otherwise is None]
    assert bool(found.gaps) == bool(open_points)
    for gap in found.gaps:
        assert hits_at(table, gap.example) == []
    if any(column.type == "list" for column in table.columns):
        return
    # The boxes hold exactly the uncovered points.
    boxes = [{key: compile_test(text, type_of(table, key)) for key, text in gap.where.items()} for gap in found.gaps]
    keys = [column.key for column in table.columns]
    for point, hits in walked(table):
        facts = dict(zip(keys, point, strict=True))
        inside = any(all(test is None or test(facts[key]) for key, test in box.items()) for box in boxes)
        assert inside == (not hits and table.otherwise is None)


def type_of(table: DecisionTable, key: str) -> str:
    return next(column.type for column in table.columns if column.key == key)


def test_bounds_cut_a_column_into_pieces() -> None:
    """The table of docs/algorithms/decision-tables.md, with the rules as its text writes them."""
    written = dict(re.findall(r"rule ([A-Z]) `([^`]+)`", section("decision-tables.md", "Compiled")))
    index = OrderedIndex([read_cell(cell, "number") for cell in written.values()])
    (row,) = worked_rows("decision-tables.md", "Compiled")
    assert [str(point) for point in index.points] == [piece for piece in row if piece.isdecimal()]
    rules = ["".join(list(written)[bit] for bit in bits_of(mask)) or "–" for mask in index.masks]
    assert rules == [row[piece] for piece in row if piece != "piece"]


# --- worked examples: docs/algorithms/decision-tables.md ---


def rules(*rows: tuple[dict[str, str], str]) -> list[dict[str, Any]]:
    return [
        {"id": f"R-{place}", "when": when, "then": then, "reason": words(place)}
        for place, (when, then) in enumerate(rows, start=1)
    ]


def table(hit: str, columns: dict[str, Any], *rows: tuple[dict[str, str], str]) -> DecisionTable:
    typed = {key: {"type": type_} if isinstance(type_, str) else type_ for key, type_ in columns.items()}
    return table_of({
        "table": "worked", "outcomes": ["decline", "refer", "accept"], "hit": hit,
        "columns": typed, "rules": rules(*rows),
    })  # fmt: skip


BANDS = ({"age": "18..45"}, "accept"), ({"age": "45..60"}, "refer"), ({"age": "62.."}, "decline")


@pytest.mark.parametrize("row", worked_rows("decision-tables.md", "Worked: bands"), ids=lambda row: row["column says"])
def test_the_worked_bands(row: dict[str, str]) -> None:
    whole = {"type": "number", "whole": "yes", "allowed": "18..100"} if "whole" in row["column says"] else "number"
    found = examine(table("unique", {"age": whole}, *BANDS))
    (overlap,), (gap,) = found.overlaps, found.gaps
    assert f"{' and '.join(overlap.rules)} at {overlap.example['age']}" == row["overlap"]
    assert row["gap"].startswith(f"`{gap.where['age']}`")
    assert "example" not in row["gap"] or row["gap"].endswith(gap.example["age"])


def test_the_worked_shadows() -> None:
    rows = worked_rows("decision-tables.md", "Worked: two rules shadow a third")
    when = [({key: row[key] for key in ("age", "ill") if row[key]}, "refer") for row in rows]
    found = examine(table("first", {"age": "number", "ill": "boolean"}, *when))
    assert [row.rule for row in found.shadowed] == [row["rule"] for row in rows if "never decides" in row[""]]


def test_bands_that_touch_and_bands_that_miss() -> None:
    found = examine(table("unique", {"age": "number"}, *BANDS))
    assert [(overlap.rules, overlap.example) for overlap in found.overlaps] == [(("R-1", "R-2"), {"age": "45"})]
    assert [(gap.where, gap.example) for gap in found.gaps] == [
        ({"age": "< 18, (60..62)"}, {"age": "17"}),
    ]
    assert found.has_errors


def test_whole_numbers_within_bounds_have_fewer_gaps() -> None:
    age = {"type": "number", "whole": "yes", "allowed": "18..100"}
    assert examine(table("unique", {"age": age}, *BANDS)).gaps[0].where == {"age": "61"}
    bands = ({"age": "18..45"}, "accept"), ({"age": "46..60"}, "refer"), ({"age": "61..100"}, "decline")
    assert examine(table("unique", {"age": age}, *bands)).is_clean
    assert examine(table("unique", {"age": "number"}, *bands), {"age": Domain("18..100", whole=True)}).is_clean
    assert len(examine(table("unique", {"age": "number"}, *bands)).gaps) == 1


def test_two_rules_together_shadow_a_third() -> None:
    first = table(
        "first", {"age": "number", "ill": "boolean"},
        ({"age": "> 60"}, "decline"), ({"ill": "yes"}, "refer"), ({"age": "> 65", "ill": "yes"}, "refer"),
        ({"age": "<= 60", "ill": "no"}, "accept"), ({"ill": "no"}, "accept"),
    )  # fmt: skip
    found = examine(first)
    assert [(row.rule, row.by) for row in found.shadowed] == [("R-3", ("R-1",)), ("R-5", ("R-1", "R-4"))]
    assert found.gaps == ()


def test_under_priority_only_a_stronger_outcome_shadows() -> None:
    priority = table(
        "priority", {"age": "number"},
        ({"age": "> 60"}, "refer"), ({"age": "> 50"}, "decline"), ({"age": "<= 50"}, "accept"),
        ({"age": "> 70"}, "decline"),
    )  # fmt: skip
    assert examine(priority).shadowed == (Shadowed("R-1", ("R-2",), {"age": "61"}),)


def test_any_may_overlap_where_rules_agree() -> None:
    agreeing = ({"age": "< 18"}, "decline"), ({"ill": "yes"}, "decline"), ({"age": "> 60"}, "refer")
    found = examine(table("any", {"age": "number", "ill": "boolean"}, *agreeing))
    assert [overlap.rules for overlap in found.overlaps] == [("R-2", "R-3")]
    assert found.gaps[0].where == {"age": "[18..60]", "ill": "no"}


def test_a_rule_whose_cells_exclude_each_other_is_impossible() -> None:
    found = examine(table("first", {"age": "number"}, ({"age": "(5..5)"}, "refer"), ({}, "accept")))
    assert found.impossible == (Impossible("R-1", "age"),)
    found = examine(
        table("first", {"sex": "text"}, ({"sex": "man"}, "refer"), ({}, "accept")), {"sex": Domain("male, female")}
    )
    assert found.impossible == (Impossible("R-1", "sex"),)


def test_lists_are_examined_over_every_combination_of_their_items() -> None:
    found = examine(table(
        "unique", {"work": "list"},
        ({"work": "contains mining"}, "decline"), ({"work": "any of diving, flying"}, "refer"),
        ({"work": "empty"}, "accept"),
    ))  # fmt: skip
    assert [overlap.example for overlap in found.overlaps] == [{"work": ["diving", "mining"]}]
    assert [gap.example for gap in found.gaps] == [{"work": ["anything else"]}]


def test_an_otherwise_leaves_no_gap_and_collecting_no_overlap() -> None:
    tree = {
        "table": "t", "outcomes": ["a"], "hit": "collect", "columns": {"age": {"type": "number"}},
        "rules": [{"id": "R-1", "when": {"age": "1"}, "then": "a", "reason": words(1)},
                  {"id": "R-2", "when": {"age": "1"}, "then": "a", "reason": words(2)}],
        "otherwise": {"id": "R-9", "then": "a", "reason": words(9)},
    }  # fmt: skip
    assert examine(table_of(tree)) == Findings()


# --- bounds of the work ---


def test_a_table_with_a_great_many_free_columns_is_still_examined() -> None:
    columns = {f"q{place}": "boolean" for place in range(30)}
    asked = [({key: "yes"}, "decline") for key in columns]
    found = examine(table("first", columns, *asked))
    assert [gap.where for gap in found.gaps] == [dict.fromkeys(columns, "no")]
    assert examine(table("first", columns, *asked, (dict.fromkeys(columns, "no"), "accept"))).is_clean


def test_what_is_too_large_says_so() -> None:
    many = {"work": "any of " + ", ".join(f"w{place}" for place in range(20))}
    assert examine(table("first", {"work": "list"}, (many, "refer"))).too_large == ("overlaps", "shadowed", "gaps")
    # A random formula with three conditions a rule near the point where such formulas are hardest.
    columns = {f"q{place}": "boolean" for place in range(120)}
    state, asked = 7, []
    for _rule in range(511):
        when: dict[str, str] = {}
        while len(when) < 3:
            state = state * 6364136223846793005 + 1442695040888963407 & (1 << 64) - 1
            when[f"q{(state >> 33) % 120}"] = "yes" if state >> 60 & 1 else "no"
        asked.append((when, "refer"))
    started = time.process_time()
    assert examine(table("collect", columns, *asked)).too_large == ("gaps",)
    assert time.process_time() - started < 30


def test_findings_stop_at_fifty_and_say_that_there_are_more() -> None:
    found = examine(table("unique", {"age": "number"}, *[({"age": f"{age}"}, "refer") for age in range(20)] * 5))
    assert len(found.overlaps) == 50
    assert found.more


@pytest.mark.parametrize("count", [5_000])
def test_a_large_table_is_examined_in_seconds(count: int) -> None:
    rows = [({"age": f"{number // 50}", "class": f"c{number % 50}"}, "accept") for number in range(count)]
    domains = {"age": Domain("0..99", whole=True), "class": Domain(", ".join(f"c{place}" for place in range(50)))}
    whole = table("unique", {"age": "number", "class": "text"}, *rows)
    started = time.process_time()
    assert examine(whole, domains).is_clean
    assert examine(table("unique", {"age": "number", "class": "text"}, *rows[:-1]), domains).gaps[0].where == {
        "age": "99", "class": "c49",
    }  # fmt: skip
    assert time.process_time() - started < 20
