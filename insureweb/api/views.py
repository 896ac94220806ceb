"""Pages beside the API: its documentation, and the door through which a partner's customer takes a quote over."""

import functools
from pathlib import Path
from typing import Any

import yaml
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from insureweb.api.answers import HANDOVER_SALT
from insureweb.api.endpoints import api
from insureweb.api.models import PartnerQuote
from insureweb.api.rules.signatures import CLOCK_TOLERANCE, HEADERS, SCHEME
from insureweb.kernel.localized import Localized
from policies.offers.owner import remember_owner

HANDOVER_SECONDS = 30 * 24 * 3600


@functools.cache
def _operations() -> dict[str, Localized]:
    text = Path(__file__).with_name("operations.yaml").read_text(encoding="utf-8")
    return {key: Localized.read(words) for key, words in yaml.safe_load(text).items()}


@functools.cache
def _listed() -> tuple[dict[str, Any], ...]:
    """Every operation of the schema with its fields, read from the schema itself."""
    schema = api.get_openapi_schema()
    parts = schema["components"]["schemas"]
    return tuple(
        {
            "id": about["operationId"],
            "method": method.upper(),
            "path": path,
            "takes": _fields(parts, about.get("requestBody", {}).get("content", {})),
            "gives": _fields(parts, _success(about)),
        }
        for path, methods in schema["paths"].items()
        for method, about in methods.items()
    )


def _success(about: dict[str, Any]) -> dict[str, Any]:
    found = next(answer for status, answer in about["responses"].items() if int(status) < 300)
    content: dict[str, Any] = found.get("content", {})
    return content


def _fields(parts: dict[str, Any], content: dict[str, Any]) -> list[dict[str, Any]]:
    """Name, kind and note of each field of a body."""
    schema = content.get("application/json", {}).get("schema", {})
    schema = schema.get("items", schema)
    name = schema.get("$ref", "").rpartition("/")[2]
    whole = parts.get(name, {})
    required = set(whole.get("required", []))
    return [
        {
            "name": field,
            "kind": _kind(about),
            "required": field in required,
            "note": about.get("description", ""),
            "example": next(iter(about.get("examples", [])), ""),
        }
        for field, about in whole.get("properties", {}).items()
    ]


def _kind(about: dict[str, Any]) -> str:
    if "$ref" in about:
        return str(about["$ref"]).rpartition("/")[2]
    if "anyOf" in about:
        return " | ".join(_kind(part) for part in about["anyOf"])
    if about.get("type") == "array":
        return f"[{_kind(about['items'])}]"
    return str(about.get("format") or about.get("type", "any"))


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The documentation, made from the schema; `?language=en` for English."""
    asked = request.GET.get("language", "")
    language = asked if asked in {"en", "zh-hans"} else translation.get_language_from_request(request)
    with translation.override(language):
        context = {
            "operations": [entry | {"words": _operations()[entry["id"]].get(language)} for entry in _listed()],
            "headers": HEADERS,
            "scheme": SCHEME,
            "minutes": int(CLOCK_TOLERANCE.total_seconds() // 60),
            "schema_url": reverse("api:partner-v1:openapi-json"),
        }
        return render(request, "api/docs.html", context)


@require_safe
@never_cache
def handover(request: HttpRequest, ticket: str) -> HttpResponse:
    """Give the browser the quote's owner token and show the quote. The link is signed and ages."""
    try:
        uuid = signing.loads(ticket, salt=HANDOVER_SALT, max_age=HANDOVER_SECONDS)
    except signing.BadSignature as error:
        raise Http404 from error
    ours = PartnerQuote.objects.select_related("quote").filter(uuid=uuid, is_sandbox=False).first()
    if ours is None:
        raise Http404
    with translation.override(translation.get_language_from_request(request)):
        response = HttpResponseRedirect(reverse("policies:quote", args=[ours.quote.no]))
    remember_owner(request, response, ours.owner_token.open())
    response["Referrer-Policy"] = "no-referrer"
    return response
