"""My page: what needs me now, claims with their deadline, policies."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from customers.models import User
from insureweb.kernel import clock
from insureweb.pages.context import Brand
from insureweb.pages.my_page import my_page

NOON, EVENING = 12, 18


@require_safe
@never_cache
@login_required
def my(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)  # noqa: S101  login_required
    at = clock.now()
    context = {
        "page": my_page(request.user, at),
        "now": at,
        "greeting": _greeting(localtime(at).hour),
        "catalogue": Brand(request).page("products:catalogue"),
    }
    return render(request, "pages/my.html", context)


def _greeting(hour: int) -> str:
    if hour < NOON:
        return _("Good morning")
    return _("Good afternoon") if hour < EVENING else _("Good evening")
