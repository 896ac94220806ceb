"""My page: what needs me now, claims with their deadline, policies."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@login_required
@require_safe
@never_cache
def my(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/my.html", {})
