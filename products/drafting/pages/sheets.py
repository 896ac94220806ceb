"""Spreadsheets out of a page and into it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from products.rules.decisions import DecisionTable
from products.rules.rate_tables import RateTable
from products.sheet_files import MAX_BYTES, RowError, SpreadsheetErrors
from products.spreadsheets import table_to_csv, table_to_xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def spreadsheet(table: RateTable | DecisionTable, kind: str, name: str) -> HttpResponse:
    """A table for download."""
    if kind == "csv":
        answer = HttpResponse(table_to_csv(table).encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    else:
        answer = HttpResponse(table_to_xlsx(table), content_type=XLSX)
    safe = "".join(letter if letter.isalnum() or letter in "-_." else "-" for letter in name)
    answer["Content-Disposition"] = f'attachment; filename="{safe}.{kind}"'
    return answer


def sent_file(request: HttpRequest) -> tuple[bytes, str]:
    """The file sent: its bytes, no more than can be read, and its name.

    Raises:
        SpreadsheetErrors: none was chosen.
    """
    upload = request.FILES.get("file")
    if upload is None:
        raise SpreadsheetErrors([RowError(1, "", _("Choose a CSV or XLSX file."))])
    return upload.read(MAX_BYTES + 1), str(upload.name)
