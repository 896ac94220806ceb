"""The regulator's floor of the cash values, held against the shipped products and against worse ones."""

import datetime as dt

import pytest

from insureweb.kernel.checks import Refused
from products.rules.life.floors import CashValueFloor
from products.rules.publishing import check_cash_values
from products.services.review import regulators_limits
from products.sources import CATALOGUE, read_product_file
from tests.factories.products import changed

LEVEL = read_product_file(CATALOGUE / "anlan-level-term.yaml")
DAY = dt.date(2026, 5, 19)
FLOORS = regulators_limits().cash_values
RULE = "rating.life.cash_value"


def reason(*changes: tuple[str, object], floors: tuple[CashValueFloor, ...] = FLOORS, day: dt.date = DAY) -> str:
    """The code of the refusal, or nothing."""
    definition = changed(LEVEL, *changes).definition if changes else LEVEL.definition
    try:
        check_cash_values(definition, floors, day)
    except Refused as refused:
        return refused.code
    return ""


@pytest.mark.parametrize("code", ["anlan-level-term", "anlan-whole-life"])
def test_shipped_products_reach_the_floor(code: str) -> None:
    definition = read_product_file(CATALOGUE / f"{code}.yaml").definition
    check_cash_values(definition, FLOORS, DAY)


@pytest.mark.parametrize(
    "change",
    [
        ("keep_percent", "79.9"),
        ("interest_percent", "4.01"),
        ("loadings.2.percent", ["86", "80", "75", "10"]),
        # Less is charged in the later years, so more of the benefits is still unpaid for: the values fall too.
        ("loadings.1.percent", ["80", "75", "60", "5"]),
    ],
)
def test_what_is_worse_in_one_year_of_one_contract_is_refused(change: tuple[str, object]) -> None:
    assert reason((f"{RULE}.{change[0]}", change[1])) == "cash_value_too_low"


@pytest.mark.parametrize(
    "change", [("keep_percent", "90"), ("keep_years", "10"), ("loadings.0.percent", ["65", "50", "35", "11"])]
)
def test_what_is_better_everywhere_is_accepted(change: tuple[str, object]) -> None:
    assert reason((f"{RULE}.{change[0]}", change[1])) == ""


def test_long_life_cover_needs_cash_values() -> None:
    assert reason((RULE, None)) == "no_cash_values"


def test_the_newest_row_not_after_the_day_counts() -> None:
    (floor,) = FLOORS
    stricter = CashValueFloor(
        dt.date(2026, 6, 1), floor.benefits, floor.interest_margin, floor.keep_percent + 5, 20, floor.loadings, "later"
    )
    assert reason(floors=(stricter, floor), day=dt.date(2026, 5, 31)) == ""
    assert reason(floors=(stricter, floor), day=dt.date(2026, 6, 1)) == "cash_value_too_low"
    assert reason(("rating.life.cash_value.keep_percent", "1"), floors=(floor,), day=dt.date(2019, 1, 1)) == ""
