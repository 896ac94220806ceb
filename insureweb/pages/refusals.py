"""The last net: what a view did not turn into a page itself becomes a clear one here, never a 500."""

from collections.abc import Callable
from http import HTTPStatus

from django.core.exceptions import BadRequest
from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from insureweb.kernel.checks import Refused

NUL = "\x00"


class RefusalMiddleware:
    """Refusals nobody caught, text PostgreSQL cannot hold, and NUL characters in addresses."""

    def __init__(self, respond: Callable[[HttpRequest], HttpResponse]) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if NUL in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return _page(request, _("The address contains a character that cannot be used."), HTTPStatus.BAD_REQUEST)
        return self.respond(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Refused):
            return _page(request, str(error.message), HTTPStatus.CONFLICT)
        if isinstance(error, DataError | BadRequest) or (isinstance(error, ValueError) and "NUL" in str(error)):
            words = _("Something you sent contains characters or numbers that cannot be stored.")
            return _page(request, words, HTTPStatus.BAD_REQUEST)
        return None


def _page(request: HttpRequest, message: str, status: HTTPStatus) -> HttpResponse:
    return render(request, "pages/refused.html", {"message": message}, status=status)
