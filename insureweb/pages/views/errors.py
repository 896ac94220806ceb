"""Pages for when something went wrong. Each says what happened, what was kept and where to go on."""

import logging
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.utils.cache import add_never_cache_headers

from insureweb.kernel.checks import Refused
from insureweb.pages.context import Brand

log = logging.getLogger(__name__)

# Shown when not even the template can be read; plain on purpose.
LAST_RESORT = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>500</title><h1>Something broke on our side.</h1></html>
"""


def _page(request: HttpRequest, template: str, status: int, **context: Any) -> HttpResponse:
    response = render(request, template, context, status=status)
    add_never_cache_headers(response)
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, "400.html", 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, "403.html", 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, "404.html", 404)


def too_many_requests(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, "429.html", 429)


def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """A use case said no and no form is there to say it: its own sentence as a page."""
    return _page(request, "refused.html", 409, refusal=refusal)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page stood open too long or cookies are off; says so and keeps the way back."""
    log.info("csrf_failure", extra={"reason": reason})
    return _page(request, "403_csrf.html", 403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Without database, session and context processors: any of them may be what broke."""
    try:
        context = {"brand": Brand(request), "request_id": getattr(request, "request_id", "")}
        page = get_template("500.html").render(context)
    except Exception:  # whatever it is, the visitor still gets an answer
        log.exception("error_page_failed")
        page = LAST_RESORT
    response = HttpResponse(page, status=500)
    add_never_cache_headers(response)
    return response
