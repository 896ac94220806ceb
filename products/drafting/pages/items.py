"""One item of a part on a page of its own: an input, a coverage, a question, a wording, a test vector."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from products.drafting.assembling import File, fill_item, items_of, with_item, words_of_item
from products.drafting.boxes import Box, Drawing
from products.drafting.pages.saving import part_frame, posted, save, tree_of
from products.drafting.parts import BY_CODE, ITEMS, Part
from products.drafting.posting import KEY, Flat
from products.version_pages import Desk, VersionPage


def item_page(desk: Desk, part: str, key: str) -> HttpResponse:
    """An item that is there."""
    found = _part(part)
    item = dict(items_of(tree_of(desk.version), found)).get(key)
    if item is None:
        raise Http404
    return _page(desk, found, key, fill_item(found, key, item))


def new_item_page(desk: Desk, part: str) -> HttpResponse:
    """An empty form for one more."""
    return _page(desk, _part(part), "", {})


def _part(code: str) -> Part:
    part = BY_CODE.get(code)
    if part is None or part.kind != ITEMS:
        raise Http404
    return part


def _page(desk: Desk, part: Part, was: str, flat: Flat) -> HttpResponse:
    back, named = None, was
    if desk.request.method == "POST":
        flat = posted(desk)

        def make(tree: File) -> File:
            nonlocal named
            changed, named = with_item(tree, part, was, flat)
            return changed

        done = save(desk, make, to=lambda: desk.url("item", part.code, named))
        if isinstance(done, HttpResponse):
            return done
        back = done
    drawing = Drawing(flat, tree_of(desk.version), back.by_field if back else None)
    boxes = drawing.boxes(part.rows.entries)
    if part.rows.named:
        problem = drawing.problems.get(KEY, "")
        hint = _("Lower-case letters, digits and underscores; the rating and the tables use it.")
        boxes = (Box("text", KEY, _("Name in the file"), hint, value=flat.get(KEY, ""), error=problem), *boxes)
    named = words_of_item(dict(items_of(tree_of(desk.version), part)).get(was, ""))
    context = part_frame(desk, part, back, boxes=boxes, key=was, words=named, list_url=desk.url("part", part.code))
    return desk.render("admin/products/draft/item.html", context, status=back.status if back else 200)


PAGES = (
    VersionPage("item", "parts/<slug:part>/items/<str:key>/", item_page, tab="edit"),
    VersionPage("new_item", "parts/<slug:part>/new/", new_item_page, tab="edit"),
)
