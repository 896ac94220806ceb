"""Pages of a run over past business: begin one, its progress, what came of it, a file of it; one class for all."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.idempotency import idempotent_post
from products.models import ProductVersion
from products.services.runs import MAY_RUN, Work, is_stuck, resume_run, start_run, stop_run
from products.sheet_files import escaped
from products.version_pages import Desk, VersionPage

MAY_SEE = MAY_RUN | {"auditor"}
POLL_SECONDS = 2
SHOWN_RUNS = 20
BOM = "\ufeff"


def may_see(version: ProductVersion, by: Actor) -> bool:
    return by.is_one_of(MAY_SEE)


@dataclass(frozen=True, slots=True)
class RunPages:
    """The pages of one kind of run.

    `about` is the template that says what a run does, `result` the one that shows what came of it, with the values of
    `context`; `rows` gives the lines of the file, the headings first.
    """

    code: str
    title: Any
    order: int
    work: Work
    about: str
    result: str
    context: Callable[[Any], dict[str, Any]]
    rows: Callable[[Any], Iterable[Sequence[str]]]
    unit: Any

    def pages(self) -> tuple[VersionPage, ...]:
        path = self.code.replace("_", "-")
        return (
            VersionPage(self.code, f"{path}/", self._list, title=self.title, order=self.order, shown=may_see),
            VersionPage(f"{self.code}_run", f"{path}/<uuid:run>/", self._run, tab=self.code),
            VersionPage(f"{self.code}_progress", f"{path}/<uuid:run>/progress/", self._progress, tab=self.code),
            VersionPage(f"{self.code}_file", f"{path}/<uuid:run>/results.csv", self._file, tab=self.code),
        )

    # --- All runs of a version ---

    def _list(self, desk: Desk) -> HttpResponse:
        check_may_see(desk)
        if desk.request.method == "POST":
            response: HttpResponse = idempotent_post(lambda request: self._start(desk))(desk.request)
            return response
        return self._list_page(desk)

    def _start(self, desk: Desk) -> HttpResponse:
        try:
            run = start_run(work=self.work, version=desk.version, by=desk.by, at=desk.at)
        except Refused as refusal:
            return self._list_page(desk, refusal)
        return desk.go(desk.url(f"{self.code}_run", run.uuid))

    def _list_page(self, desk: Desk, refusal: Refused | None = None) -> HttpResponse:
        runs = list(self._runs(desk).order_by("-id")[:SHOWN_RUNS])
        total, _last = self.work.book(desk.version, desk.at)
        context = {
            "pages": self,
            "runs": [(run, desk.url(f"{self.code}_run", run.uuid)) for run in runs],
            "total": total,
            "may_run": desk.by.is_one_of(MAY_RUN),
            "refusal": refusal,
        }
        return desk.render("admin/products/runs/list.html", context, status=422 if refusal else 200)

    def _runs(self, desk: Desk) -> Any:
        return self.work.model._default_manager.filter(version=desk.version)

    # --- One run ---

    def _found(self, desk: Desk, run: UUID) -> Any:
        check_may_see(desk)
        found = self._runs(desk).filter(uuid=run).first()
        if found is None:
            raise Http404
        found.version = desk.version
        return found

    def _run(self, desk: Desk, run: UUID) -> HttpResponse:
        found = self._found(desk, run)
        refusal = None
        if desk.request.method == "POST":
            try:
                return desk.go(desk.request.path, self._carry_on(desk, found))
            except Refused as refused:
                refusal = refused
                found.refresh_from_db()
        context = {
            "pages": self,
            "run": found,
            "is_stuck": is_stuck(self.work, found),
            "refusal": refusal,
            "may_run": desk.by.is_one_of(MAY_RUN),
            "poll_seconds": POLL_SECONDS,
            "progress_url": desk.url(f"{self.code}_progress", found.uuid),
            "file_url": desk.url(f"{self.code}_file", found.uuid),
            "list_url": desk.url(self.code),
        }
        if not found.is_running:
            context |= self.context(found)
        return desk.render("admin/products/runs/run.html", context, status=422 if refusal else 200)

    def _carry_on(self, desk: Desk, run: Any) -> str:
        """Go on where the worker gave up, or stop for good; what was done, in words."""
        if desk.request.POST.get("action") == "resume":
            resume_run(work=self.work, run=run, by=desk.by, at=desk.at)
            return _("The run goes on.")
        stop_run(run=run, by=desk.by, at=desk.at)
        return _("The run is stopped.")

    def _progress(self, desk: Desk, run: UUID) -> HttpResponse:
        """Asked every two seconds while the worker is at it; once it is over, the page is loaded again."""
        found = self._found(desk, run)
        if not found.is_running or is_stuck(self.work, found):
            response = HttpResponse()
            response["HX-Refresh"] = "true"
            return response
        return render(desk.request, "admin/products/runs/_progress.html", {"run": found, "pages": self})

    def _file(self, desk: Desk, run: UUID) -> StreamingHttpResponse:
        found = self._found(desk, run)
        name = f"{desk.version.product.code}-{desk.version.version}-{self.code.replace('_', '-')}.csv"
        response = StreamingHttpResponse(csv_lines(self.rows(found)), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Cache-Control"] = "private, no-store"
        return response


def check_may_see(desk: Desk) -> None:
    """Raises PermissionDenied: this is for product managers, actuaries, risk managers and auditors."""
    if not desk.by.is_one_of(MAY_SEE):
        raise PermissionDenied


class _Line:
    """A file that gives back what is written to it, for a writer that streams."""

    def write(self, text: str) -> str:
        return text


def csv_lines(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Rows as lines of a CSV file, one at a time, with the mark Excel needs; no text becomes a formula."""
    writer = csv.writer(_Line())
    yield BOM
    for row in rows:
        yield writer.writerow([text if _is_number(text) else escaped(text) for text in row])


def _is_number(text: str) -> bool:
    return text.removeprefix("-").replace(".", "", 1).isdecimal() and text.isascii()
