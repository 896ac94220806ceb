"""People of a household insured together, as a tariff counts them."""

from collections.abc import Mapping
from typing import Any

from products.rules.definition import Definition
from products.rules.facts import FactsInvalid, Problem

FEWEST_PEOPLE, MOST_PEOPLE = 2, 6
# Whom one may insure (Insurance Law art. 31); the sale asks again when the person is known.
RELATIONSHIPS = ("self", "spouse", "child", "parent")


def counted_fact(definition: Definition, people: int) -> dict[str, str]:
    """What tells a tariff how many people are in one order, up to the most it knows; empty when it does not ask."""
    counted = definition.counted_input
    return {counted.key: str(min(people, int(counted.maximum or 1)))} if counted else {}


def facts_of_one(definition: Definition, raw: Mapping[str, Any]) -> dict[str, Any]:
    """Raw facts for the price of one person alone. How many are insured together is counted by an order, never told.

    Raises:
        FactsInvalid: somebody tells it.
    """
    alone = counted_fact(definition, 1)
    if told := {key for key, value in alone.items() if str(raw.get(key, value)) != value}:
        raise FactsInvalid({key: Problem("unknown_field") for key in told})
    return {**raw, **alone}
