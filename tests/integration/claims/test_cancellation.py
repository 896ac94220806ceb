"""A policy under which a claim was paid is not cancelled for its whole premium."""

import pytest

from insureweb.kernel import clock
from insureweb.kernel.checks import Refused
from policies.contract.checks import check_can_cancel
from tests.factories import claims as made

pytestmark = pytest.mark.django_db


def refusal(policy) -> str:
    with pytest.raises(Refused) as caught:
        check_can_cancel(policy, clock.now())
    assert str(caught.value)
    return caught.value.code


def test_before_a_claim_and_after_one_that_was_refused_it_may_be() -> None:
    policy = made.policy()
    check_can_cancel(policy, clock.now())
    made.refused(made.referred(policy))
    check_can_cancel(policy, clock.now())


def test_a_paid_claim_stands_in_the_way() -> None:
    policy = made.policy()
    claim = made.paid(policy)
    assert claim.state == "paid"
    assert refusal(policy) == "claim_paid"


def test_money_promised_or_on_its_way_stands_in_the_way() -> None:
    policy = made.policy()
    made.approved(made.referred(policy))
    assert refusal(policy) == "claim_paid"
