"""Roles, units, authority: given by one, held by another."""

from decimal import Decimal
from io import StringIO

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from customers.actors import actor_of
from customers.models import StaffProfile, Unit, User, UserRole
from customers.roles import CONFLICTS, GRANTS, Role
from customers.services import staff
from insureweb.audit.selectors import history_of
from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.localized import Localized
from tests.expect import refused
from tests.factories import customers as made

pytestmark = pytest.mark.django_db


def test_every_role_becomes_a_group_with_permissions() -> None:
    call_command("create_roles", stdout=StringIO())
    call_command("create_roles", stdout=StringIO())
    assert set(Group.objects.values_list("name", flat=True)) == set(Role.values)
    adviser = Group.objects.get(name=Role.CUSTOMER_SERVICE)
    names = set(adviser.permissions.values_list("codename", flat=True))
    assert {"view_party", "view_user", "change_message"} <= names
    assert not {"change_party", "delete_message", "change_user", "view_loginfailure"} & names


def test_no_role_deletes_anything() -> None:
    staff.create_roles(by=made.SYSTEM, at=made.AT)
    assert not Group.objects.filter(permissions__codename__startswith="delete_").exists()


def test_a_colleague_has_roles_and_a_name() -> None:
    profile = made.colleague("underwriter", name="何敏", underwriting_limit=1_000_000)
    actor = actor_of(profile.user)
    assert (actor.kind, actor.label, actor.roles) == ("staff", "何敏", {"underwriter"})
    assert profile.user.has_perm("customers.view_party")
    assert not profile.user.has_perm("customers.change_party")
    assert str(profile) == "何敏"


@pytest.mark.parametrize("pair", sorted(CONFLICTS, key=sorted), ids=lambda pair: "+".join(sorted(pair)))
def test_two_people(pair: frozenset[Role]) -> None:
    one, other = sorted(pair)
    profile = made.colleague(one)
    with refused("two_people"):
        staff.grant_role(user=profile.user, role=other, reason="", by=made.SYSTEM, at=made.AT)
    with pytest.raises(IntegrityError, match="must be two people"), transaction.atomic():
        UserRole.objects.create(user=profile.user, group=Group.objects.get(name=other))


def test_a_colleague_is_refused_with_roles_of_two_people() -> None:
    with refused("two_people"):
        made.colleague("claims_adjuster", "claims_approver")
    assert not User.objects.exists()


def test_roles_are_given_by_security_and_never_to_oneself() -> None:
    security, clerk = made.colleague("security_admin"), made.colleague("customer_service")
    by = actor_of(security.user)
    held = staff.grant_role(user=clerk.user, role="marketer", reason="stands in", by=by, at=made.AT)
    assert history_of(held).get().reason == "stands in"
    for actor, user in ((actor_of(clerk.user), security.user), (by, security.user), (Actor.anonymous(), clerk.user)):
        with pytest.raises(Refused):
            staff.grant_role(user=user, role="marketer", reason="", by=actor, at=made.AT)
    staff.revoke_role(user=clerk.user, role="marketer", reason="back", by=by, at=made.AT)
    assert list(clerk.user.groups.values_list("name", flat=True)) == ["customer_service"]


def test_customers_have_no_roles() -> None:
    made.colleague("auditor")
    with refused("not_staff"):
        staff.grant_role(user=made.customer(), role="auditor", reason="", by=made.SYSTEM, at=made.AT)


def test_authority_is_set_by_another_and_not_negative() -> None:
    profile = made.colleague("underwriter")
    staff.set_authority(
        profile=profile, underwriting_limit=Decimal(500_000), claims_limit=Decimal(0), by=made.SYSTEM, at=made.AT
    )
    assert StaffProfile.objects.get().underwriting_limit == Decimal(500_000)
    with pytest.raises(Refused):
        staff.set_authority(
            profile=profile, underwriting_limit=Decimal(-1), claims_limit=Decimal(0), by=made.SYSTEM, at=made.AT
        )
    for field in ("underwriting_limit", "claims_limit"):
        with pytest.raises(IntegrityError, match=f"staff_profile_{field}_not_negative"), transaction.atomic():
            StaffProfile.objects.update(**{field: -1})
    with pytest.raises(IntegrityError, match="staff_profile_has_a_name"), transaction.atomic():
        StaffProfile.objects.update(name="")


def test_a_team_belongs_to_its_unit() -> None:
    claims = staff.open_unit(code="claims", name=Localized(zh_hans="理赔部", en="Claims"), by=made.SYSTEM, at=made.AT)
    motor = staff.open_team(
        unit=claims, code="motor", name=Localized(zh_hans="车险组", en="Motor"), by=made.SYSTEM, at=made.AT
    )
    profile = made.colleague("underwriter")
    with refused("team_of_another_unit"):
        staff.move_staff(profile=profile, unit=profile.unit, team=motor, by=made.SYSTEM, at=made.AT)
    staff.move_staff(profile=profile, unit=claims, team=motor, by=made.SYSTEM, at=made.AT)
    assert StaffProfile.objects.get().team == motor
    assert (str(claims), str(motor)) == ("理赔部", "车险组")


@pytest.mark.parametrize("name", ["unit", "team"])
def test_names_stand_in_both_languages(name: str) -> None:
    unit = made.unit()
    staff.open_team(unit=unit, code="t", name=Localized(zh_hans="组", en="Team"), by=made.SYSTEM, at=made.AT)
    with (
        pytest.raises(IntegrityError, match=f"{name}_name_in_both"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"""UPDATE customers_{name} SET name = '{{"en": "x"}}'""")
    assert Unit.objects.count() == 1


def test_a_locked_account_needs_a_reason() -> None:
    user = made.customer()
    with pytest.raises(Refused):
        staff.set_active(user=user, is_active=False, reason=" ", by=made.SYSTEM, at=made.AT)
    staff.set_active(user=user, is_active=False, reason="asked by phone", by=made.SYSTEM, at=made.AT)
    assert not User.objects.get().is_active


def test_every_model_a_grant_names_exists() -> None:
    for grants in GRANTS.values():
        for grant in grants:
            assert apps.get_app_config(grant.app)
            for model in grant.models:
                apps.get_model(grant.app, model)
