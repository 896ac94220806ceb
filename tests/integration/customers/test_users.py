"""Accounts: one spelling of an address, and a history of who holds which role."""

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError

from customers.models import User, UserRole
from insureweb.audit.selectors import history_of

pytestmark = pytest.mark.django_db


def test_an_address_has_one_spelling() -> None:
    user = User.objects.create_user(" Chen@Example.COM ")
    assert user.email == "chen@example.com"
    assert User.objects.get_by_natural_key("CHEN@example.com") == user
    assert not user.has_usable_password()


def test_an_account_needs_an_address() -> None:
    with pytest.raises(ValueError, match="e-mail"):
        User.objects.create_user("")


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"email": "Upper@example.com"}, "user_email_is_lower_case"),
        ({"email": ""}, "user_email_is_not_empty"),
        ({"email": "a@example.com", "language": "fr"}, "user_language_is_one_of_the_house"),
    ],
)
def test_the_database_refuses(fields: dict[str, str], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        User.objects.create(**fields)


def test_an_address_belongs_to_one_account() -> None:
    User.objects.create_user("a@example.com")
    with pytest.raises(IntegrityError, match="email"):
        User.objects.create_user("A@example.com")


def test_a_role_given_is_kept_in_history() -> None:
    user = User.objects.create_user("staff@example.com", is_staff=True)
    group = Group.objects.create(name="tester")
    user.groups.add(group)
    held = UserRole.objects.get(user=user)
    assert history_of(held).get().operation == "I"
    with pytest.raises(IntegrityError, match="user_role_is_held_once"):
        UserRole.objects.create(user=user, group=group)


def test_history_shows_a_masked_address() -> None:
    assert str(User(email="chen@example.com")) == "c***@example.com"
