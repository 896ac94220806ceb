"""Mortality tables in files: those shipped with the house, and how a product file names one by its code."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from insureweb.kernel.localized import Localized
from products.rules.document import Node, ProductFileError, read_yaml
from products.rules.life.exact import LifeError
from products.rules.life.mortality import MortalityTable, plain_rate
from products.rules.life.rate_file import RateFile
from products.text_files import read_text

SHIPPED = Path(__file__).resolve().parent / "tables" / "mortality"
CODE = re.compile(r"[A-Za-z][A-Za-z0-9]*([-_][A-Za-z0-9]+){0,9}")
MAX_CODE = 40

Find = Callable[[str], MortalityTable | None]


@dataclass(frozen=True, slots=True)
class NamedTable:
    """A mortality table with its name and where it comes from."""

    table: MortalityTable
    name: Localized
    source: Localized


def read_rate_file(path: Path, source: str = "") -> tuple[NamedTable, ...]:
    """The tables of a CSV file.

    A YAML file of the same name beside it says which columns to take, under which code and name, and the source;
    without one each column is a table under its own name and `source` says where it comes from.

    Raises:
        ProductFileError: with file and line.
    """
    try:
        rates = RateFile(read_text(path))
        description = path.with_suffix(".yaml")
        if description.is_file():
            return _described(rates, read_yaml(read_text(description), file=description.name), description.name)
        return tuple(_under_own_name(rates, column, source or path.name) for column in rates.rate_columns)
    except LifeError as error:
        raise ProductFileError(0, "", str(error), path.name) from None


def _described(rates: RateFile, root: Node, file: str) -> tuple[NamedTable, ...]:
    try:
        fields = root.fields("source tables")
        source = fields["source"].localized(max_length=400)
        return tuple(_described_table(rates, code, node, source) for code, node in fields["tables"].named(pattern=CODE))
    except ProductFileError as error:
        raise error.in_file(file) from None


def _described_table(rates: RateFile, code: str, node: Node, source: Localized) -> NamedTable:
    fields = node.fields("column name")
    try:
        table = rates.table(fields["column"].text(max_length=60), code)
    except LifeError as error:
        raise node.error(str(error)) from None
    return NamedTable(table, fields["name"].localized(max_length=120), source)


def _under_own_name(rates: RateFile, column: str, source: str) -> NamedTable:
    if len(column) > MAX_CODE or not CODE.fullmatch(column):
        raise LifeError(f"the column '{column[:MAX_CODE]}' is not a code of letters, digits, - and _")
    return NamedTable(rates.table(column), Localized(column, column), Localized(source, source))


def shipped_files() -> list[Path]:
    return sorted(SHIPPED.glob("*.csv"))


@cache
def shipped_tables() -> dict[str, NamedTable]:
    """The tables shipped with the house, by code."""
    return {named.table.code: named for path in shipped_files() for named in read_rate_file(path)}


def shipped_table(code: str) -> MortalityTable | None:
    found = shipped_tables().get(code)
    return found.table if found else None


def with_mortality(root: Node, find: Find) -> Node:
    """The same tree with each code of a mortality table under `rating.life` replaced by its rates, so that a stored
    definition needs nothing beside it. A code nobody knows is left for the reader to refuse.
    """
    return _within(root, ("rating", "life", "mortality"), lambda node: _expanded(node, find))


def _within(node: Node, path: tuple[str, ...], change: Callable[[Node], Node]) -> Node:
    """The node with what stands at a path of keys changed; as it is where the path leads nowhere."""
    if not path:
        return change(node)
    if not isinstance(node.value, Mapping) or path[0] not in node.value:
        return node
    inner = _within(node.value[path[0]], path[1:], change)
    return Node({**node.value, path[0]: inner}, node.line, node.path, node.key_lines)


def _expanded(node: Node, find: Find) -> Node:
    if not isinstance(node.value, Mapping):
        return node
    if set(node.value) == {"table"}:
        return _rates(node.value["table"], node, find)
    return _within(node, ("tables",), lambda tables: _each(tables, find))


def _each(tables: Node, find: Find) -> Node:
    if not isinstance(tables.value, Mapping):
        return tables
    found = {key: _rates(item, item, find) for key, item in tables.value.items()}
    return Node(found, tables.line, tables.path, tables.key_lines)


def _rates(code: Node, place: Node, find: Find) -> Node:
    """`{table, from_age, qx}` in the place of a code."""
    table = find(code.value.strip()) if isinstance(code.value, str) else None
    if table is None:
        return place

    def text(value: str, key: str) -> Node:
        return Node(value, place.line, f"{place.path}.{key}")

    qx = tuple(text(plain_rate(rate), f"qx[{index}]") for index, rate in enumerate(table.qx))
    fields = {
        "table": text(table.code, "table"),
        "from_age": text(str(table.from_age), "from_age"),
        "qx": Node(qx, place.line, f"{place.path}.qx"),
    }
    return Node(fields, place.line, place.path)
