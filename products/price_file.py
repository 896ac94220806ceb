"""Prices every row of a CSV file. What cannot be priced stays in the output with its line and the reason."""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import TextIOWrapper
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _

from products.compiled import CompiledProduct
from products.rules.batch import BatchPricer
from products.rules.facts import FactsInvalid
from products.rules.rating import NotPriceable

ADDED = ("line", "total", "error")
ROWS_BETWEEN_REPORTS = 1_000

Progress = Callable[[int], None]
Row = tuple[int, list[str], str]  # line in the file, cells, what is wrong with the row as such


class FileUnusable(Exception):
    """The file as a whole cannot be priced: why."""


@dataclass(frozen=True, slots=True)
class Priced:
    """What became of a file's rows."""

    rows: int
    refused: int


def price_file(
    product: CompiledProduct,
    source: Path,
    target: Path,
    *,
    plan: str = "",
    keep: Sequence[str] = (),
    progress: Progress = lambda _bytes_read: None,
) -> Priced:
    """Write each row of `source` to `target` with its line, its total, or the reason why there is none.

    Args:
        plan: the plan whose values fill empty cells; without it a column `plan` may name one for each row.
        keep: columns that are no inputs and are carried along unread.
        progress: told now and then how many bytes of the file have been read.

    Raises:
        FileUnusable: no header, columns the product does not know, or the same file twice.
        OSError: a file cannot be opened or written.
    """
    if target.exists() and source.samefile(target):
        raise FileUnusable(_("The output would overwrite the file that is read."))
    unfinished = target.with_name(f"{target.name}.part")
    # Bytes that are no UTF-8 travel through unchanged; the reader of facts refuses their row.
    with source.open("rb") as raw, TextIOWrapper(raw, "utf-8-sig", errors="surrogateescape", newline="") as file:
        rows = _rows(file)
        header = next(rows, (1, [], ""))[1]
        pricer = _pricer(product, header, plan, keep)
        with unfinished.open("w", encoding="utf-8", errors="surrogateescape", newline="") as output:
            writer = csv.writer(output, lineterminator="\n")
            writer.writerow([*header, *ADDED])
            priced = _write_rows(rows, pricer, writer, lambda: progress(raw.tell()))
    unfinished.replace(target)
    return priced


def _rows(file: IO[str]) -> Iterator[Row]:
    """Every row that holds something, with the line it begins in."""
    reader = csv.reader(file)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, [], str(error)
            continue
        if cells:
            yield line, cells, ""


class _Pricer:
    """Prices rows by the columns that are facts; the kept ones are left out."""

    def __init__(self, product: CompiledProduct, header: list[str], plan: str, keep: Sequence[str]) -> None:
        self.width = len(header)
        self.places = [place for place, name in enumerate(header) if name not in keep]
        self.reads_all = len(self.places) == self.width
        columns = [header[place] for place in self.places]
        self.total = BatchPricer(product.definition, product.rating, columns, plan).total

    def price(self, cells: list[str]) -> tuple[Decimal | None, str]:
        """The row's total, or the reason why it has none."""
        if len(cells) != self.width:
            counts = {"cells": len(cells), "width": self.width}
            return None, _("The row has %(cells)d cells, the header %(width)d.") % counts
        try:
            return self.total(cells if self.reads_all else [cells[place] for place in self.places]), ""
        except FactsInvalid as error:
            return None, _told(error, "; ")
        except NotPriceable as error:
            return None, str(error)


def _pricer(product: CompiledProduct, header: list[str], plan: str, keep: Sequence[str]) -> _Pricer:
    if not header:
        raise FileUnusable(_("The file has no header with the names of the facts."))
    if not all(_is_utf8(name) for name in header):
        raise FileUnusable(_("The header is not UTF-8 text. Save the file as CSV in UTF-8."))
    if taken := [name for name in ADDED if name in header]:
        raise FileUnusable(_("The columns %(names)s are written by this command.") % {"names": ", ".join(taken)})
    if missing := [name for name in keep if name not in header]:
        raise FileUnusable(_("The file has no column %(names)s.") % {"names": ", ".join(missing)})
    try:
        return _Pricer(product, header, plan, keep)
    except FactsInvalid as error:
        raise FileUnusable(_told(error, "\n")) from None


def _is_utf8(name: str) -> bool:
    """Whether the name came through the reader without bytes of another encoding."""
    return not any("\udc80" <= character <= "\udcff" for character in name)


def _write_rows(rows: Iterator[Row], pricer: _Pricer, writer: Any, report: Callable[[], None]) -> Priced:
    count, refused, width, write = 0, 0, pricer.width, writer.writerow
    for line, cells, broken in rows:
        total, reason = (None, broken) if broken else pricer.price(cells)
        if total is None:
            refused += 1
            # A row that is too long keeps its further cells behind the reason.
            write([*cells[:width], *[""] * (width - len(cells)), line, "", reason, *cells[width:]])
        else:
            write([*cells, line, total, ""])
        count += 1
        if count % ROWS_BETWEEN_REPORTS == 0:
            report()
    report()
    return Priced(count, refused)


def _told(error: FactsInvalid, between: str) -> str:
    return between.join(f"{field}: {message}" for field, message in error.messages.items())
