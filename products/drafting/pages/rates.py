"""Rating tables: the list of them, each as a grid, spreadsheets out and in, and the table's own words."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from products.compiled import compiled
from products.drafting.assembling import DraftWrong, File, Problem, checked
from products.drafting.boxes import Drawing
from products.drafting.fact_words import fact_label
from products.drafting.grids import Grid, rate_grid, with_rate_rows, with_table
from products.drafting.pages.saving import Returned, part_frame, posted, save, tree_of
from products.drafting.pages.sheets import sent_file, spreadsheet
from products.drafting.part_entries import NEW_TABLE, RATE_TABLE
from products.drafting.parts import BY_CODE, mapping_of
from products.drafting.posting import Flat, Reading, fill, read
from products.rules.definition import Definition
from products.rules.document import Tree
from products.spreadsheets import rate_rows_from
from products.version_pages import Desk, VersionPage

PART = BY_CODE["tables"]


def tables_of(tree: File) -> dict[str, Tree]:
    return mapping_of(mapping_of(tree, "rating"), "tables")


# --- All tables ---


def tables_page(desk: Desk) -> HttpResponse:
    """Every rating table with its size, and the form for one more."""
    back: Returned | None = None
    flat: Flat = {}
    if desk.request.method == "POST":
        flat = posted(desk)
        key = flat.get("key", "").strip()
        done = save(desk, lambda tree: _with_new(tree, key, flat), to=lambda: desk.url("rate_table", key))
        if isinstance(done, HttpResponse):
            return done
        back = done
    tree = tree_of(desk.version)
    rating = compiled(desk.version).definition.rating
    used = {step.table for step in rating.steps}
    rows = [{"table": table, "url": desk.url("rate_table", key), "is_used": key in used}
            for key, table in rating.tables.items()]  # fmt: skip
    boxes = Drawing(flat, tree, back.by_field if back else None).boxes(NEW_TABLE)
    context = part_frame(desk, PART, back, rows=rows, boxes=boxes)
    return desk.render("admin/products/draft/tables.html", context, status=back.status if back else 200)


def _with_new(tree: File, key: str, flat: Flat) -> File:
    if key in tables_of(tree):
        raise DraftWrong(Problem(_("This name stands twice."), field="key"))
    reading = Reading()
    table = read(NEW_TABLE[1:], flat, None, reading, path=f"rating.tables.{key}")
    reading.places[f"rating.tables.{key}"] = "key"
    return checked(with_table(tree, key, table), reading)


# --- One table ---


def table_page(desk: Desk, table: str) -> HttpResponse:
    """One table as a grid."""
    tree = tree_of(desk.version)
    if table not in tables_of(tree):
        raise Http404
    if desk.request.method == "POST":
        return _posted(desk, table)
    return _page(desk, table)


def _posted(desk: Desk, table: str) -> HttpResponse:
    action, page = desk.request.POST.get("action", ""), _page_number(desk)
    here = desk.url("rate_table", table)
    if action == "remove":
        done = save(desk, lambda tree: checked(with_table(tree, table, None), Reading()),
                    to=lambda: desk.url("part", PART.code))  # fmt: skip
    elif action == "about":
        flat = posted(desk)
        done = save(desk, lambda tree: _with_about(tree, table, flat), to=lambda: here)
    elif action == "upload":
        done = save(desk, lambda tree: _with_file(desk, tree, table), to=lambda: here)
    else:
        flat = posted(desk)
        done = save(desk, lambda tree: with_rate_rows(tree, table, _grid(tree, table).posted(page, flat)),
                    to=lambda: f"{here}?page={page}")  # fmt: skip
    return done if isinstance(done, HttpResponse) else _page(desk, table, done, action)


def _page_number(desk: Desk) -> int:
    text = desk.request.POST.get("page") or desk.request.GET.get("page", "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def _grid(tree: File, table: str) -> Grid:
    return rate_grid(mapping_of(tables_of(tree), table))[0]


def _with_about(tree: File, table: str, flat: Flat) -> File:
    reading, path = Reading(), f"rating.tables.{table}"
    changed = read(RATE_TABLE, flat, tables_of(tree)[table], reading, path=path)
    reading.places[path] = "keys"
    return checked(with_table(tree, table, changed), reading)


def _with_file(desk: Desk, tree: File, table: str) -> File:
    stored = mapping_of(tables_of(tree), table)
    rows: list[Tree] = [list(row) for row in rate_rows_from(*sent_file(desk.request), rate_grid(stored)[1])]
    return checked(with_table(tree, table, {**stored, "rows": rows}), Reading())


def _page(desk: Desk, table: str, back: Returned | None = None, action: str = "") -> HttpResponse:
    tree, page = tree_of(desk.version), _page_number(desk)
    typed = posted(desk) if back else None
    rows_typed = typed if action not in ("about", "upload", "remove") else None
    about = typed if typed and action == "about" else fill(RATE_TABLE, tables_of(tree)[table])
    definition = compiled(desk.version).definition
    window = _grid(tree, table).window(page, rows_typed, back.grid if back else None)
    context: dict[str, Any] = {
        "table": definition.rating.tables[table],
        "window": window,
        "headings": _headings(window.header, table, definition),
        "boxes": Drawing(about, tree, back.by_field if back else None).boxes(RATE_TABLE),
        "about_open": action == "about",
        "action": action,
        "files": [(kind, desk.url("table_file", table, kind)) for kind in ("xlsx", "csv")],
        "list_url": desk.url("part", PART.code),
    }
    return desk.render(
        "admin/products/draft/table.html", part_frame(desk, PART, back, **context), status=back.status if back else 200
    )


def _headings(header: tuple[str, ...], table: str, definition: Definition) -> list[tuple[str, Any]]:
    """Each heading of the file with its words: those of the fact that is looked up by it."""
    facts = {key: fact for step in definition.rating.steps if step.table == table for key, fact in step.by.items()}
    words = {key: fact_label(definition, facts.get(key, key)) for key in header} | {"value": _("Value")}
    return [(key, words[key]) for key in header]


def table_file(desk: Desk, table: str, kind: str) -> HttpResponse:
    """A rating or decision table as a spreadsheet."""
    definition = compiled(desk.version).definition
    found = definition.rating.tables.get(table) or definition.tables.get(table)
    if found is None or kind not in ("csv", "xlsx"):
        raise Http404
    return spreadsheet(found, kind, f"{definition.code}-{definition.version}-{table}")


PAGES = (
    VersionPage("rate_table", "tables/<str:table>/", table_page, tab="edit"),
    VersionPage("table_file", "tables/<str:table>/<str:kind>", table_file, tab="edit"),
)
