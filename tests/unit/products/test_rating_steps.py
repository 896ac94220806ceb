"""Every kind of rating step: the worked tables of docs/algorithms/rating.md, its line in the trace, its replay."""

import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from products.rules.document import ProductFileError
from products.rules.facts import read_facts
from products.rules.rating import NotPriceable, Rating, replay
from products.rules.steps import STEP_KINDS
from tests.factories.tariffs import NUMBER, priced, tariff, value_of, words, written
from tests.factories.worked_tables import section, worked_rows

DOCUMENT, HEADING = "rating.md", "Kinds of step"
PLAIN = worked_rows(DOCUMENT, HEADING)
WITH_TABLES = worked_rows(DOCUMENT, HEADING, table=1)
TABLES = written(re.findall(r"```yaml\n(.*?)```", section(DOCUMENT, HEADING), re.DOTALL)[0])
# A table may have gaps here: the document shows how a missing row is refused when it is met.
FREE = {"type": "decimal", "min": "0", "max": "1000000"}


def step_of(row: dict[str, str]) -> dict[str, Any]:
    return {"step": "answer", "words": words("{x} {answer}"), **written(row["step"].strip("`"))}


def definition_of(row: dict[str, str]) -> Any:
    """The product around a row's step. `free` copies of the facts keep the check for gaps out of it."""
    steps = [{"step": "a", "kind": "input", "of": "x"}, {"step": "b", "kind": "input", "of": "y"}]
    step = step_of(row)
    for field in ("of", "percent", "amount", "at_least", "at_most"):
        if field in step:
            step[field] = _renamed(step[field])
    if "by" in step:
        step["by"] = {key: _renamed(name) for key, name in step["by"].items()}
    used = {step["table"]: TABLES[step["table"]]} if "table" in step else {}
    return tariff([*steps, step], tables=used)


def _renamed(name: Any) -> Any:
    return [_renamed(item) for item in name] if isinstance(name, list) else {"x": "a", "y": "b"}.get(name, name)


@pytest.mark.parametrize("row", PLAIN + WITH_TABLES, ids=lambda row: f"{row['step']}-{row['x']}-{row['y']}")
def test_worked_steps(row: dict[str, str]) -> None:
    definition = definition_of(row)
    if row["gives"].startswith("refused: "):
        with pytest.raises(NotPriceable, match=row["gives"].removeprefix("refused: ").replace(" x ", " a ")) as caught:
            priced(definition, x=row["x"], y=row["y"])
        assert caught.value.step == "answer"
        return
    breakdown = priced(definition, x=row["x"], y=row["y"])
    assert breakdown.named_values["answer"] == Decimal(row["gives"])
    line = next(line for line in breakdown.trace if line.step == "answer").as_json()
    assert line["amount"] == format(breakdown.named_values["answer"], "f")
    if row.get("row"):
        assert line["operands"]["row"] == row["row"].replace(", ", " | ")
        assert line["operands"].get("parts", "") == row["parts"]
    again = replay(definition, read_facts(definition, {"x": row["x"], "y": row["y"]}))
    assert (again.hash, again.as_json()) == (breakdown.hash, breakdown.as_json())


def test_every_kind_of_step_is_worked_in_the_document() -> None:
    worked = {step_of(row)["kind"] for row in PLAIN + WITH_TABLES}
    elsewhere = {"sum", "commutation"}  # every total; docs/algorithms/life.md
    assert worked | elsewhere >= set(STEP_KINDS)


def test_words_show_the_row_and_the_parts() -> None:
    table = TABLES["brackets"]
    steps = [{"step": "charge", "kind": "tiers", "of": "x", "table": "brackets", "fill": "cumulative",
              "words": words("{charge:row}: {charge:parts} = {charge:money}")}]  # fmt: skip
    line = priced(tariff(steps, tables={"brackets": table}), x="7500", y="0").trace[0]
    assert line.words.en == "[0–1000), [1000–5000), ≥ 5000: 1000 × 0.05 + 4000 × 0.03 + 2500 × 0.01 = 195.00"
    assert line.words.zh_hans == line.words.en + "。"


def test_a_step_that_changes_its_operand_may_say_so() -> None:
    told = {"words": words("{least:money} stands"), "words_when_applied": words("{x:money} becomes {least:money}")}
    definition = tariff([{"step": "least", "kind": "minimum_premium", "of": "x", "amount": "50", **told}])
    assert priced(definition, x="64", y="0").trace[0].words.en == "64.00 stands"
    assert priced(definition, x="31.4", y="0").trace[0].words.en == "31.40 becomes 50.00"
    operands = priced(definition, x="31.4", y="0").trace[0].as_json()["operands"]
    assert operands == {"x": "31.4", "amount": "50"}


def test_an_operand_that_stands_twice_is_told_twice() -> None:
    line = priced(tariff([{"step": "square", "kind": "multiply", "of": ["x", "x"]}]), x="7", y="0").trace[0]
    assert line.as_json()["operands"] == {"x": "7", "x (2)": "7"}


def test_a_boolean_can_switch_an_optional_cover() -> None:
    inputs = {"x": NUMBER, "rescue": {"type": "boolean"}}
    steps = [
        {"step": "wanted", "kind": "lookup", "table": "optional", "by": {"rescue": "rescue"}},
        {"step": "price", "kind": "multiply", "of": ["x", "wanted"]},
    ]
    tables = {"optional": {"name": words("Wanted"), "keys": {"rescue": "exact"}, "rows": [["yes", "1"], ["no", "0"]]}}
    definition = tariff(steps, inputs=inputs, tables=tables)
    assert [value_of(definition, "price", x="36", rescue=flag) for flag in ("yes", "no")] == [36, 0]


def test_days_key_a_table_by_range_and_exactly() -> None:
    inputs = {"start": {"type": "date"}}
    tables = {
        "season": {"name": words("Season"), "keys": {"start": "range"}, "rows": [
            ["2026-01-01..2026-06-30", "1.2"], ["(2026-06-30..2026-12-31]", "1.0"], ["2027-01-01..", "0.9"]]},
        "feast": {"name": words("Feast"), "keys": {"start": "exact"}, "rows": [["2026-02-17", "2"], ["-", "1"]]},
    }  # fmt: skip
    steps = [
        {"step": "season_factor", "kind": "lookup", "table": "season", "by": {"start": "start"},
         "words": words("{season_factor:row}")},
        {"step": "feast_factor", "kind": "lookup", "table": "feast", "by": {"start": "start"}},
        {"step": "price", "kind": "multiply", "of": ["season_factor", "feast_factor", "100"]},
    ]  # fmt: skip
    definition = tariff(steps, inputs=inputs, tables=tables)
    prices = {
        day: value_of(definition, "price", start=day)
        for day in ("2026-02-17", "2026-06-30", "2026-07-01", "2030-01-01")
    }
    assert list(prices.values()) == [240, 120, 100, 90]
    assert priced(definition, start="2026-06-30").trace[0].words.en == "2026-01-01–2026-06-30"
    with pytest.raises(NotPriceable, match="no row for start 2025-12-31"):
        priced(definition, start="2025-12-31")


def test_a_tax_line_is_part_of_the_total_and_no_premium() -> None:
    rounded = {"kind": "round", "places": "2", "mode": "half_up"}
    steps = [
        {"step": "vehicle", "kind": "tax", "of": "x", "percent": "6"},
        {"step": "own", "of": "x", **rounded},
        {"step": "duty", "of": "vehicle", **rounded},
    ]
    cover = {"name": words("Cover"), "coverages": ["hospital_cash"], "premium": "own"}
    tax = {"name": words("Vehicle tax"), "kind": "tax", "premium": "duty"}
    breakdown = priced(tariff(steps, lines={"cover": cover, "vehicle_tax": tax}), x="950", y="0")
    assert (breakdown.total, breakdown.premium, breakdown.tax) == (Decimal("1007.00"), Decimal("950.00"), Decimal(57))
    told = breakdown.as_json()
    assert (told["total"], told["premium"], told["tax"]) == ("1007.00", "950.00", "57.00")
    assert [(line["coverage"], line.get("kind")) for line in told["coverages"]] == [
        ("cover", None),
        ("vehicle_tax", "tax"),
    ]


def test_a_premium_below_zero_has_no_price() -> None:
    definition = tariff([{"step": "left", "kind": "subtract", "of": ["x", "y"]}])
    assert priced(definition, x="5", y="5").total == 0
    with pytest.raises(NotPriceable, match="premium: the premium is below zero"):
        priced(definition, x="5", y="6")


def test_amounts_out_of_all_bounds_are_refused_not_broken() -> None:
    steps = [
        {"step": "a", "kind": "multiply", "of": ["x"] * 8},
        {"step": "b", "kind": "multiply", "of": ["a"] * 12},
    ]
    with pytest.raises(NotPriceable, match="premium: the amount is too large"):
        priced(tariff(steps), x="1000000", y="0")


LOOKUP = {"step": "a", "kind": "lookup", "table": "t", "by": {"k": "x"}}


def table(match: str, *rows: list[str], **more: str) -> dict[str, Any]:
    return {"t": {"name": words("T"), "keys": {"k": match}, "rows": list(rows), **more}}


@pytest.mark.parametrize(
    ("step", "tables", "place", "message"),
    [
        ({"kind": "subtract", "of": ["x"]}, {}, "of", "takes 2 to 2 operands"),
        ({"kind": "divide", "of": ["x", "0.00"]}, {}, "of", "divides by zero"),
        ({"kind": "min", "of": "x"}, {}, "of", "takes 2 to 12 operands"),
        ({"kind": "cap", "of": "x"}, {}, "", "at_least, at_most or both"),
        ({"kind": "cap", "of": "x", "at_least": "5", "at_most": "4"}, {}, "at_most", "at_most is below at_least"),
        ({"kind": "discount", "of": "x", "percent": "100.5"}, {}, "percent", "out of bounds"),
        ({"kind": "loading", "of": "x", "percent": "-1"}, {}, "percent", "out of bounds"),
        ({"kind": "tax", "of": "x", "percent": "z"}, {}, "percent", "no numeric input"),
        ({"kind": "tax", "of": "x"}, {}, "", "the key 'percent' is missing"),
        ({"kind": "minimum_premium", "of": "x", "amount": "5", "unit": "1"}, {}, "unit", "unknown key"),
        ({"kind": "round", "of": "x", "mode": "half_up"}, {}, "", "either places or to"),
        ({"kind": "round", "of": "x", "mode": "half_up", "to": "1", "places": "2"}, {}, "", "either places or to"),
        ({"kind": "round", "of": "x", "mode": "half_up", "to": "0"}, {}, "to", "above zero"),
        ({"kind": "per_unit", "of": "x", "unit": "0"}, {}, "unit", "above zero"),
        (
            {"kind": "interpolate", "of": "x", "table": "t"},
            table("range", ["0..9", "1"]),
            "table",
            "one key, a point",
        ),
        (LOOKUP, table("point", ["0", "1"], ["9", "2"]), "table", "belongs to an interpolate step"),
        (
            {"kind": "interpolate", "of": "x", "table": "t"},
            table("point", ["0", "1"], ["9", "2"]),
            "",
            "has no row for k 1000000",
        ),
        (
            {"kind": "tiers", "of": "x", "table": "t", "fill": "half"},
            table("range", ["0..", "1"]),
            "fill",
            "cumulative",
        ),
        (
            {"kind": "tiers", "of": "x", "table": "t", "fill": "level"},
            table("exact", ["5", "1"]),
            "table",
            "a range of numbers",
        ),
        (
            {"kind": "tiers", "of": "x", "table": "t", "fill": "level"},
            table("range", ["0..9", "1"], ["-", "2"]),
            "table",
            "no row for any value",
        ),
        (
            {"kind": "tiers", "of": "x", "table": "t", "fill": "level"},
            table("range", ["0..9", "1"], default="2"),
            "table",
            "no default",
        ),
        (
            {"kind": "tiers", "of": "x", "table": "t", "fill": "cumulative"},
            table("range", ["0..9", "1"], ["10..", "2"]),
            "table",
            "0..9 is followed by 10..",
        ),
        (
            {"kind": "tiers", "of": "x", "table": "t", "fill": "cumulative"},
            table("range", ["1..", "1"]),
            "table",
            "start at 0, not with 1..",
        ),
        (
            {"kind": "tiers", "of": "x", "table": "t", "fill": "cumulative"},
            table("range", ["[0..9)", "1"]),
            "",
            "no row for k 1000000",
        ),
        (LOOKUP, table("range", ["0..9", "1"], ["10..", "1"]), "", "has no row for k 9.01"),
        (LOOKUP, table("range", ["2026-01-01..", "1"]), "by.k", "is not a date, the key is a range of days"),
    ],
)
def test_steps_that_cannot_stand_are_refused_at_their_place(
    step: dict[str, Any], tables: dict[str, Any], place: str, message: str
) -> None:
    with pytest.raises(ProductFileError, match=re.escape(message)) as caught:
        tariff([{"step": "a", **step}], tables=tables)
    assert caught.value.path == f"rating.steps[0].{place}".rstrip(".")


@pytest.mark.parametrize(
    ("tables", "row", "message"),
    [
        (table("range", ["0..5", "1"], ["5..", "1"]), 1, "the range 5.. overlaps 0..5"),
        (table("range", ["..5", "1"], ["3..9", "1"]), 1, "the range 3..9 overlaps ..5"),
        (table("range", ["..", "1"]), 0, "is not a range"),
        (table("range", ["[5..", "1"]), 0, "is not a range"),
        (table("range", ["2026-02-30..", "1"]), 0, "'2026-02-30' is not a date"),
        (table("range", ["2026-02-01..9", "1"]), 0, "mixes a day and a number"),
        (table("range", ["0..5", "1"], ["2026-02-01..", "1"]), 1, "holds numbers or days"),
        (table("range", ["-", "1"], ["-", "2"]), 1, "stands twice"),
        (table("point", ["0", "1"]), 0, "needs a second point"),
        (table("point", ["0", "1"], ["0.0", "2"]), 1, "stands twice"),
        (table("point", ["0..5", "1"], ["9", "2"]), 0, "is not a number"),
        (table("point", ["-", "1"], ["9", "2"]), 0, "is not a number"),
        (table("point", ["2026-01-01", "1"], ["9", "2"]), 0, "is not a number"),
    ],
)
def test_rows_that_cannot_stand_are_refused_at_their_place(tables: dict[str, Any], row: int, message: str) -> None:
    with pytest.raises(ProductFileError, match=re.escape(message)) as caught:
        tariff([{"step": "a", "kind": "input", "of": "x"}], tables=tables)
    assert caught.value.path == f"rating.tables.t.rows[{row}]"


def test_a_table_of_points_has_no_default_and_its_point_comes_last() -> None:
    one = [{"step": "a", "kind": "input", "of": "x"}]
    with pytest.raises(ProductFileError, match="no default"):
        tariff(one, tables=table("point", ["0", "1"], ["9", "2"], default="1"))
    two = {"t": {"name": words("T"), "keys": {"k": "point", "l": "exact"}, "rows": [["0", "a", "1"], ["1", "a", "2"]]}}
    with pytest.raises(ProductFileError, match="must be the last key"):
        tariff(one, tables=two)


@pytest.mark.parametrize(
    ("lines", "place", "message"),
    [
        ({"kind": "tax", "coverages": ["hospital_cash"]}, "", "a tax covers nothing"),
        ({}, "", "names its coverages"),
        ({"kind": "gift"}, ".kind", "is not one of premium, tax"),
    ],
)
def test_lines_that_cannot_stand_are_refused(lines: dict[str, Any], place: str, message: str) -> None:
    steps = [{"step": "own", "kind": "round", "of": "x", "places": "2", "mode": "half_up"}]
    with pytest.raises(ProductFileError, match=message) as caught:
        tariff(steps, lines={"cover": {"name": words("Cover"), "premium": "own", **lines}})
    assert caught.value.path == f"rating.lines.cover{place}"


@pytest.mark.parametrize("measure", [{"places": "3"}, {"to": "0.005"}, {"to": "0.025"}])
def test_a_premium_leaves_no_part_of_a_cent(measure: dict[str, str]) -> None:
    steps = [{"step": "own", "kind": "round", "of": "x", "mode": "half_up", **measure}]
    cover = {"name": words("Cover"), "coverages": ["hospital_cash"], "premium": "own"}
    with pytest.raises(ProductFileError, match="leaves a part of a cent"):
        tariff(steps, lines={"cover": cover})


@pytest.mark.parametrize(
    ("monotone", "message"),
    [({"z": "up"}, "not an input"), ({"x": "flat"}, "not one of up, down"), ({}, "at least 1")],
)
def test_what_is_declared_monotone_is_an_input(monotone: dict[str, str], message: str) -> None:
    with pytest.raises(ProductFileError, match=message):
        tariff([{"step": "a", "kind": "input", "of": "x"}], more={"monotone": monotone})


def test_a_promise_about_the_tariff_is_no_part_of_its_hash() -> None:
    steps = [{"step": "a", "kind": "input", "of": "x"}]
    promised = tariff(steps, more={"monotone": {"x": "up"}})
    assert promised.rating.monotone == {"x": "up"}
    assert promised.rating.hash == tariff(steps).rating.hash
    assert promised.content_hash != tariff(steps).content_hash


AMOUNT = st.decimals(0, 1_000_000, places=2)


@given(st.lists(AMOUNT, min_size=1, max_size=6, unique=True), st.lists(AMOUNT, min_size=8, max_size=8), AMOUNT)
def test_filling_tiers_loses_nothing(edges: list[Decimal], rates: list[Decimal], amount: Decimal) -> None:
    """At one rate in every band the charge is that rate times the amount, wherever the edges lie."""
    ends = [Decimal(0), *sorted(edge for edge in edges if edge)]
    cells = [f"[{low}..{high})" for low, high in zip(ends, [*ends[1:], ""], strict=True)]
    even = tariff(
        [{"step": "a", "kind": "tiers", "of": "x", "table": "t", "fill": "cumulative"}],
        tables=table("range", *[[cell, str(rates[0])] for cell in cells]),
    )
    assert value_of(even, "a", x=str(amount), y="0") == amount * rates[0]
    uneven = tariff(
        [{"step": "a", "kind": "tiers", "of": "x", "table": "t", "fill": "cumulative"}],
        tables=table("range", *[[cell, str(rate)] for cell, rate in zip(cells, rates, strict=False)]),
    )
    breakdown = priced(uneven, x=str(amount), y="0")
    parts = [part.split(" × ") for part in breakdown.trace[0].as_json()["operands"]["parts"].split(" + ")]
    assert sum(Decimal(part) for part, _rate in parts) == amount
    assert sum(Decimal(part) * Decimal(rate) for part, rate in parts) == breakdown.named_values["a"]


@given(st.lists(st.integers(0, 500), min_size=2, max_size=8, unique=True), st.data())
def test_a_line_between_points_stays_between_them(places: list[int], data: st.DataObject) -> None:
    points = {place: data.draw(st.integers(0, 90)) for place in places}
    low, high = min(points), max(points)
    definition = tariff(
        [{"step": "a", "kind": "interpolate", "of": "x", "table": "t"}],
        inputs={"x": {"type": "integer", "min": str(low), "max": str(high)}},
        tables=table("point", *[[str(place), str(amount)] for place, amount in points.items()]),
    )
    at = data.draw(st.integers(low, high))
    left, right = max(p for p in points if p <= at), min(p for p in points if p >= at)
    value = value_of(definition, "a", x=at)
    assert min(points[left], points[right]) <= value <= max(points[left], points[right])
    if at in points:
        assert value == points[at]


@given(AMOUNT, st.decimals(0, 100, places=3))
def test_discount_and_its_share_make_the_whole(amount: Decimal, percent: Decimal) -> None:
    steps = [
        {"step": "left", "kind": "discount", "of": "x", "percent": "y"},
        {"step": "taken", "kind": "tax", "of": "x", "percent": "y"},
        {"step": "back", "kind": "add", "of": ["left", "taken"]},
    ]
    inputs = {"x": NUMBER, "y": {"type": "decimal", "min": "0", "max": "100"}}
    rating = Rating(tariff(steps, inputs=inputs))
    values = rating.price({"x": amount, "y": percent}).named_values
    assert values["back"] == amount
