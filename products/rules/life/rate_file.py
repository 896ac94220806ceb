"""Reads a CSV of mortality rates: one row a year of age, one column a table."""

from __future__ import annotations

import csv
import io
import itertools
import re
from decimal import Decimal, InvalidOperation

from products.rules.life.exact import LifeError
from products.rules.life.mortality import MortalityTable

AGE_COLUMNS = ("age", "x")
MAX_ROWS = 400
MAX_CELL = 60
_NUMBER = re.compile(r"[+-]?(\d{1,3}(\.\d{0,40})?|\.\d{1,40})([eE][+-]?\d{1,2})?", re.ASCII)
_AGE = re.compile(r"(\d{1,3})(\.0*)?", re.ASCII)


class RateFile:
    """A rate file as read: its columns by name and its ages.

    Raises:
        LifeError: naming the line, when it is no such file.
    """

    def __init__(self, text: str) -> None:
        rows = [(number, row) for number, row in _rows(text) if any(cell.strip() for cell in row)]
        if len(rows) < 2:
            raise LifeError("the file has no rows of rates under a heading")
        self.names = [name.strip() for name in rows[0][1]]
        self.age_column = self._age_column()
        self.rows = rows[1:]
        if len(self.rows) > MAX_ROWS:
            raise LifeError(f"more than {MAX_ROWS} rows; a table has one row a year of age")

    def _age_column(self) -> int:
        known = [name.lower() for name in self.names]
        for name in AGE_COLUMNS:
            if name in known:
                return known.index(name)
        raise LifeError(f"no column 'age' or 'x'; the columns are {', '.join(self.names)}")

    @property
    def rate_columns(self) -> list[str]:
        """Names of the columns that hold rates."""
        return [name for place, name in enumerate(self.names) if place != self.age_column and name]

    def table(self, column: str, code: str = "") -> MortalityTable:
        """The table in a column; ages without a rate at either end are left out.

        Raises:
            LifeError: no such column, a cell that is no rate, ages with gaps.
        """
        place = self._place(column)
        found: list[tuple[int, int, Decimal]] = []
        for number, row in self.rows:
            cell = row[place].strip() if place < len(row) else ""
            if cell:
                found.append((number, self._age(number, row), _rate(number, column, cell)))
        if not found:
            raise LifeError(f"the column {column} holds no rates")
        for (_, before, _), (number, age, _) in itertools.pairwise(found):
            if age != before + 1:
                raise LifeError(f"line {number}: age {age} follows age {before}; ages go up by one year")
        return MortalityTable(code or column, found[0][1], tuple(rate for _, _, rate in found))

    def _place(self, column: str) -> int:
        wanted = column.strip()
        same = [place for place, name in enumerate(self.names) if name == wanted]
        alike = same or [place for place, name in enumerate(self.names) if name.lower() == wanted.lower()]
        if len(alike) > 1:
            raise LifeError(f"the column '{column[:MAX_CELL]}' stands twice")
        if not alike or alike[0] == self.age_column:
            raise LifeError(f"no column of rates '{column[:MAX_CELL]}'; there are {', '.join(self.rate_columns)}")
        return alike[0]

    def _age(self, number: int, row: list[str]) -> int:
        cell = row[self.age_column].strip() if self.age_column < len(row) else ""
        match = _AGE.fullmatch(cell)
        if match is None:
            raise LifeError(f"line {number}: '{cell[:MAX_CELL]}' is not a whole age")
        return int(match[1])


def _rows(text: str) -> list[tuple[int, list[str]]]:
    if "\x00" in text:
        raise LifeError("not a CSV file: it contains a NUL character")
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        return [(reader.line_num, row) for row in reader if not (row and row[0].lstrip().startswith("#"))]
    except csv.Error as error:
        raise LifeError(f"line {reader.line_num}: not CSV: {error}") from None


def _rate(number: int, column: str, cell: str) -> Decimal:
    if not _NUMBER.fullmatch(cell):
        raise LifeError(f"line {number}: '{cell[:MAX_CELL]}' in column {column} is not a rate")
    try:
        return Decimal(cell)
    except InvalidOperation:
        raise LifeError(f"line {number}: '{cell[:MAX_CELL]}' in column {column} is not a rate") from None
