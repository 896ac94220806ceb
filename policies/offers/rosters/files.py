"""Roster files: which columns they have, how one is opened, the empty one to fill in, the list of wrong rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from insureweb.kernel.checks import Refused
from insureweb.kernel.localized import Localized
from policies.offers.rosters.rules.columns import (
    ID_NUMBER,
    NAME,
    REASONS,
    REFERENCE,
    Column,
    WrongHeadings,
    columns_of,
    match_headings,
)
from policies.offers.rosters.words import heading
from products.rules.definition import Definition
from products.rules.platform_facts import GROUP_SIZE
from products.sheet_files import SpreadsheetErrors, read_rows, write_csv, write_xlsx

KINDS = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv; charset=utf-8"}
SHOWN_ERRORS = 8
MOST_FILLED = 1_000
LONGEST_CELL = 200
Row = tuple[int, dict[str, str], tuple[str, ...]]  # line, cells by column, columns that cannot be read


@dataclass(frozen=True, slots=True)
class RosterFile:
    """A roster as it was opened: every row's cells by column."""

    name: str
    rows: tuple[Row, ...]

    def as_json(self) -> dict[str, Any]:
        return {"name": self.name, "rows": self.rows}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> RosterFile:
        return cls(stored["name"], tuple((line, cells, tuple(bad)) for line, cells, bad in stored["rows"]))


def fixed_columns() -> tuple[Column, ...]:
    """The columns of every roster."""
    return Column(NAME, heading(NAME)), Column(ID_NUMBER, heading(ID_NUMBER))


def extra_columns() -> tuple[Column, ...]:
    """Columns our own list of wrong rows adds."""
    return Column(REFERENCE, heading(REFERENCE)), Column(REASONS, heading(REASONS))


def columns_for(definition: Definition) -> tuple[Column, ...]:
    return columns_of(definition, fixed_columns())


def open_roster_file(file: BinaryIO | bytes, name: str, definition: Definition) -> RosterFile:
    """The rows of a CSV or XLSX file.

    Raises:
        Refused: not such a file, too large, or without the product's columns.
    """
    try:
        sheet, errors = read_rows(file, name)
    except SpreadsheetErrors as wrong:
        words = " ".join(error.message for error in wrong.errors[:SHOWN_ERRORS])
        raise Refused("unreadable_file", words, field="file") from wrong
    try:
        places = match_headings(sheet.header, columns_for(definition), extra_columns())
    except WrongHeadings as wrong:
        raise _wrong_headings(wrong) from wrong
    letters: dict[int, list[str]] = {}
    for error in errors:
        letters.setdefault(error.row, []).append(_column_at(error.column, places))
    if 1 in letters:
        raise Refused("unreadable_file", _("The first row must hold the headings."), field="file")
    rows = []
    for line, texts in sheet.rows:
        cells = {key: texts[place][:LONGEST_CELL] for place, key in places.items()}
        if any(cells.values()) or line in letters:
            rows.append((line, cells, tuple(letters.get(line, ()))))
    return RosterFile(name, tuple(rows))


def _column_at(letters: str, places: Mapping[int, str]) -> str:
    """The column a spreadsheet calls A or BC; empty for one we do not read and for a whole row."""
    place = 0
    for letter in letters:
        if not "A" <= letter <= "Z":
            return ""
        place = place * 26 + ord(letter) - ord("A") + 1
    return places.get(place - 1, "")


def _wrong_headings(wrong: WrongHeadings) -> Refused:
    language = get_language() or ""
    if wrong.missing:
        names = ", ".join(column.heading.get(language) for column in wrong.missing)
        return Refused("columns_missing", _("These columns are missing: %(names)s.") % {"names": names}, field="file")
    names = ", ".join(column.heading.get(language) for column in wrong.twice)
    return Refused("columns_twice", _("These columns stand twice: %(names)s.") % {"names": names}, field="file")


def template_file(definition: Definition, kind: str, known: Mapping[str, str]) -> bytes:
    """A roster to fill in, with the product's headings in the reader's language.

    `known` are facts of a price worked out before: as many rows as people, with what each was taken to be.
    """
    columns = columns_for(definition)
    row = [_entered(column, known.get(column.key, "")) if column.item else "" for column in columns]
    told = known.get(GROUP_SIZE, "")
    people = min(int(told), MOST_FILLED) if any(row) and told.isascii() and told.isdigit() and len(told) < 8 else 0
    return _written([[_in_language(column.heading) for column in columns], *[row] * people], kind)


def _entered(column: Column, value: str) -> str:
    """A fact as a cell of the file takes it; nothing when it is none of the choices."""
    if column.item is None or not column.item.options:
        return value[:LONGEST_CELL]
    option = next((option for option in column.item.options if option.text == value), None)
    return _in_language(option.label) if option else ""


def wrong_rows_file(definition: Definition, rows: Iterable[tuple[str, Mapping[str, str], str]], kind: str) -> bytes:
    """Wrong rows as they were written, each with its number and the reasons, ready to be mended and sent again."""
    columns = columns_for(definition)
    reference, reasons = extra_columns()
    headings = [_in_language(column.heading) for column in (reference, *columns, reasons)]
    lines = [[number, *(cells.get(column.key, "") for column in columns), why] for number, cells, why in rows]
    return _written([headings, *lines], kind)


def _in_language(words: Localized) -> str:
    return words.get(get_language() or "zh-hans")


def _written(rows: list[list[str]], kind: str) -> bytes:
    return write_xlsx(rows, "roster") if kind == "xlsx" else write_csv(rows).encode("utf-8-sig")
