"""The decorator that writes every page of a sale into the trace."""

import functools
import hashlib
import re
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language

from insureweb.kernel import clock
from insureweb.kernel.checks import Refused
from policies.sale.services.tracing import SaleSubject, record_page

# Keys made anew for every answer; without them the same page has the same hash.
ONE_TIME = re.compile(rb'(name="(?:csrfmiddlewaretoken|idempotency_key)" value=")[^"]*"')
View = Callable[..., HttpResponse]


def page_hash(body: bytes) -> str:
    """SHA-256 of a page without its one-time form keys."""
    return hashlib.sha256(ONE_TIME.sub(rb'\1"', body)).hexdigest()


def traced(route: str) -> Callable[[View], View]:
    """Keep the page in the sale trace. The view fills `request.sale`; a page of no sale leaves no trace."""

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def traced_view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            subject = SaleSubject()
            request.sale = subject  # type: ignore[attr-defined]
            try:
                response = view(request, *args, **kwargs)
            except Http404:
                raise
            except Refused as refusal:
                _record(request, subject, route, 409, str(refusal.message).encode())
                raise
            _record(request, subject, route, response.status_code, response.content or _target(response))
            return response

        return traced_view

    return decorate


def trace(request: HttpRequest, subject: SaleSubject, route: str, response: HttpResponse) -> None:
    """Keep one answer in the trace of one more sale: what was made for several people belongs to each of them."""
    _record(request, subject, route, response.status_code, response.content or _target(response))


def _target(response: HttpResponse) -> bytes:
    return response.headers.get("Location", "").encode()


def _record(request: HttpRequest, subject: SaleSubject, route: str, status: int, body: bytes) -> None:
    if not subject.is_known:
        return
    user = request.user
    record_page(
        subject=subject,
        route=route,
        action=subject.action or ("shown" if request.method == "GET" else "answered"),
        status=status,
        body_hash=page_hash(body),
        language=get_language() or "zh-hans",
        user_id=user.pk if user.is_authenticated else None,
        request_id=str(getattr(request, "request_id", "")),
        at=clock.now(),
    )
