"""May this person? By role, for views and admin actions."""

import functools
from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from customers.actors import actor_from
from insureweb.kernel.actors import Actor

View = Callable[..., HttpResponse]


def holds_one_of(actor: Actor, *roles: str) -> bool:
    """True when the actor is staff with one of these roles."""
    return actor.kind == "staff" and not actor.roles.isdisjoint(str(role) for role in roles)


def require_role(*roles: str) -> Callable[[View], View]:
    """Open a view to staff with one of these roles: visitors go to the login page, everybody else is refused."""

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not holds_one_of(actor_from(request), *roles):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.required_roles = frozenset(str(role) for role in roles)  # type: ignore[attr-defined]
        return guarded

    return decorate


def role_required(*roles: str) -> Callable[[View], View]:
    """The same for methods of an admin class: `(self, request, …)`."""

    def decorate(method: View) -> View:
        @functools.wraps(method)
        def guarded(self: Any, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not holds_one_of(actor_from(request), *roles):
                raise PermissionDenied
            return method(self, request, *args, **kwargs)

        guarded.required_roles = frozenset(str(role) for role in roles)  # type: ignore[attr-defined]
        return guarded

    return decorate
