"""A part of a draft as a form, or as the text of the product file."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext_lazy as _

from products.calculator import calculate
from products.compiled import compiled
from products.drafting.assembling import (
    File,
    items_of,
    part_text,
    with_form,
    with_item_moved,
    with_text,
    without_item,
    words_of_item,
)
from products.drafting.boxes import Drawing
from products.drafting.pages import rates, rules, trying
from products.drafting.pages.saving import Returned, part_frame, posted, returned, save, tree_of
from products.drafting.parts import BY_CODE, FORM, ITEMS, PARTS, RATES, RULES, TEXT, Part
from products.drafting.posting import fill
from products.rules.document import MAX_FILE_CHARACTERS, ProductFileError
from products.stored_mortality import find_table
from products.text_files import decoded
from products.version_pages import Desk, VersionPage

AS_TEXT = "text"


def part_page(desk: Desk, part: str) -> HttpResponse:
    """One part; `?as=text` shows it as the file writes it."""
    found = BY_CODE.get(part)
    if found is None:
        raise Http404
    as_text = desk.request.GET.get("as") == AS_TEXT or found.kind == TEXT
    if found.kind == RATES:
        return rates.tables_page(desk)
    if as_text:
        return _text_page(desk, found)
    if found.kind == RULES:
        return rules.rules_page(desk, found)
    return {FORM: _form_page, ITEMS: _items_page}[found.kind](desk, found)


def first_page(desk: Desk) -> HttpResponse:
    """The tab leads to the first part."""
    return desk.go(desk.url("part", PARTS[0].code))


# --- A form ---


def _form_page(desk: Desk, part: Part) -> HttpResponse:
    request, back = desk.request, None
    flat = fill(part.entries, tree_of(desk.version))
    if request.method == "POST":
        flat = posted(desk)
        done = save(desk, lambda tree: with_form(tree, part.entries, flat), to=lambda: desk.url("part", part.code))
        if isinstance(done, HttpResponse):
            return done
        back = done
    drawing = Drawing(flat, tree_of(desk.version), back.by_field if back else None)
    context = part_frame(desk, part, back, boxes=drawing.boxes(part.entries))
    return desk.render("admin/products/draft/form.html", context, status=back.status if back else 200)


# --- Text ---


def _text_page(desk: Desk, part: Part) -> HttpResponse:
    back, text = None, part_text(tree_of(desk.version), part, find_table)
    if desk.request.method == "POST":
        try:
            text = _given_text(desk)
        except ProductFileError as error:
            back = returned(error)
        else:
            done = save(desk, lambda tree: with_text(tree, part, text, find_table), to=lambda: _text_url(desk, part))
            if isinstance(done, HttpResponse):
                return done
            back = done
    lines = min(max(text.count("\n") + 2, 12), 40)
    steps = _example(desk) if part.code == "rating" else []
    context = part_frame(desk, part, back, text=text, lines=lines, shown=_excerpt(text, back), steps=steps)
    return desk.render("admin/products/draft/text.html", context, status=back.status if back else 200)


def _example(desk: Desk) -> list[dict[str, Any]]:
    """What the steps do with the example the product page starts from."""
    product = compiled(desk.version)
    return trying.steps_in_words(product, calculate(product, {}))


def _given_text(desk: Desk) -> str:
    """The file chosen, else what was typed. Raises ProductFileError."""
    upload = desk.request.FILES.get("file")
    if upload is not None:
        return decoded(upload.read(4 * MAX_FILE_CHARACTERS + 1))
    return desk.request.POST.get("text", "")


def _text_url(desk: Desk, part: Part) -> str:
    return desk.url("part", part.code) + ("" if part.kind == TEXT else f"?as={AS_TEXT}")


def _excerpt(text: str, back: Returned | None) -> list[dict[str, Any]]:
    """The lines round the one at fault."""
    line = next((problem.line for problem in back.problems if problem.line), 0) if back else 0
    lines = text.replace("\r\n", "\n").split("\n")
    if not 0 < line <= len(lines):
        return []
    first = max(line - 3, 1)
    return [
        {"number": number, "text": lines[number - 1], "is_wrong": number == line}
        for number in range(first, min(line + 2, len(lines)) + 1)
    ]


# --- A list of items ---


def _items_page(desk: Desk, part: Part) -> HttpResponse:
    back = None
    if desk.request.method == "POST":
        action, _colon, key = desk.request.POST.get("action", "").partition(":")
        done = save(desk, lambda tree: _acted(tree, part, action, key), to=lambda: desk.url("part", part.code))
        if isinstance(done, HttpResponse):
            return done
        back = done
    tree = tree_of(desk.version)
    rows = [
        {"key": key, "words": words_of_item(item), "url": desk.url("item", part.code, key)}
        for key, item in items_of(tree, part)
    ]
    context = part_frame(desk, part, back, rows=rows, new_url=desk.url("new_item", part.code))
    return desk.render("admin/products/draft/items.html", context, status=back.status if back else 200)


def _acted(tree: File, part: Part, action: str, key: str) -> File:
    if action == "remove":
        return without_item(tree, part, key)
    return with_item_moved(tree, part, key, -1 if action == "up" else 1)


def dump_page(desk: Desk) -> HttpResponse:
    """The whole file for download."""
    text = part_text(tree_of(desk.version), BY_CODE["whole"], find_table)
    name = desk.version.address.replace("@", "-")
    answer = HttpResponse(text, content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.yaml"'
    return answer


PAGES = (
    VersionPage("edit", "edit/", first_page, title=_("Definition"), order=10),
    VersionPage("part", "parts/<slug:part>/", part_page, tab="edit"),
    VersionPage("dump", "file/", dump_page, tab="edit"),
)
