"""The number of people insured together is counted by an order; a form, a link or a partner cannot tell it."""

import pytest

from policies.offers.rules.household import counted_fact, facts_of_one
from products.rules.facts import FactsInvalid
from products.sources import CATALOGUE, read_product_file

MEDICAL, GUARD = (read_product_file(CATALOGUE / f"anlan-{name}.yaml").definition for name in ("medical", "guard"))
RAW = {"age": "45", "social_insurance": "yes"}


@pytest.mark.parametrize("raw", [RAW, {**RAW, "insured_together": "1"}, {**RAW, "insured_together": 1}])
def test_a_price_is_that_of_one_person(raw: dict[str, object]) -> None:
    assert facts_of_one(MEDICAL, raw) == {**RAW, "insured_together": "1"}


@pytest.mark.parametrize("told", ["3", 2, "", None, [3]])
def test_nobody_tells_how_many_there_are(told: object) -> None:
    with pytest.raises(FactsInvalid) as caught:
        facts_of_one(MEDICAL, {**RAW, "insured_together": told})
    assert {key: problem.code for key, problem in caught.value.problems.items()} == {
        "insured_together": "unknown_field"
    }


def test_a_tariff_that_does_not_count_is_left_alone() -> None:
    assert facts_of_one(GUARD, {"age": 30}) == {"age": 30}
    assert counted_fact(MEDICAL, 9) == {"insured_together": "3"}
