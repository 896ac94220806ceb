"""Accounts, people and staff, made by the services. Every person is invented."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.test import Client

from customers.actors import actor_of
from customers.models import Party, StaffProfile, Unit, User
from customers.second_factor import SESSION_MARK
from customers.services import parties, staff
from insureweb.kernel.actors import Actor
from insureweb.kernel.localized import Localized
from insureweb.kernel.resident_id import with_check_digit

AT = datetime(2026, 5, 19, 6, 0, tzinfo=UTC)
SYSTEM = Actor.system("tests")
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
_number = count(1)


def resident_id(*, born: date = date(1996, 3, 14), sex: str = "male", region: str = "110101") -> str:
    """A well-formed number nobody else in the test has."""
    sequence = next(_number) * 2 % 1000
    digit = sequence + 1 if sex == "male" else sequence
    return with_check_digit(f"{region}{born:%Y%m%d}{digit:03d}")


def customer(email: str = "", **fields: Any) -> User:
    """An account with a confirmed address."""
    user = User.objects.create_user(email or f"customer{next(_number)}@example.com", created_at=AT, **fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def person(
    owner: User | None = None,
    *,
    name: str = "陈安澜",
    born: date = date(1996, 3, 14),
    sex: str = "male",
    phone: str = "13905718846",
    is_self: bool = True,
    at: datetime = AT,
) -> Party:
    """A person with an invented resident ID; the account itself unless told otherwise."""
    owner = owner or customer()
    return parties.record_person(
        owner=owner, name=name, id_number=resident_id(born=born, sex=sex), phone=phone, is_self=is_self,
        by=actor_of(owner), at=at,
    )  # fmt: skip


def unit(code: str = "underwriting") -> Unit:
    name = Localized(zh_hans="核保部", en="Underwriting")
    return staff.open_unit(code=code, name=name, by=SYSTEM, at=AT)


def colleague(
    *roles: str,
    email: str = "",
    name: str = "何敏",
    underwriting_limit: Decimal | int = 0,
    claims_limit: Decimal | int = 0,
) -> StaffProfile:
    """A member of staff with these roles; the groups are made when they are missing."""
    if not Group.objects.exists():
        staff.create_roles(by=SYSTEM, at=AT)
    return staff.create_staff(
        email=email or f"staff{next(_number)}@example.com", name=name, roles=roles, unit=unit(),
        underwriting_limit=Decimal(underwriting_limit), claims_limit=Decimal(claims_limit), by=SYSTEM, at=AT,
    )  # fmt: skip


def staff_actor(*roles: str, **fields: Any) -> Actor:
    """The actor of a fresh member of staff with these roles."""
    return actor_of(colleague(*roles, **fields).user)


def sign_in(client: Client, user: User) -> Client:
    """A session as after a login by code, with the second factor shown when the person is staff."""
    client.force_login(user, backend="customers.accounts.HouseBackend")
    if user.is_staff:
        session = client.session
        session[SESSION_MARK] = str(user.pk)
        session.save()
    return client
