"""Rating tables and decision tables as spreadsheets, out and back in.

A rating table has a heading for each key and `value`. A decision table has these headings, in any order:

    row | id | when: <column> … | then | output: <output> … | reason: zh-hans | reason: en

`row` says `rule` or `otherwise`. A cell left empty is a cell not written: any value, or no such output. What comes back
is the part of the product file it stands for, ready to replace the old part of a draft; nothing is stored here.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from products.rules.decisions import DecisionTable, Rule
from products.rules.document import DECIMAL_PATTERN, KEY_PATTERN, ProductFileError, Tree, node_of
from products.rules.ranges import Range, read_range
from products.rules.rate_tables import ANY, RateTable, TableError, TableKey, compile_rows
from products.rules.reading.tables import RowReader
from products.rules.unary import UnaryTestError, read_cell, read_value
from products.sheet_files import RowError, Sheet, SpreadsheetErrors, read_sheet, write_csv, write_xlsx

__all__ = [
    "RowError", "SpreadsheetErrors", "decision_row_errors", "decision_rows_from", "decision_rows_of", "decision_tree",
    "rate_row_errors", "rate_rows_from", "table_to_csv", "table_to_xlsx",
]  # fmt: skip

VALUE = "value"
KIND, ID, THEN, ZH, EN = "row", "id", "then", "reason: zh-hans", "reason: en"
WHEN, OUTPUT = "when: ", "output: "
RULE, OTHERWISE = "rule", "otherwise"
LONGEST = {ID: 20, ZH: 600, EN: 600}
LONGEST_CELL = 200

Numbered = tuple[int, tuple[str, ...]]  # row of the sheet, cells
NamedCells = tuple[int, Mapping[str, str]]  # row of the sheet, cells by heading


def table_to_csv(table: RateTable | DecisionTable) -> str:
    """The table as CSV text; encode it as utf-8-sig."""
    return write_csv(_rows_of(table))


def table_to_xlsx(table: RateTable | DecisionTable) -> bytes:
    """The table as an XLSX file."""
    return write_xlsx(_rows_of(table), table.key if isinstance(table, RateTable) else table.id)


def _rows_of(table: RateTable | DecisionTable) -> Iterator[Sequence[str]]:
    if isinstance(table, RateTable):
        yield [*(key.key for key in table.keys), VALUE]
        yield from table.rows
        return
    outputs = _outputs_of(table)
    columns = [column.key for column in table.columns]
    yield [KIND, ID, *(WHEN + key for key in columns), THEN, *(OUTPUT + key for key in outputs), ZH, EN]
    for rule in (*table.rules, *((table.otherwise,) if table.otherwise else ())):
        kind = OTHERWISE if rule is table.otherwise else RULE
        when = [rule.when.get(key, "") for key in columns]
        given = [rule.outputs.get(key, "") for key in outputs]
        yield [kind, rule.id, *when, rule.outcome, *given, rule.reason.zh_hans, rule.reason.en]


def _outputs_of(table: DecisionTable) -> list[str]:
    """Outputs declared, then those rules name on their own."""
    rules: Iterable[Rule] = (*table.rules, *((table.otherwise,) if table.otherwise else ()))
    named = itertools.chain.from_iterable(rule.outputs for rule in rules)
    return list(dict.fromkeys([*(output.key for output in table.outputs), *named]))


# --- rating tables ---


def rate_rows_from(
    file: BinaryIO | bytes, name: str, like: RateTable | Sequence[TableKey] | None = None
) -> list[list[str]]:
    """The `rows` of a rating table from a CSV or XLSX file; `like` is the table they go into, or its keys.

    Raises:
        SpreadsheetErrors: naming every row that cannot stand in the table.
    """
    sheet = read_sheet(file, name)
    keys = like.keys if isinstance(like, RateTable) else tuple(like or ())
    _check_rate_header(sheet, [key.key for key in keys])
    errors = rate_row_errors(keys, sheet.rows, sheet.header)
    if errors:
        raise SpreadsheetErrors(errors)
    return [list(cells) for _number, cells in sheet.rows]


def rate_row_errors(keys: Sequence[TableKey], rows: Sequence[Numbered], header: Sequence[str] = ()) -> list[RowError]:
    """What is wrong with numbered rows that are to stand in a rating table with these keys."""
    header = header or [*(key.key for key in keys), VALUE]
    errors = [error for numbered in rows for error in _rate_cell_errors(numbered, header, keys)]
    bad = {error.row for error in errors}
    good = [numbered for numbered in rows if numbered[0] not in bad]
    if keys:
        errors += _conflicts(keys, good, 0)
    if not rows:
        errors.append(RowError(1, "", _("There is no row below the headings.")))
    if not errors and keys:
        errors += _compile_errors(keys, rows)
    return errors


def _check_rate_header(sheet: Sheet, keys: list[str]) -> None:
    wanted = [*keys, VALUE] if keys else [*sheet.header[:-1], VALUE]
    if list(sheet.header) != wanted or len(wanted) < 2 or not all(map(KEY_PATTERN.fullmatch, sheet.header)):
        message = _("The headings must be: {headings}.").format(headings=", ".join(wanted))
        raise SpreadsheetErrors([RowError(1, "", message)])


def _rate_cell_errors(numbered: Numbered, header: Sequence[str], keys: Sequence[TableKey]) -> Iterator[RowError]:
    row, cells = numbered
    for heading, text in zip(header, cells, strict=True):
        if not text:
            yield RowError(row, heading, _("This cell is empty."))
        elif len(text) > 80:
            yield RowError(row, heading, _("At most {limit} characters.").format(limit=80))
    if cells[-1] and (not DECIMAL_PATTERN.fullmatch(cells[-1]) or cells[-1].startswith("-")):
        yield RowError(row, VALUE, _("'{text}' is not a number of zero or more.").format(text=cells[-1]))
    for key, text in zip(keys, cells, strict=False):
        if text and text != ANY and key.match != "exact" and _range(text) is None:
            yield RowError(
                row, key.key, _("'{text}' is not a number or a range like 18..40 or [0..10).").format(text=text)
            )


def _range(text: str) -> Range | None:
    try:
        return read_range(text)
    except ValueError:
        return None


def _conflicts(keys: Sequence[TableKey], rows: Sequence[Numbered], depth: int) -> list[RowError]:
    """Rows that stand twice, and ranges that overlap one above them, within rows whose earlier cells are the same."""
    if depth == len(keys):
        words = _("The same keys stand in row {row} already.")
        return [RowError(row, "", words.format(row=rows[0][0])) for row, _cells in rows[1:]]
    groups: dict[str, list[Numbered]] = {}
    for numbered in rows:
        groups.setdefault(numbered[1][depth], []).append(numbered)
    errors: list[RowError] = []
    if keys[depth].match != "exact":
        errors = list(_overlaps(keys[depth].key, groups))
        bad = {error.row for error in errors}
        groups = {text: group for text, group in groups.items() if group[0][0] not in bad}
    for group in groups.values():
        errors += _conflicts(keys, group, depth + 1)
    return errors


def _overlaps(heading: str, groups: Mapping[str, list[Numbered]]) -> Iterator[RowError]:
    """Each group of rows whose range meets one that is kept; of two that meet, the upper in the sheet is kept."""
    read = [(read_range(text), text, group) for text, group in groups.items() if text != ANY]
    read.sort(key=lambda item: (item[0].low, item[0].low_open, item[2][0][0]))
    kept: tuple[Range, str, list[Numbered]] | None = None
    for item in read:
        found, text, group = item
        if kept is None or not (kept[0].of_days != found.of_days or kept[0].meets(found)):
            kept = item
            continue
        words = _("'{text}' overlaps '{other}' in row {row}.")
        yield from (
            RowError(row, heading, words.format(text=text, other=kept[1], row=kept[2][0][0])) for row, _c in group
        )


def _compile_errors(keys: Sequence[TableKey], rows: Sequence[Numbered]) -> list[RowError]:
    """What only the table as a whole can say."""
    try:
        compile_rows(keys, [cells for _number, cells in rows])
    except TableError as error:
        return [RowError(rows[error.row][0], "", str(error))]
    return []


# --- decision tables ---


def decision_rows_from(file: BinaryIO | bytes, name: str, like: DecisionTable | None = None) -> dict[str, Tree]:
    """`rules` and, where the sheet has one, `otherwise` of a decision table, as they stand in a product file.

    `like` is the table they go into: its columns, outcomes and outputs are what the sheet may use.

    Raises:
        SpreadsheetErrors: naming every row that cannot stand in the table.
    """
    sheet = read_sheet(file, name)
    _check_decision_header(sheet.header, like)
    rows = [(row, dict(zip(sheet.header, cells, strict=True))) for row, cells in sheet.rows]
    if errors := decision_row_errors(rows, like):
        raise SpreadsheetErrors(errors)
    return decision_tree(cells for _row, cells in rows)


def decision_row_errors(rows: Sequence[NamedCells], like: DecisionTable | None = None) -> list[RowError]:
    """What is wrong with numbered rows, cells by heading, that are to stand in a decision table."""
    errors = [error for row, cells in rows for error in _decision_cell_errors(row, cells, like)]
    errors += _repeated(rows)
    others = [row for row, cells in rows if cells[KIND] == OTHERWISE]
    errors += [
        RowError(row, KIND, _("There is more than one row '{kind}'.").format(kind=OTHERWISE)) for row in others[1:]
    ]
    if len(others) == len(rows):
        errors.append(RowError(1, "", _("There is no row below the headings.")))
    if not errors and like is not None:
        errors += _reader_errors(rows, like)
    return errors


def decision_tree(rows: Iterable[Mapping[str, str]]) -> dict[str, Tree]:
    """`rules` and `otherwise` as a product file writes them."""
    found = [(cells[KIND], _rule_tree(cells)) for cells in rows]
    others = [tree for kind, tree in found if kind == OTHERWISE]
    rules: list[Tree] = [tree for kind, tree in found if kind != OTHERWISE]
    return {"rules": rules, **({"otherwise": others[0]} if others else {})}


def decision_rows_of(table: DecisionTable) -> tuple[list[str], list[dict[str, str]]]:
    """Headings and rows of a table, cells by heading, as its spreadsheet has them."""
    header, *rows = _rows_of(table)
    return list(header), [dict(zip(header, cells, strict=True)) for cells in rows]


def _check_decision_header(header: Sequence[str], like: DecisionTable | None) -> None:
    fixed = [KIND, ID, THEN, ZH, EN]
    errors = [RowError(1, text, _("This heading stands twice.")) for text in header if header.count(text) > 1]
    columns = {column.key for column in like.columns} if like else None
    outputs = {output.key for output in like.outputs} if like and like.outputs else None
    for heading in header:
        key = heading.removeprefix(WHEN if heading.startswith(WHEN) else OUTPUT)
        known = columns if heading.startswith(WHEN) else outputs
        if heading in fixed:
            continue
        if key == heading or not KEY_PATTERN.fullmatch(key) or (known is not None and key not in known):
            errors.append(RowError(1, heading, _("This heading is not known.")))
    wanted = [*fixed, *(f"{WHEN}{column.key}" for column in (like.columns if like else ()))]
    errors += [RowError(1, text, _("This heading is missing.")) for text in wanted if text not in header]
    if errors:
        raise SpreadsheetErrors(dict.fromkeys(errors))


def _decision_cell_errors(row: int, cells: Mapping[str, str], like: DecisionTable | None) -> Iterator[RowError]:
    for heading in (KIND, ID, THEN, ZH, EN):
        if not cells[heading]:
            yield RowError(row, heading, _("This cell is empty."))
    for heading, text in cells.items():
        limit = LONGEST.get(heading, LONGEST_CELL)
        if len(text) > limit:
            yield RowError(row, heading, _("At most {limit} characters.").format(limit=limit))
    yield from _wrong_choices(row, cells, like)
    yield from _wrong_types(row, cells, like)


def _wrong_types(row: int, cells: Mapping[str, str], like: DecisionTable | None) -> Iterator[RowError]:
    tests = {f"{WHEN}{column.key}": column.type for column in (like.columns if like else ())}
    outputs = {f"{OUTPUT}{output.key}": output.type for output in (like.outputs if like else ())}
    for heading, text in cells.items():
        if text and heading.startswith(WHEN) and cells[KIND] == OTHERWISE:
            yield RowError(row, heading, _("The row '{kind}' has no conditions.").format(kind=OTHERWISE))
            continue
        try:
            if text and heading in tests:
                read_cell(text, tests[heading])
            elif text and heading in outputs:
                read_value(text, outputs[heading])
        except UnaryTestError as error:
            yield RowError(row, heading, unary_words(error))


def _wrong_choices(row: int, cells: Mapping[str, str], like: DecisionTable | None) -> Iterator[RowError]:
    choices = {KIND: (RULE, OTHERWISE), THEN: like.outcomes if like else ()}
    for heading, allowed in choices.items():
        if cells[heading] and allowed and cells[heading] not in allowed:
            words = _("'{text}' is not one of {choices}.")
            yield RowError(row, heading, words.format(text=cells[heading][:60], choices=", ".join(allowed)))


def _repeated(rows: Iterable[tuple[int, Mapping[str, str]]]) -> Iterator[RowError]:
    first: dict[str, int] = {}
    for row, cells in rows:
        if cells[ID] and first.setdefault(cells[ID], row) != row:
            yield RowError(row, ID, _("The id '{text}' stands in row {row} already.").format(
                text=cells[ID], row=first[cells[ID]]
            ))  # fmt: skip


def _rule_tree(cells: Mapping[str, str]) -> Tree:
    """The rule as a product file writes it."""
    parts = {
        prefix: {heading.removeprefix(prefix): text for heading, text in cells.items()
                 if heading.startswith(prefix) and text}
        for prefix in (WHEN, OUTPUT)
    }  # fmt: skip
    tree: dict[str, Any] = {"id": cells[ID]}
    if parts[WHEN]:
        tree["when"] = parts[WHEN]
    tree["then"] = cells[THEN]
    if parts[OUTPUT]:
        tree["outputs"] = parts[OUTPUT]
    return {**tree, "reason": {"zh-hans": cells[ZH], "en": cells[EN]}}


def _reader_errors(rows: Iterable[tuple[int, Mapping[str, str]]], like: DecisionTable) -> Iterator[RowError]:
    """What the reader of product files still finds, so that nothing passes here that fails there."""
    reader = RowReader(like.columns, like.outcomes, like.outputs, like.aggregate)
    for row, cells in rows:
        try:
            reader.read(node_of(_rule_tree(cells)), conditions=cells[KIND] == RULE)
        except ProductFileError as error:
            yield RowError(row, error.path, error.message)


def unary_words(error: UnaryTestError) -> str:
    """Why a cell is no test, in the reader's language."""
    words = {
        "not_a_value": _("'{text}' is not of the type {type}."),
        "backwards": _("The range '{text}' ends before it starts."),
        "brackets": _("The range '{text}' needs both brackets or none."),
        "one_item": _("'contains' takes one value; write several as 'any of a, b' or 'all of a, b'."),
        "not_a_list_test": _("'{text}' is no test of a list: contains, any of, all of, empty."),
    }
    return words[error.code].format(**error.values)
