"""Rating tables and decision tables as grids: a window of rows at a time, posted back into the whole table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from products.drafting.assembling import File, checked
from products.drafting.parts import mapping_of
from products.drafting.posting import Reading
from products.rules.decisions import DecisionTable
from products.rules.document import Tree
from products.rules.rate_tables import TableKey
from products.sheet_files import RowError
from products.spreadsheets import (
    ID,
    KIND,
    OTHERWISE,
    OUTPUT,
    RULE,
    THEN,
    VALUE,
    WHEN,
    decision_row_errors,
    decision_rows_of,
    decision_tree,
    rate_row_errors,
)

# A form of the house has at most 500 fields.
MOST_FIELDS, MOST_ROWS, SPARE = 420, 100, 3

Cells = tuple[str, ...]


class GridWrong(Exception):
    """Rows that cannot stand in the table: (place in the table, heading, why), and the messages by field."""

    def __init__(self, errors: Sequence[RowError], by_field: Mapping[str, str]) -> None:
        self.errors, self.by_field = tuple(errors), dict(by_field)
        super().__init__("; ".join(map(str, errors)))


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the new table; `field` is its number in the form, None outside the window."""

    cells: Cells
    field: int | None = None
    place: float = 0


@dataclass(frozen=True, slots=True)
class GridCell:
    name: str
    heading: str
    value: str
    error: str = ""


@dataclass(frozen=True, slots=True)
class GridRow:
    """A row as the page shows it; `number` stands in the names of its fields."""

    number: int
    cells: tuple[GridCell, ...]
    place: str = ""
    dropped: bool = False
    is_spare: bool = False
    error: str = ""


@dataclass(frozen=True)
class Window:
    """The rows on one page of a grid."""

    header: tuple[str, ...]
    rows: tuple[GridRow, ...]
    start: int
    total: int
    size: int

    @property
    def number(self) -> int:
        return self.start // self.size + 1

    @property
    def pages(self) -> range:
        return range(1, max(1, -(-self.total // self.size)) + 1)

    @property
    def first(self) -> int:
        return self.start + 1

    @property
    def last(self) -> int:
        return min(self.start + self.size, self.total)


@dataclass
class Grid:
    """A table's headings and rows. `ordered` grids have a place for each row that can be typed over."""

    header: Cells
    rows: list[Cells]
    ordered: bool = False
    quiet: frozenset[str] = field(default_factory=frozenset)

    @property
    def size(self) -> int:
        """Rows a page."""
        return max(5, min(MOST_ROWS, MOST_FIELDS // (len(self.header) + 2) - SPARE))

    def window(self, page: int, posted: Mapping[str, str] | None = None, wrong: GridWrong | None = None) -> Window:
        """One page as stored, or as it was just typed."""
        start = self.start_of(page)
        shown = [self._shown(number, posted, wrong) for number in self._numbers(start)]
        return Window(self.header, tuple(shown), start, len(self.rows), self.size)

    def start_of(self, page: int) -> int:
        return min(max(page - 1, 0), max(len(self.rows) - 1, 0) // self.size) * self.size

    def _numbers(self, start: int) -> range:
        """Rows of the window; empty ones to fill stand after the table's last row."""
        end = min(start + self.size, len(self.rows))
        return range(start, end + (SPARE if end == len(self.rows) else 0))

    def _shown(self, number: int, posted: Mapping[str, str] | None, wrong: GridWrong | None) -> GridRow:
        stored = self.rows[number] if number < len(self.rows) else ("",) * len(self.header)
        problems = wrong.by_field if wrong else {}
        cells = tuple(
            GridCell(name, heading, posted.get(name, "") if posted else stored[column], problems.get(name, ""))
            for column, (name, heading) in enumerate(
                (f"c.{number}.{column}", heading) for column, heading in enumerate(self.header)
            )
        )
        return GridRow(
            number,
            cells,
            place=(posted.get(f"p.{number}", "") if posted else str(number + 1)) if number < len(self.rows) else "",
            dropped=bool(posted and posted.get(f"d.{number}")),
            is_spare=number >= len(self.rows),
            error=problems.get(f"r.{number}", ""),
        )

    def posted(self, page: int, flat: Mapping[str, str]) -> list[Row]:
        """Every row of the new table: those outside the window as stored, those inside as typed."""
        start = self.start_of(page)
        numbers = self._numbers(start)
        found = [Row(cells, None, number) for number, cells in enumerate(self.rows) if number not in numbers]
        for number in numbers:
            cells = tuple(flat.get(f"c.{number}.{column}", "").strip() for column in range(len(self.header)))
            if flat.get(f"d.{number}") or self._is_blank(cells):
                continue
            found.append(Row(cells, number, self._place(number, flat) if self.ordered else number))
        return sorted(found, key=lambda row: row.place)

    def _is_blank(self, cells: Cells) -> bool:
        return not any(cell for heading, cell in zip(self.header, cells, strict=True) if heading not in self.quiet)

    def _place(self, number: int, flat: Mapping[str, str]) -> float:
        """Where a row goes: moved up it stands before the row it names, moved down after it."""
        text = flat.get(f"p.{number}", "").strip()
        if not (text.isascii() and text.isdigit() and len(text) < 7):
            return number
        wanted = int(text) - 1
        return wanted if wanted == number else wanted - 0.5 if wanted < number else wanted + 0.5


def wrong_rows(errors: Sequence[RowError], rows: Sequence[Row], header: Sequence[str]) -> GridWrong:
    """The same errors, each also under the field it is about."""
    columns = {heading: column for column, heading in enumerate(header)}
    by_field: dict[str, str] = {}
    for error in errors:
        row = rows[error.row - 1] if 0 < error.row <= len(rows) else None
        if row is not None and row.field is not None:
            column = columns.get(error.column)
            name = f"r.{row.field}" if column is None else f"c.{row.field}.{column}"
            by_field.setdefault(name, error.message)
    return GridWrong(errors, by_field)


# --- Rating tables ---


def rate_grid(table: Mapping[str, Tree]) -> tuple[Grid, tuple[TableKey, ...]]:
    """A rating table of the file as a grid, and its keys."""
    keys = tuple(TableKey(name, str(match)) for name, match in mapping_of(dict(table), "keys").items())
    rows = table.get("rows")
    found = [tuple(map(str, row)) for row in rows if isinstance(row, list)] if isinstance(rows, list) else []
    return Grid((*(key.key for key in keys), VALUE), found), keys


def with_rate_rows(tree: File, key: str, rows: Sequence[Row]) -> File:
    """The file with the rows of a rating table replaced.

    Raises:
        GridWrong: naming every row that cannot stand in the table.
        DraftWrong: the rest of the file does not fit them.
    """
    table = mapping_of(mapping_of(mapping_of(tree, "rating"), "tables"), key)
    grid, keys = rate_grid(table)
    numbered = [(number, row.cells) for number, row in enumerate(rows, start=1)]
    if errors := rate_row_errors(keys, numbered):
        raise wrong_rows(errors, rows, grid.header)
    listed: list[Tree] = [list(row.cells) for row in rows]
    return checked(with_table(tree, key, {**table, "rows": listed}), Reading())


def with_table(tree: File, key: str, table: Tree | None) -> File:
    """The file with one rating table replaced, added, or (None) taken out; not read yet."""
    rating = mapping_of(tree, "rating")
    tables = {**mapping_of(rating, "tables"), key: table}
    kept: Tree = {name: item for name, item in tables.items() if item is not None}
    return {**tree, "rating": {**rating, "tables": kept}}


# --- Decision tables ---


def rule_grid(table: DecisionTable) -> Grid:
    """A decision table as a grid; its rules stand in the order that may decide."""
    header, rows = decision_rows_of(table)
    return Grid(tuple(header), [tuple(cells.values()) for cells in rows], ordered=True, quiet=frozenset({KIND, THEN}))


def with_rules(tree: File, part: str, table: DecisionTable, rows: Sequence[Row], hit: str = "") -> File:
    """The file with the rules of a decision table replaced; a rule nobody touched stays the very text it was.

    Raises:
        GridWrong: naming every row that cannot stand in the table.
        DraftWrong: the table as a whole does not read.
    """
    grid = rule_grid(table)
    named = [(number, dict(zip(grid.header, row.cells, strict=True))) for number, row in enumerate(rows, start=1)]
    if errors := decision_row_errors(named, table):
        raise wrong_rows(errors, rows, grid.header)
    found = _as_written(decision_tree(cells for _number, cells in named), named, grid, mapping_of(tree, part))
    return checked(_with_decisions(tree, part, found, hit), Reading())


def _as_written(
    found: dict[str, Tree], named: Sequence[tuple[int, dict[str, str]]], grid: Grid, stored: File
) -> dict[str, Tree]:
    rules = stored.get("rules")
    written: dict[Any, Tree] = {
        item.get("id"): item for item in (*(rules if isinstance(rules, list) else ()), stored.get("otherwise"))
        if isinstance(item, dict)
    }  # fmt: skip
    same = {cells[ID] for _n, cells in named if tuple(cells.values()) in grid.rows and cells[ID] in written}

    def original(rule: Tree) -> Tree:
        return written[rule["id"]] if isinstance(rule, dict) and rule["id"] in same else rule

    found_rules = found["rules"]
    assert isinstance(found_rules, list)  # noqa: S101  decision_tree makes it so
    listed: list[Tree] = [original(rule) for rule in found_rules]
    return {"rules": listed, **({"otherwise": original(found["otherwise"])} if "otherwise" in found else {})}


def _with_decisions(tree: File, part: str, found: dict[str, Tree], hit: str) -> File:
    stored = mapping_of(tree, part)
    kept = {key: found.get(key, value) for key, value in stored.items() if key != "otherwise" or "otherwise" in found}
    changed = {**kept, **{key: value for key, value in found.items() if key not in kept}}
    return {**tree, part: {**changed, "hit": hit} if hit else changed}


def with_decisions_from(tree: File, part: str, found: dict[str, Tree]) -> File:
    """The file with rules that came out of a spreadsheet. Raises DraftWrong."""
    return checked(_with_decisions(tree, part, found, ""), Reading())


HEADING_KINDS = {KIND: (RULE, OTHERWISE)}


def heading_key(heading: str) -> str:
    """The column or output a heading is about."""
    return heading.removeprefix(WHEN).removeprefix(OUTPUT)
