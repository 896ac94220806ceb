"""The tab that shows both previews, and what every previewed page has: a banner, addresses that stay in the preview."""

from __future__ import annotations

from csp.constants import SELF
from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse, translate_url
from django.utils.translation import get_language
from django.views.decorators.clickjacking import xframe_options_sameorigin

from products.version_pages import Desk

BODY = '<main id="main">'


def preview_page(desk: Desk) -> HttpResponse:
    """Product page and application form side by side, as on a phone, in either language."""
    language = desk.request.GET.get("language", "")
    chosen = language if language in ("zh-hans", "en") else (get_language() or "zh-hans")
    context = {
        "shop_url": translate_url(desk.url("preview_shop"), chosen),
        "application_url": translate_url(desk.url("preview_application"), chosen),
        "chosen": "en" if chosen.startswith("en") else "zh-hans",
    }

    @csp_replace({"frame-src": [SELF]})
    def show(_request: HttpRequest) -> HttpResponse:
        return desk.render("pages/preview/preview.html", context)

    answer = show(desk.request)
    assert isinstance(answer, HttpResponse)  # noqa: S101  what went in comes out
    return answer


def framed(desk: Desk, answer: HttpResponse, replaced: dict[str, str]) -> HttpResponse:
    """A public page made into a preview: a banner, links that stay inside, and it may stand in our own frame."""
    html = answer.content.decode()
    for public, preview in replaced.items():
        html = html.replace(public, preview)
    if BODY in html:
        banner = render_to_string("pages/preview/_banner.html", {"version": desk.version, "back": desk.url("change")})
        html = html.replace(BODY, BODY + banner, 1)
    answer.content = html.encode()
    answer.headers.pop("Content-Length", None)
    answer["Cache-Control"] = "no-store"

    @csp_replace({"frame-ancestors": [SELF]})
    @xframe_options_sameorigin
    def show(_request: HttpRequest) -> HttpResponse:
        return answer

    show(desk.request)
    return answer


def public_prefix(code: str) -> str:
    """Where the shop shows a product; its other pages stand below."""
    return reverse("products:product", args=[code])
