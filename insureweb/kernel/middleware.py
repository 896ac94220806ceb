"""Request-wide context: request id, actor, refusals as pages, content security by area."""

import re
from collections.abc import Callable
from http import HTTPStatus
from uuid import uuid4

from csp.constants import HEADER
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse

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


class ContentSecurityPolicyMiddleware:
    """The strict policy everywhere; the back-office theme's needs on the back office's pages only.

    The strict policy is one text, written when the server starts. A view that needs more says so with
    `csp.decorators.csp_replace`. Django's own error pages in debug mode carry their style inside and get none.
    """

    def __init__(self, respond: Respond) -> None:
        self.respond = respond
        self.strict = build_policy()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.respond(request)
        if settings.DEBUG and response.status_code in (HTTPStatus.NOT_FOUND, HTTPStatus.INTERNAL_SERVER_ERROR):
            return response
        replaced = getattr(response, "_csp_replace", {})
        if BACK_OFFICE.match(request.path):
            replaced = {**replaced, **settings.BACK_OFFICE_CONTENT_SECURITY_POLICY}
        response[HEADER] = build_policy(replace=replaced) if replaced else self.strict
        return response
