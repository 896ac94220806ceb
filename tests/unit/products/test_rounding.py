"""The worked tables of docs/algorithms/rounding.md."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from products.rules.arithmetic import ROUNDING, round_to_multiple, round_to_places
from products.rules.rating_plan import ROUNDING_MODES
from tests.factories.tariffs import priced, tariff, words
from tests.factories.worked_tables import worked_rows

DOCUMENT = "rounding.md"
NUMBERS = st.decimals(0, 10**9, places=6)


@pytest.mark.parametrize("mode", ROUNDING_MODES)
@pytest.mark.parametrize("row", worked_rows(DOCUMENT, "To places"), ids=lambda row: row["value"])
def test_worked_places(row: dict[str, str], mode: str) -> None:
    assert str(round_to_places(int(row["places"]), mode)(Decimal(row["value"]))) == row[mode]


@pytest.mark.parametrize("mode", ROUNDING_MODES)
@pytest.mark.parametrize("row", worked_rows(DOCUMENT, "To multiples"), ids=lambda row: f"{row['value']}-{row['to']}")
def test_worked_multiples(row: dict[str, str], mode: str) -> None:
    assert str(round_to_multiple(Decimal(row["to"]), mode)(Decimal(row["value"]))) == row[mode]


@pytest.mark.parametrize("row", worked_rows(DOCUMENT, "Coverages and total"), ids=lambda row: row["life exact"])
def test_worked_totals(row: dict[str, str]) -> None:
    cent = {"kind": "round", "places": "2", "mode": "half_up"}
    steps = [
        {"step": "life_exact", "kind": "input", "of": "x"},
        {"step": "cash_exact", "kind": "input", "of": "y"},
        {"step": "both", "kind": "add", "of": ["x", "y"]},
        {"step": "life", "of": "life_exact", **cent},
        {"step": "cash", "of": "cash_exact", **cent},
        {"step": "once", "of": "both", **cent},
        {"step": "nothing", "kind": "multiply", "of": ["cash_exact", "0"]},
        {"step": "nothing_rounded", "of": "nothing", **cent},
    ]
    lines = {
        "hospital_cash": {"name": words("All"), "coverages": ["hospital_cash"], "premium": "nothing_rounded"},
        "life": {"name": words("Life"), "kind": "tax", "premium": "life"},
        "cash": {"name": words("Cash"), "kind": "tax", "premium": "cash"},
    }
    breakdown = priced(tariff(steps, lines=lines), x=row["life exact"], y=row["cash exact"])
    _none, life, cash = breakdown.lines
    assert (life.unrounded, life.amount) == (Decimal(row["life exact"]), Decimal(row["life"]))
    assert (cash.unrounded, cash.amount) == (Decimal(row["cash exact"]), Decimal(row["cash"]))
    assert breakdown.total == Decimal(row["total"])
    assert breakdown.named_values["once"] == Decimal(row["sum rounded once"])


@given(NUMBERS, st.decimals("0.01", 1000, places=2), st.sampled_from(sorted(ROUNDING)))
def test_a_multiple_is_whole_and_near(value: Decimal, of: Decimal, mode: str) -> None:
    rounded = round_to_multiple(of, mode)(value)
    assert rounded % of == 0
    assert abs(rounded - value) <= (of / 2 if mode.startswith("half") else of)
    assert mode != "up" or rounded >= value
    assert mode != "down" or rounded <= value


@given(NUMBERS, st.integers(0, 4), st.sampled_from(sorted(ROUNDING)))
def test_places_are_multiples_of_their_unit(value: Decimal, places: int, mode: str) -> None:
    assert round_to_places(places, mode)(value) == round_to_multiple(Decimal(1).scaleb(-places), mode)(value)


def test_a_quotient_that_does_not_end_is_no_middle() -> None:
    just_below = Decimal("0.4499999999999999999999999999999999")
    assert round_to_multiple(Decimal("0.3"), "half_up")(just_below) == Decimal("0.3")
    assert round_to_multiple(Decimal("0.3"), "half_up")(Decimal("0.45")) == Decimal("0.6")
