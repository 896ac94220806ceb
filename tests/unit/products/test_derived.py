"""Facts worked out from answers: the body mass index from height and weight, told to the underwriting table."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from products.compiled import CompiledProduct
from products.rules.derived import with_derived
from products.rules.document import ProductFileError, node_of
from products.rules.fact_domains import domains_of
from products.rules.reading import read_definition
from products.sources import CATALOGUE, read_product_file

MEDICAL = CATALOGUE / "anlan-medical.yaml"


@pytest.fixture(scope="module")
def medical():
    return read_definition(node_of(read_product_file(MEDICAL).tree))


@pytest.mark.parametrize(
    ("height", "weight", "bmi"),
    [
        ("170", "65", "22.49"),
        ("175", "85", "27.76"),
        ("200", "112", "28.00"),  # loaded from here on
        ("200", "111.96", "27.99"),
        ("220", "25", "5.17"),
        ("120", "250", "173.61"),
    ],
)
def test_body_mass_index(medical, height, weight, bmi):
    assert with_derived(medical.derived, {"height": height, "weight": weight})["bmi"] == Decimal(bmi)


@given(height=st.integers(120, 220), weight=st.decimals(25, 250, places=1))
def test_it_stays_within_the_bounds_the_table_is_examined_for(medical, height, weight):
    (bmi,) = medical.derived
    assert bmi.least <= bmi.value({"height": height, "weight": weight}) <= bmi.most
    assert domains_of(medical)["bmi"].allowed == "5.17..173.61"


def test_what_is_worked_out_counts_before_what_was_handed_in(medical):
    facts = {"height": "170", "weight": "65", "bmi": "40"}
    assert with_derived(medical.derived, facts)["bmi"] == Decimal("22.49")


@pytest.mark.parametrize("facts", [{}, {"height": "170"}, {"height": "170", "weight": "much"}])
def test_without_the_answers_nothing_is_worked_out(medical, facts):
    assert with_derived(medical.derived, facts) == facts


def test_a_stored_decision_is_asked_again_by_the_value_it_kept(medical):
    """Its record holds the columns of the table, not the height and weight."""
    vector = next(one for one in medical.vectors if one.rules == ("UW-17",) or one.underwriting_outcome == "load")
    told = {**vector.facts, **vector.underwriting}
    product = CompiledProduct(medical)
    first = product.decide("underwriting", told)
    assert "bmi" in first.inputs
    assert "height" not in first.inputs
    again = product.decide("underwriting", first.inputs)
    assert [hit.id for hit in again.rules] == [hit.id for hit in first.rules]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"divide_by": ["nobody"]}, "is no number"),
        ({"divide_by": ["0"]}, "positive numbers"),
        ({"multiply": ["1"], "divide_by": ["2"]}, "looks at no answer"),
        ({"multiply": ["nodule"]}, "is no number"),
        ({"places": "7"}, "6"),
    ],
)
def test_what_cannot_be_worked_out_is_refused(change, message):
    tree = read_product_file(MEDICAL).tree
    tree["derived"]["bmi"] |= change
    with pytest.raises(ProductFileError, match=message):
        read_definition(node_of(tree))


def test_a_name_stands_for_one_thing():
    tree = read_product_file(MEDICAL).tree
    tree["derived"]["nodule"] = tree["derived"]["bmi"]
    with pytest.raises(ProductFileError, match="is an input's or a question's"):
        read_definition(node_of(tree))


def test_an_answer_that_may_be_missing_needs_a_default():
    tree = read_product_file(MEDICAL).tree
    tree["questions"]["weight"]["optional"] = "yes"
    with pytest.raises(ProductFileError, match="'weight' is not always answered"):
        read_definition(node_of(tree))
