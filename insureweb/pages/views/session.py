"""The part of the header that differs between visitors, for pages that are otherwise the same for everybody."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@require_safe
@never_cache
def session_nav(request: HttpRequest) -> HttpResponse:
    response = render(request, "pages/session.html")
    response["X-Robots-Tag"] = "noindex"
    return response
