"""Public pages kept whole: the same bytes for every visitor, in the process and in the shared cache.

A view marked `@public_page(...)` promises that its page depends on nothing but path, query, language (which is in the
path), the catalogue's generation and the day: no user, no message, no CSRF token. `PublicPageMiddleware` stands near
the top of the stack and answers such requests without running the rest of it. Signed-in visitors get the same page;
the browser fetches their part of the header.
"""

import functools
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse

from insureweb.kernel import clock
from products.generation import generation

Respond = Callable[[HttpRequest], HttpResponse]
View = Callable[..., HttpResponse]
KEPT_SECONDS = 24 * 3600
MAX_KEPT = 400
MAX_QUERY = 120
# What the query of a kept page may begin with; nothing else is worth asking the shared cache for.
FILTERS: set[str] = set()
# Headers that belong to one answer and not to the page.
NOT_KEPT = frozenset({"x-request-id", "date", "set-cookie", "content-length"})
Page = tuple[bytes, tuple[tuple[str, str], ...]]


def public_page(clean: Callable[[HttpRequest], bool], filters: Iterable[str] = ()) -> Callable[[View], View]:
    """Mark a view's answers as the same for everybody, for requests whose query is `clean`: one of few, each empty or
    beginning with one of the filters.
    """
    FILTERS.update(filters)

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def marked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            response = view(request, *args, **kwargs)
            response.is_public_page = clean(request)  # type: ignore[attr-defined]
            return response

        return marked

    return decorate


def no_query(request: HttpRequest) -> bool:
    return not request.META.get("QUERY_STRING")


class PublicPageMiddleware:
    """Answers marked pages from memory or the shared cache; everything else passes through."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond
        self.is_on = getattr(settings, "PUBLIC_PAGE_CACHE", not settings.DEBUG)
        self.kept: OrderedDict[str, Page] = OrderedDict()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = self._key(request)
        if key is None:
            return self.respond(request)
        page = self.kept.get(key) or self._shared(key)
        if page is not None:
            return self._answer(request, page)
        response = self.respond(request)
        if response.status_code == 200 and getattr(response, "is_public_page", False) and not response.cookies:
            self._keep(key, response)
        return response

    def _key(self, request: HttpRequest) -> str | None:
        """The page's name; None when the request cannot be for a kept page."""
        query = request.META.get("QUERY_STRING", "")
        if request.method != "GET" or not self.is_on or "HTTP_HX_REQUEST" in request.META:
            return None
        if query and (len(query) > MAX_QUERY or query.partition("=")[0] not in FILTERS):
            return None
        path = request.path_info
        if not (path.endswith("/") and _may_be_public(path)) or connection.in_atomic_block:
            return None
        return f"page:{generation()}:{clock.today():%Y%m%d}:{path}?{query}"

    def _shared(self, key: str) -> Page | None:
        """The page as another process kept it."""
        page: Page | None = cache.get(key)
        if page is not None:
            self._remember(key, page)
        return page

    def _answer(self, request: HttpRequest, page: Page) -> HttpResponse:
        request.get_host()  # refuses a host that is not ours, as the rest of the stack would
        body, headers = page
        return HttpResponse(body, headers=dict(headers))

    def _keep(self, key: str, response: HttpResponse) -> None:
        headers = tuple((name, value) for name, value in response.items() if name.lower() not in NOT_KEPT)
        page = (response.content, headers)
        cache.set(key, page, KEPT_SECONDS)
        self._remember(key, page)

    def _remember(self, key: str, page: Page) -> None:
        self.kept[key] = page
        while len(self.kept) > MAX_KEPT:
            self.kept.popitem(last=False)


def _may_be_public(path: str) -> bool:
    """The home page and the shop, in any language; asking the cache for other pages would be waste."""
    bare = path
    for code, _name in settings.LANGUAGES:
        if path.startswith(f"/{code}/"):
            bare = path[len(code) + 1 :]
    return bare == "/" or (bare.startswith("/products/") and not bare.endswith("/price/"))
