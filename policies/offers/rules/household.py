"""People of a household insured together, as a tariff counts them."""

from products.rules.definition import Definition

FEWEST_PEOPLE, MOST_PEOPLE = 2, 6
# Whom one may insure (Insurance Law art. 31); the sale asks again when the person is known.
RELATIONSHIPS = ("self", "spouse", "child", "parent")


def counted_fact(definition: Definition, people: int) -> dict[str, str]:
    """What tells a tariff how many people are in one order, up to the most it knows; empty when it does not ask."""
    counted = definition.counted_input
    return {counted.key: str(min(people, int(counted.maximum or 1)))} if counted else {}
