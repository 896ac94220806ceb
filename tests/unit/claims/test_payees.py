"""Who may be paid under a group contract (Insurance Law art. 39). Mirrors docs/algorithms/group-claims.md."""

import pytest

from claims.models import Payee
from claims.rules.payees import CLOSE_FAMILY, SELF, may_receive, needs_a_person

BENEFITS = ("lump_sum", "reimbursement", "daily_cash", "indemnity")


def test_the_member_is_paid_every_benefit():
    assert all(may_receive(SELF, benefit) for benefit in BENEFITS)
    assert not needs_a_person(SELF)


@pytest.mark.parametrize("relationship", CLOSE_FAMILY)
def test_close_family_is_paid_a_sum_due_on_death_and_nothing_else(relationship):
    assert [benefit for benefit in BENEFITS if may_receive(relationship, benefit)] == ["lump_sum"]
    assert needs_a_person(relationship)


@pytest.mark.parametrize("relationship", ["", "employer", "staff", "friend", "SELF", "aunt"])
def test_nobody_else_is_ever_paid(relationship):
    assert not any(may_receive(relationship, benefit) for benefit in BENEFITS)


def test_the_page_offers_the_law_s_list_and_no_more():
    assert set(Payee.values) == {SELF, *CLOSE_FAMILY}
