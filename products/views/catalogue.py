"""The list of everything on sale, with search and filters; and several products side by side."""

from collections.abc import Hashable
from itertools import chain
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from insureweb.kernel import clock
from products import selectors
from products.comparison import MAX_COMPARED, compare
from products.filters import FILTERS, SEARCH, chosen, filtered, shown_filters, taken
from products.fragments import fragment
from products.public_pages import public_page
from products.search import Found, find
from products.selectors import Offered

WITH = "with"
FILTER_NAMES = frozenset(one.name for one in FILTERS)
NEAREST = 4
NEEDS_PAGE = "policies:needs"


def _is_plain_filter(request: HttpRequest) -> bool:
    """At most one filter, with a value that exists: a few dozen pages in all, so they may be kept."""
    if len(request.GET) > 1 or any(
        name not in FILTER_NAMES or len(request.GET.getlist(name)) > 1 for name in request.GET
    ):
        return False
    wanted = chosen(request.GET, selectors.catalogue(clock.now())) if request.GET else {}
    return all(value and value == wanted[name] for name, value in request.GET.items())


def _row(item: Offered, words: tuple[str, ...] = ()) -> SafeString:
    """A product in the list; only the insurer's short name is not part of the frozen version. What a visitor looked
    for is marked and never kept.
    """
    key = None if words else (item.product.content_hash, item.insurer.short_name)
    return fragment("products/_row.html", key, lambda: {"item": item, "words": words})


@require_safe
@cache_control(public=True, max_age=60)
@public_page(_is_plain_filter, FILTER_NAMES)
def catalogue(request: HttpRequest) -> HttpResponse:
    """Everything on sale, priced: all of it, what was searched for, or what passes the filters."""
    items = selectors.catalogue(clock.now())
    wanted = chosen(request.GET, items)
    found = find(request.GET.get(SEARCH, ""), items)
    # Without a search the shelf says what the versions on sale say; with few filters there are few such shelves.
    is_kept = not found.asked and sum(map(bool, wanted.values())) <= 1
    key = (*_names_of(items), *wanted.values(), _needs_address()) if is_kept else None
    shelf = fragment("products/_shelf.html", key, lambda: _shelf_context(items, wanted, found), request)
    return render(request, "products/catalogue.html", {"found": found, "shelf": shelf})


def _names_of(items: tuple[Offered, ...]) -> tuple[Hashable, ...]:
    """The frozen contents in the list, and the words beside them that may still change."""
    words = ((item.product.content_hash, item.insurer.short_name, item.category.name) for item in items)
    return tuple(chain.from_iterable(words))


def _shelf_context(items: tuple[Offered, ...], wanted: dict[str, str], found: Found) -> dict[str, Any]:
    shown = filtered(found.items, wanted)
    form = shown_filters(items, found.items, wanted)
    return {
        "rows": [_row(item, found.words) for item in shown],
        "total": len(items),
        "found": found,
        "filters": form,
        "taken": taken(form, wanted, found.asked),
        "max_compared": MAX_COMPARED,
        "needs_address": _needs_address(),
        "nearest": [] if shown else _nearest(found, items),
    }


def _needs_address() -> str:
    """Where a few questions lead to a plan; empty where an installation leaves that out."""
    try:
        return reverse(NEEDS_PAGE)
    except NoReverseMatch:
        return ""


def _nearest(found: Found, items: tuple[Offered, ...]) -> list[dict[str, Any]]:
    """Categories to look into when nothing fits: those of what the search found, then the shop's largest."""
    sizes: dict[str, int] = {}
    for item in items:
        sizes[item.definition.category] = sizes.get(item.definition.category, 0) + 1
    first = [item.definition.category for item in found.items] if found.is_asked else []
    ordered = dict.fromkeys([*first, *sorted(sizes, key=lambda code: -sizes[code])])
    names = {item.definition.category: item.category.name for item in items}
    return [{"code": code, "name": names[code], "count": sizes[code]} for code in list(ordered)[:NEAREST]]


@require_safe
@cache_control(public=True, max_age=60)
def comparison(request: HttpRequest) -> HttpResponse:
    """Two to four products side by side under the same conditions."""
    items = selectors.catalogue(clock.now())
    wanted = list(dict.fromkeys(request.GET.getlist(WITH)))[:20]
    picked = [item for code in wanted for item in items if item.code == code]
    found = compare(tuple(picked[:MAX_COMPARED]), request.GET) if len(picked) >= 2 else None
    differ = request.GET.get("differ") == "yes"
    context = {
        "items": items,
        "chosen": {item.code for item in picked},
        "too_many": len(picked) > MAX_COMPARED,
        "max_compared": MAX_COMPARED,
        "comparison": found,
        "differ": differ,
        "rows": (found.different if differ else found.rows) if found else (),
    }
    return render(request, "products/compare.html", context)
