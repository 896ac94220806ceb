"""Staff work only in a session that passed a second factor."""

from collections.abc import Callable

from allauth.account.authentication import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, resolve, reverse

from customers.second_factor import SESSION_MARK

Respond = Callable[[HttpRequest], HttpResponse]
# What a member of staff may open before the second factor: signing out, enrolling, proving it.
OPEN_VIEWS = frozenset({
    "account_logout", "account_reauthenticate", "mfa_reauthenticate", "mfa_activate_totp", "mfa_index",
    "mfa_generate_recovery_codes", "mfa_view_recovery_codes", "set_language", "javascript-catalog",
})  # fmt: skip


class StaffSecondFactorMiddleware:
    """Send staff without a factor to enrolment, and staff whose session has not shown it yet to the question."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not user.is_authenticated or not user.is_staff or _has_shown_factor(request) or _is_open(request):
            return self.respond(request)
        name = "mfa_reauthenticate" if is_mfa_enabled(user) else "mfa_activate_totp"
        return HttpResponseRedirect(reverse(name, query={"next": request.get_full_path()}))


def _has_shown_factor(request: HttpRequest) -> bool:
    if request.session.get(SESSION_MARK) == str(request.user.pk):
        return True
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))


def _is_open(request: HttpRequest) -> bool:
    try:
        return resolve(request.path_info).view_name in OPEN_VIEWS
    except Resolver404:
        return True
