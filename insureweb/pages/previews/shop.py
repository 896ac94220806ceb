"""The product page of a version, with its live price, wordings and rates, drawn by the shop's own views."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.urls import reverse

from insureweb.pages.previews.frames import framed, public_prefix
from products.compiled import compiled
from products.selectors import Offered
from products.version_pages import Desk
from products.views import product as shop


def shop_page(desk: Desk, rest: str = "") -> HttpResponse:
    """The page itself, or one below it: price (for htmx), rates, a wording."""
    item = Offered(desk.version, compiled(desk.version))
    kind, _slash, key = rest.strip("/").partition("/")
    pages = {"": shop.product_page, "price": shop.price_part, "rates": shop.rates_page}
    if kind == "wordings":
        answer = shop.wording_page(desk.request, item, key)
    elif kind in pages and not key:
        answer = pages[kind](desk.request, item)
    else:
        raise Http404
    return framed(desk, answer, _addresses(desk))


def _addresses(desk: Desk) -> dict[str, str]:
    """Links of the page about itself stay in the preview; its button leads to the preview of the application."""
    return {
        public_prefix(desk.version.product.code): desk.url("preview_shop"),
        reverse("policies:quote_confirm"): desk.url("preview_application"),
    }
