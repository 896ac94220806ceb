"""The last net: what a view did not turn into a page itself becomes a clear one here, never a 500."""

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.db import DataError
from django.http import HttpRequest, HttpResponse

from insureweb.kernel.checks import Refused
from insureweb.pages.views import errors

NUL = "\x00"


class RefusalMiddleware:
    """Refusals nobody caught, text PostgreSQL cannot hold, and NUL characters in addresses."""

    def __init__(self, respond: Callable[[HttpRequest], HttpResponse]) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if NUL in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return errors.bad_request(request)
        return self.respond(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Refused):
            return errors.refused(request, error)
        if isinstance(error, DataError | BadRequest) or (isinstance(error, ValueError) and "NUL" in str(error)):
            return errors.bad_request(request)
        return None
