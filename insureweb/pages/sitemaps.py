"""What search engines and home screens read."""

import json
from collections.abc import Iterator

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.utils.translation import override
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from insureweb.kernel import clock
from insureweb.pages.context import HTML_LANGUAGE, Brand, _address_in, path_in
from insureweb.pages.selectors import product_codes

PAGES = (
    "pages:home",
    "products:catalogue",
    "pages:disclosure",
    "helpdesk:contact",
    "pages:privacy",
    "pages:accessibility",
)
PRIVATE_PATHS = (
    "/my/",
    "/account/",
    "/staff/",
    "/api/",
    "/session/",
    "/dev/",
    "/applications/",
    "/orders/",
    "/quotes/",
)
ACCENT = "#0b4f5f"


@require_safe
@cache_control(public=True, max_age=3600)
def robots(request: HttpRequest) -> HttpResponse:
    rules = [f"Disallow: {prefix}{path}" for path in PRIVATE_PATHS for prefix in ("", "/en")]
    lines = ["User-agent: *", *rules, f"Sitemap: {settings.PUBLIC_URL}/sitemap.xml", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


def _paths() -> Iterator[str]:
    for name in PAGES:
        if path := _address_in(name, settings.LANGUAGE_CODE):
            yield path
    catalogue = _address_in("products:catalogue", settings.LANGUAGE_CODE)
    if catalogue:
        for code in product_codes(clock.now()):
            yield f"{catalogue}{code}/"


@require_safe
@cache_control(public=True, max_age=3600)
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every public page once a language, each naming its other languages."""
    entries = []
    for path in _paths():
        places = [(code, settings.PUBLIC_URL + path_in(path, code)) for code, _name in settings.LANGUAGES]
        links = "".join(
            f'<xhtml:link rel="alternate" hreflang="{HTML_LANGUAGE.get(code, code)}" href="{href}"/>'
            for code, href in places
        )
        entries += [f"<url><loc>{href}</loc>{links}</url>" for _code, href in places]
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">'
        + "".join(entries)
        + "</urlset>\n"
    )
    return HttpResponse(body, content_type="application/xml; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=3600)
def manifest(request: HttpRequest) -> HttpResponse:
    """So that the site can stand on a phone's home screen under its name."""
    with override(settings.LANGUAGE_CODE):
        name = Brand(request).name
    content = {
        "name": name,
        "short_name": name,
        "start_url": "/my/",
        "display": "browser",
        "background_color": "#ffffff",
        "theme_color": ACCENT,
        "icons": [{"src": static("icons/mark.svg"), "sizes": "any", "type": "image/svg+xml"}],
    }
    return HttpResponse(json.dumps(content, ensure_ascii=False), content_type="application/manifest+json")
