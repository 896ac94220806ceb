"""Generated decision tables: any valid table, and values that stand on and beside every bound its cells name."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from products.rules.decisions import DecisionTable
from products.rules.document import node_of
from products.rules.reading.tables import read_standalone_table

OUTCOMES = ["decline", "refer", "accept"]
FIRST_DAY = date(2026, 1, 1)
NUMBERS = st.integers(-3, 6).map(str) | st.sampled_from(["0.5", "2.25", "-1.5"])
DAYS = st.integers(0, 6).map(lambda days: (FIRST_DAY + timedelta(days=days)).isoformat())
WORDS = ("a", "b", "c")


def _spans(bounds: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Comparisons and ranges, closed, open and without an end."""
    pairs = st.tuples(bounds, bounds).map(sorted_pair)
    brackets = st.sampled_from([("", ""), ("[", "]"), ("(", "]"), ("[", ")"), ("(", ")")])
    whole = st.builds(lambda pair, ends: f"{ends[0]}{pair[0]}..{pair[1]}{ends[1]}", pairs, brackets)
    open_ended = st.builds(lambda bound, up: f"{bound}.." if up else f"..{bound}", bounds, st.booleans())
    compared = st.builds(lambda sign, bound: f"{sign} {bound}", st.sampled_from(["<", "<=", ">", ">=", "="]), bounds)
    return whole | open_ended | compared | bounds


def sorted_pair(pair: tuple[str, str]) -> tuple[str, str]:
    first, second = sorted(pair, key=lambda text: text if text[:4] == "2026" else Decimal(text))
    return first, second


def _any_of(single: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(single, min_size=1, max_size=3).map(", ".join)
    return several | several.map("not {}".format)


def _list_tests() -> st.SearchStrategy[str]:
    items = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(", ".join)
    tests = st.builds("{} {}".format, st.sampled_from(["any of", "all of"]), items)
    tests |= st.sampled_from(["empty", "contains a", "contains b"])
    return tests | tests.map("not {}".format)


CELLS: dict[str, st.SearchStrategy[str]] = {
    "number": _any_of(_spans(NUMBERS)) | st.just("-"),
    "date": _any_of(_spans(DAYS)) | st.just("-"),
    "text": _any_of(st.sampled_from(WORDS)) | st.just("-"),
    "boolean": _any_of(st.sampled_from(["yes", "no"])) | st.just("-"),
    "list": _list_tests() | st.just("-"),
}

# Every value that any test above can tell from its neighbours.
VALUES: dict[str, list[Any]] = {
    "number": [Decimal(quarter) / 4 for quarter in range(-14, 27)] + [Decimal("2.125"), Decimal("-1.6")],
    "date": [FIRST_DAY + timedelta(days=days) for days in range(-1, 8)],
    "text": [*WORDS, "something else"],
    "boolean": [True, False],
    "list": [
        tuple(word for place, word in enumerate((*WORDS, "something else")) if bits >> place & 1) for bits in range(16)
    ],
}


@st.composite
def table_trees(
    draw: st.DrawFn, *, max_columns: int = 3, max_rules: int = 6, hits: tuple[str, ...] = ("first",)
) -> dict[str, Any]:
    """A standalone table as a tree of text."""
    types = draw(st.lists(st.sampled_from(sorted(CELLS)), min_size=1, max_size=max_columns))
    columns = {f"{type_}_{place}": {"type": type_} for place, type_ in enumerate(types)}
    rules = []
    for number in range(draw(st.integers(1, max_rules))):
        named = draw(st.lists(st.sampled_from(sorted(columns)), unique=True))
        when = {key: draw(CELLS[columns[key]["type"]]) for key in named}
        rule: dict[str, Any] = {"id": f"R-{number}", "then": draw(st.sampled_from(OUTCOMES)), "reason": words(number)}
        rules.append(rule | ({"when": when} if when else {}))
    tree: dict[str, Any] = {
        "table": "generated", "outcomes": OUTCOMES, "hit": draw(st.sampled_from(hits)),
        "columns": columns, "rules": rules,
    }  # fmt: skip
    if draw(st.booleans()):
        tree["otherwise"] = {"id": "R-99", "then": draw(st.sampled_from(OUTCOMES)), "reason": words(99)}
    return tree


def words(number: int) -> dict[str, str]:
    return {"zh-hans": f"第 {number} 条", "en": f"rule {number}"}


def table_of(tree: Any) -> DecisionTable:
    return read_standalone_table(node_of(tree))
