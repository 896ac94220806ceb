"""What replay says about a stored breakdown somebody changed: no figure, no word and no row goes unnoticed."""

import copy
from typing import Any

import pytest

from policies.offers.rules.replay import price_differences
from products.compiled import compiled_definition
from products.sources import CATALOGUE, read_product_file

HOUSE = compiled_definition(read_product_file(CATALOGUE / "anlan-guard.yaml").definition)
FACTS = HOUSE.read_facts({"age": 30, "occupation_class": 2, "sum_insured": 200000, "daily_cash": 100})
AGAIN = HOUSE.price(FACTS).as_json()


def told(stored: Any) -> list[str]:
    return list(price_differences(stored, AGAIN))


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every single value of a breakdown."""
    if isinstance(value, dict):
        return [place for key, part in value.items() for place in places(part, (*path, key))]
    if isinstance(value, list):
        return [place for number, part in enumerate(value) for place in places(part, (*path, number))]
    return [path]


def test_the_same_breakdown_has_no_differences() -> None:
    assert told(copy.deepcopy(AGAIN)) == []


@pytest.mark.parametrize("place", places(AGAIN), ids=lambda place: "-".join(map(str, place)))
def test_whatever_is_changed_is_found(place: tuple[Any, ...]) -> None:
    stored = copy.deepcopy(AGAIN)
    at = stored
    for key in place[:-1]:
        at = at[key]
    at[place[-1]] = "other"
    assert told(stored)
    del at[place[-1]]
    assert told(stored)


def test_a_row_that_stands_twice_and_a_key_of_nobody_are_found() -> None:
    assert told({**AGAIN, "coverages": [AGAIN["coverages"][0], *AGAIN["coverages"]]}) == [
        "coverage: a row stands twice"
    ]
    assert told({**AGAIN, "rebate": "5.00"}) == ["rebate: stored 5.00, now None"]


@pytest.mark.parametrize("stored", [None, [], "gone", {"steps": 3}, {"steps": [1]}, {"coverages": [{}]}, {"facts": []}])
def test_what_is_no_breakdown_is_said_to_be_none(stored: Any) -> None:
    assert told(stored) == ["breakdown: what is stored is not the breakdown of a price"]
