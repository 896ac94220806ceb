"""From a signed-in account to the `Actor` that services, history and logs know."""

from typing import Any

from django.http import HttpRequest

from customers.models import User, UserRole
from customers.models.users import masked_email
from insureweb.kernel.actors import Actor, ActorKind


def actor_of(user: Any) -> Actor:
    """The actor of an account; anonymous when nobody is signed in. Roles are read once for each loaded account.

    Staff appear by name in the history, customers by a masked address.
    """
    if not getattr(user, "is_authenticated", False):
        return Actor.anonymous()
    known: Actor | None = getattr(user, "known_actor", None)
    if known is None:
        known = _staff_actor(user) if user.is_staff else _customer_actor(user)
        user.known_actor = known
    return known


def _customer_actor(user: User) -> Actor:
    return Actor(ActorKind.CUSTOMER.value, str(user.uuid), masked_email(user.email))


def _staff_actor(user: User) -> Actor:
    held = list(UserRole.objects.filter(user=user).values_list("group__name", "user__staff_profile__name"))
    label = next((name for _role, name in held if name), masked_email(user.email))
    return Actor(ActorKind.STAFF.value, str(user.uuid), label, frozenset(role for role, _name in held))


def account_of(request: HttpRequest) -> User:
    """The signed-in account, behind `login_required`."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101  the decorator has let nobody else in
    return user


def actor_from(request: HttpRequest) -> Actor:
    """The actor of a request."""
    return actor_of(getattr(request, "user", None))
