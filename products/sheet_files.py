"""CSV and XLSX files as rows of text and back, exactly, and safe to open in a spreadsheet program.

A spreadsheet turns a text that begins with = + - or @ into a formula; such a text leaves the house behind an apostrophe
and comes back without it. A number goes into XLSX as a number with as many places as it has, and comes back through
`Decimal(repr(...))`, so that 6.90 stays 6.90. What cannot be read without guessing is refused with its row.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import PurePath
from typing import Any, BinaryIO, NamedTuple

from django.utils.translation import gettext as _

# openpyxl is imported where a workbook is made or read: its import takes 0.5 s, and few processes ever need it.

MAX_ROWS = 20_000
MAX_COLUMNS = 100
MAX_BYTES = 10_000_000
MAX_UNPACKED_BYTES = 200_000_000
XLSX_MARK = b"PK\x03\x04"
WIDTH = 18

# What makes a cell a formula, as OWASP lists it: full-width signs too, which East Asian spreadsheets read alike.
_SIGNS = r"[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]"
_FORMULA, _ESCAPED = re.compile(rf"'*{_SIGNS}"), re.compile(rf"'+{_SIGNS}")
_NUMBER = re.compile(r"(?!-0(\.0*)?$)-?(0|[1-9]\d*)(\.\d+)?", re.ASCII)
_FIXED_PLACES = re.compile(r"0(?:\.(0+))?")
# Characters XML does not carry, and text that looks like the escape for them.
_UNSAFE_IN_XML = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|x(?=[0-9A-Fa-f]{4}_)")
_XML_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
SAFE_DIGITS = 15


class RowError(NamedTuple):
    """One thing that is wrong: the row as the spreadsheet counts it, the column's heading, and why."""

    row: int
    column: str
    message: str

    def __str__(self) -> str:
        return f"{self.row} {self.column}: {self.message}" if self.column else f"{self.row}: {self.message}"


class SpreadsheetErrors(Exception):
    """The file cannot be taken over; `errors` names every row and reason, in the order of the sheet."""

    def __init__(self, errors: Iterable[RowError]) -> None:
        self.errors = tuple(sorted(errors))
        super().__init__("\n".join(map(str, self.errors)))


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as text: headings of the first row, then (row number, cells) of every row that holds something."""

    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


# --- writing ---


def write_csv(rows: Iterable[Sequence[str]]) -> str:
    """Rows as CSV text. Encode it as UTF-8 with a byte order mark (utf-8-sig), which Excel needs for Chinese."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([text if _NUMBER.fullmatch(text) else escaped(text) for text in row])
    return out.getvalue()


def write_xlsx(rows: Iterable[Sequence[str]], title: str) -> bytes:
    """Rows as an XLSX file with one sheet; the first row is the heading."""
    import openpyxl  # noqa: PLC0415

    workbook = openpyxl.Workbook(write_only=True)
    sheet = workbook.create_sheet(re.sub(r"[^\w -]", " ", title)[:31] or "table")
    sheet.freeze_panes = "A2"
    for number, row in enumerate(rows):
        if number == 0:
            for place in range(len(row)):
                sheet.column_dimensions[openpyxl.utils.get_column_letter(place + 1)].width = WIDTH
        sheet.append([_xlsx_cell(sheet, text, heading=number == 0) for text in row])
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def escaped(text: str) -> str:
    """The text with an apostrophe in front when a spreadsheet would take it for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def unescaped(text: str) -> str:
    """What `escaped` was given."""
    return text[1:] if _ESCAPED.match(text) else text


def _xlsx_cell(sheet: Any, text: str, *, heading: bool) -> Any:
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415
    from openpyxl.styles import Alignment, Font  # noqa: PLC0415

    if not text:
        return None
    if not heading and _is_exact_as_float(text):
        cell = WriteOnlyCell(sheet, value=float(text))
        places = len(text.partition(".")[2])
        cell.number_format = f"0.{'0' * places}" if places else "0"
        return cell
    cell = WriteOnlyCell(sheet, value=_UNSAFE_IN_XML.sub(lambda match: f"_x{ord(match[0]):04X}_", escaped(text)))
    cell.data_type, cell.number_format = "s", "@"
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    if heading:
        cell.font = Font(bold=True)
    return cell


def _is_exact_as_float(text: str) -> bool:
    """Whether a binary float and the places written give back exactly this text."""
    return bool(_NUMBER.fullmatch(text)) and len(re.sub(r"\D", "", text).lstrip("0")) <= SAFE_DIGITS


# --- reading ---


def read_sheet(file: BinaryIO | bytes, name: str) -> Sheet:
    """The first sheet of a CSV or XLSX file as text.

    Raises:
        SpreadsheetErrors: not such a file, too large, or cells that cannot be taken over as they stand.
    """
    sheet, errors = read_rows(file, name)
    if errors:
        raise SpreadsheetErrors(errors)
    return sheet


def read_rows(file: BinaryIO | bytes, name: str) -> tuple[Sheet, list[RowError]]:
    """As `read_sheet`, but a cell that cannot be taken over costs its own row only: it is empty, and told beside.

    Raises:
        SpreadsheetErrors: not such a file, too large, or not a sheet with headings.
    """
    data = file if isinstance(file, bytes) else file.read(MAX_BYTES + 1)
    if PurePath(name).suffix.lower() not in (".csv", ".xlsx"):
        raise _whole_file(_("Choose a CSV or XLSX file."))
    if len(data) > MAX_BYTES:
        raise _whole_file(_("The file is larger than {limit} MB.").format(limit=MAX_BYTES // 1_000_000))
    if not data.strip():
        raise _whole_file(_("The file is empty."))
    errors: list[RowError] = []
    records = list(_read_xlsx(data, errors) if data.startswith(XLSX_MARK) else _read_csv(data))
    return _sheet_of(records, errors), errors


def _whole_file(message: str) -> SpreadsheetErrors:
    return SpreadsheetErrors([RowError(1, "", message)])


def _sheet_of(records: list[tuple[int, list[str]]], errors: list[RowError]) -> Sheet:
    """Headings and rows; a row wider than the headings is cut, and told in `errors`."""
    trimmed = [(number, _without_tail([unescaped(cell.strip()) for cell in cells])) for number, cells in records]
    filled = [(number, tuple(cells)) for number, cells in trimmed if cells]
    if not filled or filled[0][0] != 1:
        raise _whole_file(_("The first row must hold the headings."))
    if len(filled) - 1 > MAX_ROWS:
        raise _whole_file(_("There are {count} rows; at most {limit} can be taken over.").format(
            count=len(filled) - 1, limit=MAX_ROWS
        ))  # fmt: skip
    header = filled[0][1]
    wide = _("There are more cells than headings.")
    errors.extend(RowError(number, "", wide) for number, cells in filled[1:] if len(cells) > len(header))
    padded = ((number, cells[: len(header)] + ("",) * (len(header) - len(cells))) for number, cells in filled[1:])
    return Sheet(header, tuple(padded))


def _without_tail(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _read_csv(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """Records of a CSV file in UTF-8, or in GB 18030 as Excel writes it in China."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise _whole_file(_("The file is not UTF-8 text."))
    if "\x00" in text:
        raise _whole_file(_("The file is not text."))
    number = 0
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for number, cells in enumerate(reader, start=1):
            yield number, cells
            if number > MAX_ROWS * 2:
                return
    except csv.Error:
        message = _("This row is not CSV: check its quotation marks.")
        raise SpreadsheetErrors([RowError(number + 1, "", message)]) from None


def _read_xlsx(data: bytes, errors: list[RowError]) -> Iterator[tuple[int, list[str]]]:
    sheet = _first_sheet(data)
    if sheet.max_row > MAX_ROWS + 1 or sheet.max_column > MAX_COLUMNS:
        raise _whole_file(
            _("The sheet has {rows} rows and {columns} columns; at most {row_limit} and {column_limit}.").format(
                rows=sheet.max_row, columns=sheet.max_column, row_limit=MAX_ROWS, column_limit=MAX_COLUMNS
            )
        )
    words = _("These cells are merged; split them.")
    errors.extend(RowError(merged.min_row, merged.coord, words) for merged in sheet.merged_cells.ranges)
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        texts = []
        for cell in cells:
            try:
                texts.append(_text_of(cell))
            except ValueError as error:
                errors.append(RowError(number, cell.column_letter, str(error)))
                texts.append("")
        yield number, texts


def _first_sheet(data: bytes) -> Any:
    """The one sheet with content."""
    import openpyxl  # noqa: PLC0415

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            size = sum(part.file_size for part in packed.infolist())
        if size <= MAX_UNPACKED_BYTES:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                book = openpyxl.load_workbook(io.BytesIO(data), keep_links=False)
    except Exception:  # noqa: BLE001  a broken file makes openpyxl raise almost anything
        raise _whole_file(_("This is not a readable XLSX file.")) from None
    if size > MAX_UNPACKED_BYTES:
        raise _whole_file(
            _("Unpacked, the file is larger than {limit} MB.").format(limit=MAX_UNPACKED_BYTES // 1_000_000)
        )
    sheets = [sheet for sheet in book.worksheets if sheet.max_row > 1 or sheet["A1"].value is not None]
    if not sheets:
        raise _whole_file(_("The file is empty."))
    if len(sheets) > 1:
        raise _whole_file(_("The file has several sheets with content; leave one."))
    return sheets[0]


def _text_of(cell: Any) -> str:
    """A cell as text.

    Raises:
        ValueError: a formula, an error value, a percentage or a time of day; the message says which.
    """
    value = getattr(cell, "value", None)
    if value is None:
        return ""
    if cell.data_type == "f":
        raise ValueError(_("This is a formula; write the value itself."))
    if cell.data_type == "e":
        raise ValueError(_("This cell holds the error {text}.").format(text=value))
    if isinstance(value, str):
        return _XML_ESCAPE.sub(lambda match: chr(int(match[1], 16)), value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    if isinstance(value, int | float | Decimal):
        return _number_text(value, cell.number_format)
    raise ValueError(_("Write this as text; a time of day is not understood."))


def _number_text(value: float | Decimal, number_format: str) -> str:
    if "%" in number_format:
        raise ValueError(_("This is a percentage; write it as a plain number."))
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not number.is_finite():
        raise ValueError(_("This is not a number."))
    if number == number.to_integral_value():
        number = number.quantize(Decimal(1)) if abs(number) < Decimal(10) ** 20 else number
    places = _FIXED_PLACES.fullmatch(number_format)
    if places and places[1] and number == round(number, len(places[1])):
        return f"{number:.{len(places[1])}f}"
    return format(number, "f")
