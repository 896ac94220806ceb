"""Back-test: which stored decisions a changed table would turn."""

from collections import Counter
from decimal import Decimal
from typing import Any

from hypothesis import given, settings

from products.rules.backtest import BackTest, Incomparable, Stored
from products.rules.decisions import DecisionTable, decide, plain
from tests.factories.decision_tables import VALUES, table_of, table_trees, words
from tests.factories.worked_tables import worked_rows

COLUMNS = {"age": {"type": "number"}, "ill": {"type": "boolean"}}


def table(*rows: tuple[str, dict[str, str], str, dict[str, str]], columns: Any = COLUMNS, **extra: Any) -> Any:
    return table_of({
        "table": "t", "outcomes": ["decline", "refer", "load", "accept"], "hit": "priority", "columns": columns,
        "rules": [
            {"id": id_, "when": when, "then": then, "outputs": outputs, "reason": words(int(id_[2:]))}
            for id_, when, then, outputs in rows
        ],
        "otherwise": {"id": "R-99", "then": "accept", "reason": words(99)},
        **extra,
    })  # fmt: skip


OLD = table(("R-1", {"age": "> 60"}, "refer", {}), ("R-2", {"ill": "yes"}, "load", {"loading_percent": "25"}))
NEW = table(("R-1", {"age": "> 65"}, "refer", {}), ("R-2", {"ill": "yes"}, "load", {"loading_percent": "25"}))
WORKED = worked_rows("decision-tables.md", "Back-test")
STORED = [Stored(row["stored"], {"age": row["age"], "ill": row["ill"] == "yes"}, row["on file"]) for row in WORKED]


def answer(table: DecisionTable, stored: Stored) -> str:
    """Outcome and loading, as the page writes them."""
    decision = decide(table, stored.inputs)
    return " ".join([decision.outcome, *decision.rules[0].outputs.values()])


def test_the_worked_back_test() -> None:
    test = BackTest(OLD, NEW)
    changed = {change.reference for change in test.changes(STORED)}
    deviating = {reference for reference, _stored, _table in test.deviating}
    for row, stored in zip(WORKED, STORED, strict=True):
        assert (answer(OLD, stored), answer(NEW, stored)) == (row["old"], row["new"])
        assert (row["stored"] in changed) == (row[""] == "changed")
        assert (row["stored"] in deviating) == row[""].startswith("deviates")


def test_changed_outcomes_are_listed_with_both_answers_and_counted() -> None:
    test = BackTest(OLD, NEW)
    (change,) = test.changes(STORED)
    assert (change.reference, change.stored, change.changes_outcome) == ("A-1", "refer", True)
    assert (change.before.outcome, change.before.rules) == ("refer", ("R-1",))
    assert (change.after.outcome, change.after.rules) == ("accept", ("R-99",))
    assert change.after.reasons[0].en == "rule 99"
    assert test.matrix == Counter(
        {("refer", "accept"): 1, ("load", "load"): 1, ("accept", "accept"): 1, ("refer", "refer"): 1}
    )
    assert (test.compared, test.changed) == (4, 1)
    assert test.deviating == [("A-4", "decline", "refer")]
    assert test.outcomes == ("decline", "refer", "load", "accept")


def test_another_loading_is_a_change_and_other_rows_for_the_same_answer_are_not() -> None:
    dearer = table(("R-1", {"age": "> 60"}, "refer", {}), ("R-2", {"ill": "yes"}, "load", {"loading_percent": "50"}))
    (change,) = BackTest(OLD, dearer).changes(STORED)
    assert (change.reference, change.changes_outcome) == ("A-2", False)
    split = table(
        ("R-3", {"age": "(60..65]"}, "refer", {}), ("R-4", {"age": "> 65"}, "refer", {}),
        ("R-5", {"ill": "yes"}, "load", {"loading_percent": "25"}),
    )  # fmt: skip
    assert list(BackTest(OLD, split).changes(STORED)) == []


def test_an_aggregate_that_differs_is_a_change() -> None:
    def scoring(points: str) -> Any:
        return table(
            ("R-1", {"age": "> 60"}, "refer", {"points": points}), ("R-2", {"ill": "yes"}, "refer", {"points": "10"}),
            hit="collect", aggregate={"with": "sum", "of": "points"}, outputs={"points": {"type": "number"}},
            otherwise={"id": "R-99", "then": "accept", "outputs": {"points": "0"}, "reason": words(99)},
        )  # fmt: skip

    changes = list(BackTest(scoring("20"), scoring("30")).changes(STORED))
    assert [(change.reference, change.before.value, change.after.value) for change in changes] == [
        ("A-1", "20", "30"), ("A-4", "30", "40"),
    ]  # fmt: skip


def test_a_column_nobody_stored_is_not_guessed_even_with_a_default() -> None:
    new = table(
        ("R-1", {"work": "mining"}, "decline", {}),
        columns={**COLUMNS, "work": {"type": "text", "default": "office"}},
    )  # fmt: skip
    test = BackTest(OLD, new)
    mixed = [*STORED, Stored("A-5", {"age": "30", "ill": False, "work": "mining"}, "accept")]
    assert [change.reference for change in test.changes(mixed)] == ["A-5"]
    assert test.incomparable == [Incomparable(f"A-{number}", missing=("work",)) for number in range(1, 5)]
    assert test.compared == 1


def test_what_a_table_cannot_answer_is_set_apart_with_the_reason() -> None:
    """Of what it cannot read, the column only: what was answered may be about health."""
    test = BackTest(OLD, OLD)
    assert list(test.changes([Stored("A-6", {"age": "old", "ill": False}, "refer")])) == []
    assert test.incomparable == [Incomparable("A-6", unreadable=("age",))]
    torn = table(("R-1", {"age": "> 60"}, "refer", {}), ("R-2", {"ill": "yes"}, "decline", {}), hit="unique")
    test = BackTest(OLD, torn)
    assert [change.reference for change in test.changes(STORED)] == ["A-2"]
    assert test.incomparable == [Incomparable("A-4", reason="t: rules R-1, R-2 hit together")]


@given(table_trees(max_columns=2, hits=("first", "priority", "collect")), table_trees(max_columns=1))
@settings(max_examples=60)
def test_every_decision_is_counted_once_and_stored_inputs_replay(tree: Any, other: Any) -> None:
    tree["otherwise"] = {"id": "R-99", "then": "accept", "reason": words(99)}
    before = table_of(tree)
    after = table_of({**tree, "rules": tree["rules"][::-1], "hit": "first"})
    stored = []
    for number, values in enumerate(zip(*(VALUES[column.type] * 3 for column in before.columns), strict=False)):
        decision = decide(before, dict(zip((column.key for column in before.columns), values, strict=True)))
        stored.append(Stored(str(number), decision.as_json()["inputs"], decision.outcome))
    test = BackTest(before, after)
    changes = list(test.changes(stored))
    assert sum(test.matrix.values()) == test.compared == len(stored)
    assert test.deviating == []
    assert sum(count for (old, new), count in test.matrix.items() if old != new) == sum(
        c.changes_outcome for c in changes
    )


def test_amounts_survive_storage_whatever_their_spelling() -> None:
    assert plain(Decimal("1E+3")) == "1000"
    stored = Stored("A-7", {"age": plain(Decimal(1) / 3), "ill": False}, "accept")
    test = BackTest(OLD, OLD)
    assert list(test.changes([stored])) == []
    assert test.compared == 1
