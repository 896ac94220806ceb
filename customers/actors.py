"""From a signed-in account to the `Actor` that services, history and logs know."""

from typing import Any

from django.http import HttpRequest

from customers.models import User
from customers.models.users import masked_email
from insureweb.kernel.actors import Actor, ActorKind


def actor_of(user: Any) -> Actor:
    """The actor of an account; anonymous when nobody is signed in. Roles are read once for each loaded account.

    Staff appear by name in the history, customers by a masked address.
    """
    if not isinstance(user, User) and hasattr(user, "_wrapped"):
        user = user._wrapped if isinstance(user._wrapped, User) else user
    if not getattr(user, "is_authenticated", False):
        return Actor.anonymous()
    known: Actor | None = getattr(user, "_actor", None)
    if known is None:
        known = _staff_actor(user) if user.is_staff else _customer_actor(user)
        user._actor = known
    return known


def _customer_actor(user: User) -> Actor:
    return Actor(ActorKind.CUSTOMER.value, str(user.uuid), masked_email(user.email))


def _staff_actor(user: User) -> Actor:
    roles = frozenset(user.groups.values_list("name", flat=True))
    return Actor(ActorKind.STAFF.value, str(user.uuid), user.email, roles)


def actor_from(request: HttpRequest) -> Actor:
    """The actor of a request."""
    return actor_of(request.user)
