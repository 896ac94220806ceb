"""Request-wide context: request id, actor, refusals as pages, content security by area."""

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from insureweb.kernel.actors import Actor
from insureweb.kernel.context import acting

Respond = Callable[[HttpRequest], HttpResponse]
BACK_OFFICE = re.compile(rf"^(?:/en)?{re.escape(settings.BACK_OFFICE_PATH)}")


class RequestContextMiddleware:
    """Give the request an id of our own; history rows, logs and the answer's header carry it."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = str(uuid4())
        request.request_id = request_id  # type: ignore[attr-defined]
        with acting(Actor.anonymous(), request_id=request_id):
            response = self.respond(request)
        response["X-Request-ID"] = request_id
        return response


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """The strict policy everywhere; the back-office theme's needs on the back office's pages only."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> Any:
        if BACK_OFFICE.match(request.path):
            response._csp_replace = {  # type: ignore[attr-defined]
                **getattr(response, "_csp_replace", {}),
                **settings.BACK_OFFICE_CONTENT_SECURITY_POLICY,
            }
        return super().process_response(request, response)
