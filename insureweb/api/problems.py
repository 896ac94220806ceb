"""Errors as RFC 9457 problem details: a stable code, a title, a sentence, the fields at fault."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from insureweb.api.models import PartnerQuote
from insureweb.api.rules.signatures import SignatureInvalid
from insureweb.kernel.checks import Refused
from policies.contract.models import Policy
from products.rules.facts import FactsInvalid
from products.rules.rating import NotPriceable
from products.selectors import ProductNotOnSale

logger = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"


class TooLarge(Exception):
    """The body is larger than any request of this API needs to be."""


def problem(
    request: HttpRequest, status: int, code: str, detail: str, *, errors: Mapping[str, Any] | None = None
) -> HttpResponse:
    """The answer to a request that failed. `code` is stable; `detail` is for people, in their language."""
    body = {
        "type": f"{settings.PUBLIC_URL.rstrip('/')}{reverse('api:docs')}#{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        "request_id": getattr(request, "request_id", ""),
    }
    if errors:
        body["errors"] = {str(field): str(words) for field, words in errors.items()}
    response = JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})
    response["Content-Type"] = MEDIA_TYPE
    response["Cache-Control"] = "no-store"
    return response


def signature_words(code: str) -> str:
    """What is wrong with a signed request, for the developer at the other end."""
    words = {
        "headers_missing": _("The signature headers are incomplete."),
        "time_malformed": _("X-Timestamp must be Unix seconds."),
        "nonce_malformed": _("X-Nonce must have 16 to 64 printable characters."),
        "time_out_of_range": _("X-Timestamp is more than five minutes from our clock."),
        "body_changed": _("X-Content-SHA256 does not fit the body."),
        "nonce_used": _("This nonce was used before."),
    }
    return words.get(code, _("The key is unknown or the signature does not fit."))


def install(api: NinjaAPI) -> None:
    """Let every failure of the API leave as a problem."""

    def on(kind: type[Exception], answer: Any) -> None:
        api.add_exception_handler(kind, answer)

    on(SignatureInvalid, lambda request, error: problem(request, 401, error.code, signature_words(error.code)))
    on(
        AuthenticationError,
        lambda request, error: problem(request, 401, "unsigned", signature_words("headers_missing")),
    )
    on(TooLarge, lambda request, error: problem(request, 413, "too_large", _("The request is too large.")))
    on(ProductNotOnSale, lambda request, error: problem(request, 404, error.code, str(error)))
    on(Refused, _refused)
    on(FactsInvalid, _facts_invalid)
    on(
        NotPriceable,
        lambda request, error: problem(request, 422, "not_priceable", _("There is no price for these facts.")),
    )
    on(ValidationError, _invalid)
    for missing in (PartnerQuote.DoesNotExist, Policy.DoesNotExist):
        on(missing, lambda request, error: problem(request, 404, "not_found", _("There is nothing of that number.")))
    on(HttpError, lambda request, error: problem(request, error.status_code, "request", str(error)))
    on(Exception, _failed)


def _refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    status = 409 if refusal.code == "idempotency_key_reused" else 422
    errors = {refusal.field: refusal} if refusal.field else None
    return problem(request, status, refusal.code, str(refusal), errors=errors)


def _facts_invalid(request: HttpRequest, error: FactsInvalid) -> HttpResponse:
    return problem(request, 422, "facts_invalid", _("Some facts cannot be used."), errors=error.messages)


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = {".".join(str(part) for part in item["loc"][1:]) or "body": item["msg"] for item in error.errors}
    return problem(request, 422, "invalid", _("The request does not have the documented form."), errors=errors)


def _failed(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.error("partner_request_failed", exc_info=error)
    return problem(request, 500, "failed", _("Something went wrong on our side. Quote the request id when you ask us."))
