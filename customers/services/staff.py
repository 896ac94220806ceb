"""Who works here and what they may do."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from allauth.account.models import EmailAddress
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib.auth.models import Group, Permission
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models import StaffProfile, Team, Unit, User, UserRole
from customers.models.users import normalised_email
from customers.roles import GRANTS, Role, conflict_among
from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.context import use_case
from insureweb.kernel.localized import Localized

GRANTERS = {"system", Role.SECURITY_ADMIN.value}


def check_may_grant(by: Actor, user: User | None = None) -> None:
    """Raises `Refused` for anybody but a security administrator, and for their own account."""
    if not by.is_one_of(GRANTERS):
        raise Refused("not_security_admin", _("Only a security administrator may change who does what."))
    if user is not None and by.same_person_as("staff", str(user.uuid)):
        raise Refused("own_account", _("Nobody may change their own roles or limits. Ask a colleague."))


def check_together(roles: Iterable[str]) -> None:
    """Raises `Refused` when two of the roles must be two people."""
    pair = conflict_among(roles)
    if pair is not None:
        words = {"one": pair[0].label, "other": pair[1].label}
        raise Refused("two_people", _("“%(one)s” and “%(other)s” must be two people.") % words, field="roles")


@use_case
def create_roles(*, by: Actor, at: datetime) -> list[Group]:
    """Make every role of the table a group with exactly its permissions; safe to repeat."""
    groups = []
    for role, grants in GRANTS.items():
        group, _created = Group.objects.get_or_create(name=role.value)
        wanted = Q(pk__in=[])
        for grant in grants:
            kinds = Q(content_type__app_label=grant.app)
            if grant.models:
                kinds &= Q(content_type__model__in=grant.models)
            verbs = Q()
            for action in grant.actions:
                verbs |= Q(codename__startswith=f"{action}_")
            wanted |= kinds & verbs
        group.permissions.set(Permission.objects.filter(wanted))
        groups.append(group)
    return groups


@use_case
def open_unit(*, code: str, name: Localized, by: Actor, at: datetime) -> Unit:
    """A unit of the house; the name is brought up to date when it exists."""
    unit, _created = Unit.objects.update_or_create(code=code, defaults={"name": name})
    return unit


@use_case
def open_team(*, unit: Unit, code: str, name: Localized, by: Actor, at: datetime) -> Team:
    """A team of a unit; brought up to date when it exists."""
    team, _created = Team.objects.update_or_create(code=code, defaults={"unit": unit, "name": name})
    return team


@use_case
def create_staff(
    *,
    email: str,
    name: str,
    roles: Iterable[str],
    unit: Unit,
    team: Team | None = None,
    underwriting_limit: Decimal = Decimal(0),
    claims_limit: Decimal = Decimal(0),
    language: str = "zh-hans",
    by: Actor,
    at: datetime,
) -> StaffProfile:
    """An account for a member of staff with its roles and authority; signs in by code and must enrol a second factor.

    Raises:
        Refused: two of the roles must be two people, the team is another unit's, or the address has an account.
    """
    check_may_grant(by)
    wanted = [Role(role) for role in roles]
    check_together(wanted)
    _check_team(unit, team)
    _check_limits(underwriting_limit=underwriting_limit, claims_limit=claims_limit)
    if User.objects.filter(email=normalised_email(email)).exists():
        raise Refused("address_taken", _("There is already an account with this address."), field="email")
    user = User.objects.create_user(email, is_staff=True, language=language, created_at=at)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    profile = StaffProfile.objects.create(
        user=user,
        name=name,
        unit=unit,
        team=team,
        underwriting_limit=underwriting_limit,
        claims_limit=claims_limit,
        created_at=at,
    )
    for role in wanted:
        UserRole.objects.create(user=user, group=Group.objects.get(name=role.value))
    return profile


def _check_team(unit: Unit, team: Team | None) -> None:
    if team is not None and team.unit_id != unit.pk:
        raise Refused("team_of_another_unit", _("This team belongs to another unit."), field="team")


def _check_limits(**limits: Decimal) -> None:
    for field, amount in limits.items():
        if amount < 0:
            raise Refused("negative", _("A limit cannot be below zero."), field=field)


@use_case
def grant_role(*, user: User, role: str, reason: str, by: Actor, at: datetime) -> UserRole:
    """Give a role.

    Raises:
        Refused: not by a security administrator, to oneself, to a customer, or against the separation of duties.
    """
    check_may_grant(by, user)
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if not user.is_staff:
        raise Refused("not_staff", _("Only members of staff have roles."))
    held = list(user.groups.values_list("name", flat=True))
    check_together([*held, role])
    given, _created = UserRole.objects.get_or_create(user=user, group=Group.objects.get(name=Role(role).value))
    return given


@use_case
def revoke_role(*, user: User, role: str, reason: str, by: Actor, at: datetime) -> None:
    """Take a role away.

    Raises:
        Refused: not by a security administrator, or one's own.
    """
    check_may_grant(by, user)
    UserRole.objects.filter(user=user, group__name=Role(role).value).delete()


@use_case
def set_authority(
    *,
    profile: StaffProfile,
    underwriting_limit: Decimal,
    claims_limit: Decimal,
    reason: str = "",
    by: Actor,
    at: datetime,
) -> StaffProfile:
    """Change up to which sums somebody may decide alone.

    Raises:
        Refused: not by a security administrator, one's own, or a negative sum.
    """
    check_may_grant(by, profile.user)
    _check_limits(underwriting_limit=underwriting_limit, claims_limit=claims_limit)
    profile.underwriting_limit, profile.claims_limit = underwriting_limit, claims_limit
    profile.save(update_fields=["underwriting_limit", "claims_limit"])
    return profile


@use_case
def move_staff(*, profile: StaffProfile, unit: Unit, team: Team | None, by: Actor, at: datetime) -> StaffProfile:
    """Move somebody to another unit or team."""
    check_may_grant(by, profile.user)
    _check_team(unit, team)
    profile.unit, profile.team = unit, team
    profile.save(update_fields=["unit", "team"])
    return profile


@use_case
def change_staff(
    *,
    profile: StaffProfile,
    name: str,
    roles: Iterable[str],
    unit: Unit,
    team: Team | None,
    underwriting_limit: Decimal,
    claims_limit: Decimal,
    reason: str,
    by: Actor,
    at: datetime,
) -> StaffProfile:
    """Bring one member of staff to what a form says: name, place, authority, roles; each change with the reason.

    Raises:
        Refused: as the single steps.
    """
    check_may_grant(by, profile.user)
    wanted, held = set(roles), set(profile.user.groups.values_list("name", flat=True))
    check_together(wanted)
    move_staff(profile=profile, unit=unit, team=team, by=by, at=at)
    set_authority(
        profile=profile, underwriting_limit=underwriting_limit, claims_limit=claims_limit, reason=reason, by=by, at=at
    )
    profile.name = name
    profile.save(update_fields=["name"])
    for role in sorted(held - wanted):
        revoke_role(user=profile.user, role=role, reason=reason, by=by, at=at)
    for role in sorted(wanted - held):
        grant_role(user=profile.user, role=role, reason=reason, by=by, at=at)
    return profile


@use_case
def set_active(*, user: User, is_active: bool, reason: str, by: Actor, at: datetime) -> User:
    """Lock an account or open it again; sessions of a locked account end with its next request."""
    check_may_grant(by, user)
    if not reason.strip():
        raise Refused("reason_needed", _("Say why."), field="reason")
    user.is_active = is_active
    user.save(update_fields=["is_active"])
    return user


def enrol_totp(user: User, secret: str) -> None:
    """Give a demo account its authenticator secret (base32), so that nobody has to scan a code first."""
    sealed = get_adapter().encrypt(secret)
    Authenticator.objects.update_or_create(
        user=user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": sealed}}
    )
    if not Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).exists():
        RecoveryCodes.activate(user)
