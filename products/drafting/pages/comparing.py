"""One version beside another: figures, rows and words that differ."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from products.drafting.differences import differences
from products.drafting.pages.saving import tree_of
from products.models import ProductVersion
from products.selectors import versions_of
from products.version_pages import Desk, VersionPage


def compare_page(desk: Desk) -> HttpResponse:
    """The version against another one of its product; the one published last unless another is chosen."""
    others = [one for one in versions_of(desk.version.product) if one.pk != desk.version.pk]
    other = _other(desk, others)
    groups = []
    if other is not None:
        stored = ProductVersion.objects.select_related("product").get(pk=other.pk)
        groups = differences(tree_of(stored), tree_of(desk.version))
    context = {"others": others, "other": other, "groups": groups, "count": sum(group.count for group in groups)}
    return desk.render("admin/products/compare.html", context)


def _other(desk: Desk, others: list[ProductVersion]) -> ProductVersion | None:
    chosen = desk.request.GET.get("with", "")
    named = next((one for one in others if one.version == chosen), None)
    published = (one for one in others if one.published_at is not None)
    return named or next(published, None) or next(iter(others), None)


PAGES = (VersionPage("compare", "compare/", compare_page, title=_("Compare"), order=50),)
