"""A decision table as a grid, with what is wrong in the table as a whole beside it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from products.compiled import compiled
from products.drafting.assembling import DraftWrong, File, checked
from products.drafting.choices import CLAIMS, HIT_POLICIES, UNDERWRITING
from products.drafting.fact_words import fact_label
from products.drafting.findings import Findings, findings_of
from products.drafting.grids import GridWrong, rule_grid, with_decisions_from, with_rules
from products.drafting.pages.saving import Returned, part_frame, posted, returned, save, tree_of
from products.drafting.pages.sheets import sent_file
from products.drafting.parts import Part
from products.drafting.posting import Flat, Reading
from products.rules.decisions import DecisionTable
from products.rules.definition import Definition
from products.rules.document import node_of
from products.rules.reading import read_definition
from products.spreadsheets import decision_rows_from
from products.version_pages import Desk

CHECK, UPLOAD = "check", "upload"


def rules_page(desk: Desk, part: Part) -> HttpResponse:
    """The table of a decision part."""
    if desk.request.method == "POST":
        return _posted(desk, part)
    return _page(desk, part)


def _posted(desk: Desk, part: Part) -> HttpResponse:
    action, flat = desk.request.POST.get("action", ""), posted(desk)
    if action == CHECK:
        return _checked_page(desk, part, flat)
    here = desk.url("part", part.code)
    if action == UPLOAD:
        done = save(desk, lambda tree: _with_file(desk, tree, part), to=lambda: here)
    else:
        done = save(
            desk, lambda tree: _with_rows(desk, tree, part, flat), to=lambda: f"{here}?page={_page_number(desk)}"
        )
    return done if isinstance(done, HttpResponse) else _page(desk, part, done, action)


def _checked_page(desk: Desk, part: Part, flat: Flat) -> HttpResponse:
    """What would be found in the table as typed; nothing is written."""
    desk.check_author()
    back: Returned | None = None
    findings: Findings | None = None
    try:
        typed = read_definition(node_of(_with_rows(desk, tree_of(desk.version), part, flat)))
        findings = findings_of(typed.tables[part.code], typed)
    except (DraftWrong, GridWrong) as error:
        back = returned(error)
    if "HTTP_HX_REQUEST" in desk.request.META:
        return render(desk.request, "admin/products/draft/_findings.html", {"findings": findings, "back": back})
    return _page(desk, part, back or Returned(), CHECK, findings)


def _with_rows(desk: Desk, tree: File, part: Part, flat: Flat) -> File:
    table = _definition(desk).tables[part.code]
    hit = flat.get("hit", "")
    rows = rule_grid(table).posted(_page_number(desk), flat)
    return with_rules(tree, part.code, table, rows, hit if hit in dict(HIT_POLICIES) else "")


def _with_file(desk: Desk, tree: File, part: Part) -> File:
    found = decision_rows_from(*sent_file(desk.request), _definition(desk).tables[part.code])
    return checked(with_decisions_from(tree, part.code, found), Reading())


def _definition(desk: Desk) -> Definition:
    return compiled(desk.version).definition


def _page_number(desk: Desk) -> int:
    text = desk.request.POST.get("page") or desk.request.GET.get("page", "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def _page(
    desk: Desk, part: Part, back: Returned | None = None, action: str = "", findings: Findings | None = None
) -> HttpResponse:
    definition = _definition(desk)
    table = definition.tables[part.code]
    typed = posted(desk) if back and action != UPLOAD else None
    grid = rule_grid(table)
    context: dict[str, Any] = {
        "table": table,
        "window": grid.window(_page_number(desk), typed, back.grid if back else None),
        "headings": _headings(grid.header, table, definition),
        "hit": typed.get("hit", table.hit) if typed else table.hit,
        "hit_policies": HIT_POLICIES,
        "outcomes": CLAIMS if part.code == "claims" else UNDERWRITING,
        "findings": findings or (None if back and back.rows else findings_of(table, definition)),
        "action": action,
        "files": [(kind, desk.url("table_file", part.code, kind)) for kind in ("xlsx", "csv")],
    }
    status = 200 if action == CHECK and back and not back.rows and not back.problems else back.status if back else 200
    return desk.render("admin/products/draft/rules.html", part_frame(desk, part, back, **context), status=status)


def _headings(header: tuple[str, ...], table: DecisionTable, definition: Definition) -> list[dict[str, Any]]:
    """Each heading of the grid: what it is, its name in the file, its words."""
    labels: dict[str, Any] = {column.key: fact_label(definition, column.key, table) for column in table.columns}
    labels |= {output.key: output.label for output in table.outputs if output.label}
    fixed = {"row": _("Kind of row"), "id": _("Rule"), "then": _("Outcome"),
             "reason: zh-hans": _("Words in Chinese"), "reason: en": _("Words in English")}  # fmt: skip
    found = []
    for heading in header:
        kind, _colon, key = heading.partition(": ")
        is_words = heading in fixed
        found.append({"kind": heading if is_words else kind, "key": "" if is_words else key,
                      "label": fixed.get(heading) or labels.get(key, "")})  # fmt: skip
    return found
