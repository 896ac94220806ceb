"""Who may insure whom: relations, evidence and consents, as Insurance Law arts. 31, 33 and 34 tell them."""

from contextlib import nullcontext

import pytest

from policies.sale.relationships import Relationship
from policies.sale.rules.interest import (
    BENEFICIARIES,
    INSURABLE,
    STAFF,
    WITH_EVIDENCE,
    Evidence,
    NoInterest,
    check_death_consent,
    check_minor,
    check_nearest,
    ground_of_interest,
)


def refused(code):
    """Passes when nothing is refused for no code."""
    return pytest.raises(NoInterest, match=f"^{code}$") if code else nullcontext()


@pytest.mark.parametrize(
    ("relationship", "age", "supported", "agreed", "ground"),
    [
        ("self", 30, False, False, "oneself"),
        ("spouse", 30, False, False, "nearest"),
        ("child", 5, False, False, "nearest"),
        ("child", 40, False, False, "nearest"),
        ("parent", 70, False, False, "nearest"),
        ("family", 70, True, False, "support"),  # a grandmother one looks after
        ("family", 9, True, False, "support"),  # a grandchild one raises
        ("family", 35, False, True, "consent"),  # a brother who earns his own living, and agrees
        ("employee", 35, False, False, "employment"),
        ("staff", 35, False, False, "employment"),
        ("other", 35, False, True, "consent"),  # a partner not married to
    ],
)
def test_what_an_interest_rests_on(relationship, age, supported, agreed, ground):
    assert ground_of_interest(Evidence(relationship, age, supported, agreed)) == ground


@pytest.mark.parametrize(
    ("relationship", "age", "supported", "agreed", "missing"),
    [
        ("family", 35, False, False, "support"),
        ("other", 35, False, False, "agreement"),
        ("other", 35, True, False, "agreement"),  # support counts among relatives alone
        ("other", 17, False, True, "guardian"),  # a minor does not agree alone
        ("family", 9, False, True, "guardian"),
        ("", 30, True, True, "relationship"),
        ("neighbour", 30, True, True, "relationship"),
    ],
)
def test_without_an_interest_there_is_no_contract(relationship, age, supported, agreed, missing):
    with refused(missing):
        ground_of_interest(Evidence(relationship, age, supported, agreed))


@pytest.mark.parametrize("relationship", Relationship.values)
def test_a_product_that_takes_no_evidence_is_for_the_nearest(relationship):
    with refused("" if relationship in INSURABLE else "relationship"):
        check_nearest(relationship)


@pytest.mark.parametrize(("age", "allowed"), [(17, {"child"}), (18, {*Relationship.values})])
def test_nobody_but_a_parent_covers_the_death_of_a_minor(age, allowed):
    for relationship in Relationship.values:
        with refused("" if relationship in allowed else "minor"):
            check_minor(Evidence(relationship, age, is_supported=True, has_agreed=True))


@pytest.mark.parametrize(
    ("relationship", "age", "is_needed"),
    [("self", 30, False), ("child", 17, False), ("child", 18, True), ("spouse", 30, True), ("parent", 70, True),
     ("family", 40, True), ("employee", 40, True), ("other", 40, True)],
)  # fmt: skip
def test_cover_on_death_needs_the_consent_of_the_insured(relationship, age, is_needed):
    check_death_consent(Evidence(relationship, age, agreed_to_sum=True))
    with refused("death_consent" if is_needed else ""):
        check_death_consent(Evidence(relationship, age, has_agreed=True, is_supported=True))


def test_every_relation_has_its_words():
    assert {*INSURABLE, *WITH_EVIDENCE, *BENEFICIARIES, STAFF} == {*Relationship.values}
