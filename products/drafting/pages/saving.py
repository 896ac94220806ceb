"""How every page of a draft saves: one service call; whatever comes back is shown beside what was typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _

from insureweb.kernel.checks import Refused
from products.drafting.assembling import DraftWrong, File, Problem
from products.drafting.differences import PartDifferences, differences
from products.drafting.grids import GridWrong
from products.drafting.parts import PARTS, Part
from products.drafting.posting import Flat
from products.drafting.reader_words import words_of
from products.models import ProductVersion
from products.rules.document import ProductFileError
from products.services.drafts import change_draft
from products.sheet_files import RowError, SpreadsheetErrors
from products.version_pages import Desk

CONFLICT, WRONG = 409, 422


@dataclass
class Returned:
    """Why the page comes back: problems by field or line, bad rows, a refusal, what somebody else wrote meanwhile."""

    problems: Sequence[Problem] = ()
    rows: Sequence[RowError] = ()
    refusal: Refused | None = None
    theirs: list[PartDifferences] = field(default_factory=list)
    grid: GridWrong | None = None

    @property
    def status(self) -> int:
        return CONFLICT if self.refusal else WRONG

    @property
    def by_field(self) -> dict[str, str]:
        return {problem.field: str(problem.message) for problem in self.problems if problem.field}

    @property
    def elsewhere(self) -> list[Problem]:
        return [problem for problem in self.problems if not problem.field]


def posted(desk: Desk) -> Flat:
    """The fields of the form that came in."""
    return {name: str(value) for name, value in desk.request.POST.items()}


def tree_of(version: ProductVersion) -> File:
    """The definition as a mapping; a stored version always is one."""
    tree = version.definition
    assert isinstance(tree, dict)  # noqa: S101
    return tree


def save(desk: Desk, make: Callable[[File], File], *, to: Callable[[], str], done: str = "") -> HttpResponse | Returned:
    """Change the draft and go on, or say why not.

    `make` gives the new file from the one stored now; `to` the address to go to afterwards.
    """
    version = desk.version
    desk.check_author()
    try:
        stored = tree_of(version)
        changed = make(stored)
        if changed == stored:
            messages.info(desk.request, _("Nothing was changed."))
            return desk.go(to())
        seen = desk.request.POST.get("seen", "")[:64]
        desk.version = change_draft(version=version, tree=changed, seen_hash=seen, by=desk.by, at=desk.at)
    except (DraftWrong, GridWrong, SpreadsheetErrors, ProductFileError) as error:
        return returned(error)
    except Refused as refusal:
        theirs = differences(stored, changed) if refusal.code == "changed_meanwhile" else []
        return Returned(refusal=refusal, theirs=theirs)
    return desk.go(to(), done or _("Saved. The whole draft reads."))


def returned(error: DraftWrong | GridWrong | SpreadsheetErrors | ProductFileError) -> Returned:
    """What is wrong, as the page shows it."""
    match error:
        case DraftWrong():
            return Returned(problems=error.problems)
        case GridWrong():
            return Returned(rows=error.errors, grid=error)
        case SpreadsheetErrors():
            return Returned(rows=error.errors)
        case _:
            return Returned(problems=[Problem(words_of(error), line=error.line, place=error.path)])


def part_frame(desk: Desk, part: Part, back: Returned | None = None, **context: Any) -> dict[str, Any]:
    """What every page of a part shows."""
    return {
        "part": part,
        "nav": [{"part": one, "url": desk.url("part", one.code), "is_here": one is part} for one in PARTS],
        "may_edit": desk.may_edit,
        "seen": desk.version.content_hash,
        "back": back,
        "title": part.title,
        **context,
    }
