"""The table of roles: complete, and what must be two people is two people."""

from itertools import combinations

import pytest
from django.conf import settings
from django.utils.translation import override

from customers.management.commands.list_roles import TARGET, roles_document
from customers.roles import ALONE, CONFLICTS, GRANTS, TWO_PEOPLE, Role, conflict_among


def test_every_role_is_described() -> None:
    assert set(GRANTS) == set(Role)


@pytest.mark.parametrize(("one", "other"), TWO_PEOPLE)
def test_two_people(one: Role, other: Role) -> None:
    assert conflict_among([one, other]) is not None
    assert conflict_among([other, Role.CUSTOMER_SERVICE, one]) is not None


@pytest.mark.parametrize("role", ALONE)
def test_those_who_watch_do_nothing_else(role: Role) -> None:
    for other in set(Role) - {role}:
        assert frozenset({role, other}) in CONFLICTS


def test_each_role_alone_is_possible() -> None:
    for role in Role:
        assert conflict_among([role]) is None


def test_the_auditor_changes_nothing() -> None:
    assert {grant.actions for grant in GRANTS[Role.AUDITOR]} == {("view",)}


def test_nobody_who_may_hold_two_roles_both_decides_and_pays() -> None:
    """Claims are worked on and money is moved by different people, whatever roles are combined."""
    works_on = {role: {g.app for g in grants if "change" in g.actions} for role, grants in GRANTS.items()}
    for one, other in combinations(Role, 2):
        if frozenset({one, other}) not in CONFLICTS:
            assert not {"claims", "finance"} <= works_on[one] | works_on[other]


def test_nobody_gives_roles_and_works_with_them() -> None:
    for role, grants in GRANTS.items():
        changes_staff = any(
            g.app == "customers" and "staffprofile" in g.models and "change" in g.actions for g in grants
        )
        assert changes_staff == (role == Role.SECURITY_ADMIN)


def test_the_page_about_roles_is_current() -> None:
    with override("en"):
        assert (settings.BASE_DIR / TARGET).read_text() == roles_document()
