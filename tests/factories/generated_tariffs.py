"""Hypothesis strategies: whole valid products with any tariff the format allows, and facts they allow."""

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from products.rules.definition import Definition, Input
from tests.factories.tariffs import tariff_tree, words

INPUTS: dict[str, Any] = {
    "members": {"type": "integer", "min": "0", "max": "50"},
    "sum_insured": {"type": "decimal", "min": "0", "max": "5000"},
    "zone": {"type": "choice", "options": [{"value": value, "label": words(value)} for value in ("n", "s", "w")]},
    "has_alarm": {"type": "boolean"},
    "built_on": {"type": "date"},
}
NUMBERS = ("members", "sum_insured")
RATE = st.decimals(0, 20, places=3).map(lambda rate: format(rate, "f"))
AMOUNT = st.decimals(0, 900, places=2).map(lambda amount: format(amount, "f"))
PERCENT = st.decimals(0, 100, places=1).map(lambda percent: format(percent, "f"))
MODE = st.sampled_from(["half_up", "half_even", "up", "down"])


@st.composite
def bands(draw: st.DrawFn, top: int, *, whole: bool) -> list[str]:
    """Cells of ranges from 0 that leave no gap; the last one has no end."""
    edges = [0, *sorted(draw(st.sets(st.integers(1, top), max_size=4)))]
    after = [*edges[1:], None]
    if whole:
        return [f"{low}.." if high is None else f"{low}..{high - 1}" for low, high in zip(edges, after, strict=True)]
    return [f"[{low}..)" if high is None else f"[{low}..{high})" for low, high in zip(edges, after, strict=True)]


@st.composite
def tables(draw: st.DrawFn) -> dict[str, Any]:
    """One table of each shape; the second key's name is the shorter one, so that a lost order would show."""

    def rows(cells: list[list[str]]) -> list[list[str]]:
        return [[*row, draw(RATE)] for row in draw(st.permutations(cells))]

    zones = draw(st.sampled_from([["n", "s", "w"], ["n", "-"], ["-"]]))
    whole = draw(bands(50, whole=True))
    points = sorted({0, 50, *draw(st.sets(st.integers(1, 49), max_size=3))})
    made = {
        "by_zone": {"keys": {"zone": "exact"}, "rows": rows([[zone] for zone in zones])},
        "by_members": {"keys": {"members": "range"}, "rows": rows([[cell] for cell in whole])},
        "by_alarm": {"keys": {"has_alarm": "exact"}, "rows": rows([["yes"], ["no"]])},
        "by_day": {"keys": {"built_on": "range"}, "rows": rows([["..1999-12-31"], ["2000-01-01.."]])},
        "by_both": {"keys": {"members": "range", "zone": "exact"},
                    "rows": rows([[cell, zone] for cell in whole for zone in zones])},
        "tiered": {"keys": {"amount": "range"}, "rows": rows([[cell] for cell in draw(bands(5000, whole=False))])},
        "drawn": {"keys": {"members": "point"}, "rows": rows([[str(point)] for point in points])},
    }  # fmt: skip
    if draw(st.booleans()):
        made["by_zone"] = {"keys": {"zone": "exact"}, "default": draw(RATE), "rows": rows([["s"]])}
    return {key: {"name": words(key), **table} for key, table in made.items()}


@st.composite
def step(draw: st.DrawFn, key: str, numbers: list[str]) -> dict[str, Any]:
    """A step of any kind over facts and earlier steps."""
    operand = st.one_of(st.sampled_from(numbers), st.sampled_from(numbers), AMOUNT)
    many = st.lists(operand, min_size=2, max_size=4)
    made = draw(st.one_of(
        st.fixed_dictionaries({"kind": st.just("input"), "of": st.sampled_from(numbers)}),
        st.fixed_dictionaries({"kind": st.just("per_unit"), "of": operand,
                               "unit": st.sampled_from(["1", "10", "0.5", "7"])}),
        st.fixed_dictionaries({"kind": st.sampled_from(["add", "multiply", "sum", "min", "max"]), "of": many}),
        st.fixed_dictionaries({"kind": st.just("subtract"), "of": st.lists(operand, min_size=2, max_size=2)}),
        st.fixed_dictionaries({"kind": st.just("divide"),
                               "of": st.tuples(operand, st.sampled_from([*numbers, "3", "0.7"])).map(list)}),
        st.fixed_dictionaries({"kind": st.sampled_from(["discount", "loading", "tax"]), "of": operand,
                               "percent": st.one_of(PERCENT, st.sampled_from(numbers))}),
        st.fixed_dictionaries({"kind": st.just("minimum_premium"), "of": operand, "amount": operand,
                               "words_when_applied": st.just(words(f"{{{key}:money}} instead"))}),
        st.fixed_dictionaries({"kind": st.just("cap"), "of": operand, "at_most": AMOUNT},
                              optional={"at_least": st.just("0")}),
        st.fixed_dictionaries({"kind": st.just("round"), "of": operand, "mode": MODE,
                               "places": st.sampled_from("0123")}),
        st.fixed_dictionaries({"kind": st.just("round"), "of": operand, "mode": MODE,
                               "to": st.sampled_from(["0.05", "10", "0.3"])}),
        st.fixed_dictionaries({"kind": st.just("tiers"), "of": operand, "table": st.just("tiered"),
                               "fill": st.sampled_from(["cumulative", "level"])}),
        st.just({"kind": "interpolate", "of": "members", "table": "drawn"}),
        st.sampled_from(["zone", "members", "alarm", "day"]).map(_look_up),
        st.just({"kind": "lookup", "table": "by_both", "by": {"members": "members", "zone": "zone"}}),
    ))  # fmt: skip
    table_words = f" {{{key}:row}}" if "table" in made else ""
    return {"step": key, "words": words(f"{{{key}}} {{{key}:money}}{table_words}"), **made}


def _look_up(what: str) -> dict[str, Any]:
    key = {"alarm": "has_alarm", "day": "built_on"}.get(what, what)
    return {"kind": "lookup", "table": f"by_{what}", "by": {key: key}}


@st.composite
def products(draw: st.DrawFn) -> Any:
    """The tree of a product whose rating is any that the format allows."""
    numbers, steps = list(NUMBERS), []
    for count in range(draw(st.integers(1, 8))):
        steps.append(draw(step(f"s{count}", list(numbers))))
        numbers.append(f"s{count}")
    rounded = {"kind": "round", "places": "2", "mode": draw(MODE)}
    steps += [
        {"step": "own", "of": numbers[-1], **rounded},
        {"step": "duty", "of": draw(st.sampled_from(numbers)), **rounded},
    ]
    lines = {"cover": {"name": words("Cover"), "coverages": ["hospital_cash"], "premium": "own"}}
    if draw(st.booleans()):
        lines["duty"] = {"name": words("Duty"), "kind": "tax", "premium": "duty"}
    return tariff_tree(steps, inputs=INPUTS, tables=draw(tables()), lines=lines)


def values_of(item: Input) -> st.SearchStrategy[str]:
    """Raw values an input allows."""
    if item.options:
        return st.sampled_from([option.text for option in item.options])
    if item.type == "boolean":
        return st.sampled_from(["yes", "no"])
    if item.type == "date":
        return st.dates().map(lambda day: day.isoformat())
    unit = item.multiple_of or Decimal(1 if item.type == "integer" else "0.01")
    low, high = (int((bound or Decimal(0)) / unit) for bound in (item.minimum, item.maximum))
    return st.integers(low, high).map(lambda count: format(count * unit, "f"))


def facts_of(definition: Definition) -> st.SearchStrategy[dict[str, str]]:
    """Raw facts a product allows, one by one; together they may still be no contract."""
    return st.fixed_dictionaries({item.key: values_of(item) for item in definition.asked_inputs})
