"""The list of everything on sale, with filters; and several products side by side."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from insureweb.kernel import clock
from products import selectors
from products.comparison import MAX_COMPARED, compare
from products.fragments import fragment
from products.public_pages import public_page
from products.rules.definition import AUDIENCES
from products.selectors import Offered

FOR, CATEGORY, INSURER, WITH = "for", "category", "insurer", "with"
AUDIENCE_WORDS = {
    "self": _("Myself"),
    "parents": _("My parents"),
    "children": _("My children"),
    "family": _("The whole family"),
    "home": _("My home"),
    "company": _("Our employees"),
}


@dataclass(frozen=True, slots=True)
class FilterChoice:
    """A chip: its address keeps the other filters."""

    label: Any
    href: str
    is_current: bool


def _chosen(request: HttpRequest, items: tuple[Offered, ...]) -> dict[str, str]:
    """The filters asked for, empty where the value is none of those there are."""
    known = {
        FOR: set(AUDIENCES),
        CATEGORY: {item.definition.category for item in items},
        INSURER: {item.definition.insurer for item in items},
    }
    return {name: value if (value := request.GET.get(name, "")) in values else "" for name, values in known.items()}


def _is_plain_filter(request: HttpRequest) -> bool:
    """At most one of each filter, with a value that exists: a few dozen pages in all, so they may be kept."""
    if any(name not in (FOR, CATEGORY, INSURER) or len(request.GET.getlist(name)) > 1 for name in request.GET):
        return False
    chosen = _chosen(request, selectors.catalogue(clock.now())) if request.GET else {}
    return all(request.GET[name] == chosen[name] for name in request.GET)


def _chips(chosen: dict[str, str], name: str, choices: dict[str, Any]) -> list[FilterChoice]:
    chips = []
    for value, label in {"": _("All"), **choices}.items():
        query = "&".join(f"{key}={part}" for key, part in {**chosen, name: value}.items() if part)
        chips.append(FilterChoice(label, f"?{query}" if query else "?", chosen[name] == value))
    return chips


def _row(item: Offered) -> SafeString:
    """A product in the list; only the insurer's short name is not part of the frozen version."""
    return fragment("products/_row.html", (item.product.content_hash, item.insurer.short_name), lambda: {"item": item})


@require_safe
@cache_control(public=True, max_age=60)
@public_page(_is_plain_filter)
def catalogue(request: HttpRequest) -> HttpResponse:
    """Everything on sale, priced."""
    items = selectors.catalogue(clock.now())
    chosen = _chosen(request, items)
    shown = selectors.filtered(items, audience=chosen[FOR], category=chosen[CATEGORY], insurer=chosen[INSURER])
    audiences = {
        key: words for key, words in AUDIENCE_WORDS.items() if key in {a for i in items for a in i.definition.audience}
    }
    context = {
        "rows": [_row(item) for item in shown],
        "total": len(items),
        "is_filtered": any(chosen.values()),
        "by_audience": _chips(chosen, FOR, audiences),
        "by_category": _chips(chosen, CATEGORY, {item.definition.category: item.category.name for item in items}),
        "by_insurer": _chips(chosen, INSURER, {item.definition.insurer: item.insurer.short_name for item in items}),
        "max_compared": MAX_COMPARED,
    }
    return render(request, "products/catalogue.html", context)


@require_safe
@cache_control(public=True, max_age=60)
def comparison(request: HttpRequest) -> HttpResponse:
    """Two to four products side by side under the same conditions."""
    items = selectors.catalogue(clock.now())
    wanted = list(dict.fromkeys(request.GET.getlist(WITH)))[:20]
    chosen = [item for code in wanted for item in items if item.code == code]
    context = {
        "items": items,
        "chosen": {item.code for item in chosen},
        "too_many": len(chosen) > MAX_COMPARED,
        "max_compared": MAX_COMPARED,
        "comparison": compare(tuple(chosen[:MAX_COMPARED]), request.GET) if len(chosen) >= 2 else None,
    }
    return render(request, "products/compare.html", context)
