"""Spreadsheets: what goes out comes back identical, and what cannot be taken over is named row by row."""

import csv
import io
import time
import zipfile
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from insureweb.kernel.localized import Localized
from products.rules.rate_tables import RateTable, TableKey, compile_rows
from products.sheet_files import escaped, read_sheet, unescaped, write_csv, write_xlsx
from products.spreadsheets import (
    SpreadsheetErrors,
    decision_rows_from,
    rate_rows_from,
    table_to_csv,
    table_to_xlsx,
)
from tests.factories.decision_tables import table_of, table_trees, words

KEYS = (TableKey("age", "range"), TableKey("sex", "exact"))


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def rate_table(rows: list[list[str]], keys: tuple[TableKey, ...] = KEYS) -> RateTable:
    cells = tuple(tuple(row) for row in rows)
    return RateTable("rate", Localized(zh_hans="费率", en="rate"), keys, cells, compile_rows(keys, cells))


def book(rows: list[list[Any]], change: Any = None) -> bytes:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    if change:
        change(made)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def errors_of(data: bytes, name: str = "t.xlsx", like: Any = KEYS) -> list[tuple[int, str, str]]:
    with pytest.raises(SpreadsheetErrors) as caught:
        rate_rows_from(data, name, like)
    return [tuple(error) for error in caught.value.errors]


# --- round trips ---

AMOUNTS = st.from_regex(r"[0-9]{1,12}(\.[0-9]{1,6})?", fullmatch=True) | st.sampled_from(
    ["1.00", "0", "007", "6.90", "0.000"]
)
# What a product file may hold: any character but those that control a terminal.
CHARACTERS = st.characters(blacklist_categories=["Cc", "Cs"])
CELL_TEXTS = st.text(CHARACTERS, min_size=1, max_size=30).map(str.strip).filter(bool)
NASTY = st.sampled_from([
    "=1+1", "'=1+1", "''=x", "'quoted'", "+86", "-5", "-", "@SUM(A1)", "a,b", '"', "'", "1e5", "TRUE", "2026-01-01",
    "1.0", "_x0041_", "x005F_", "__x000D_x", "#N/A", "line\nbreak", "5%", "１２", "nan", "12345678901234567890.5",
])  # fmt: skip


@given(st.lists(st.tuples(st.integers(0, 200), AMOUNTS), min_size=1, max_size=8, unique_by=lambda row: row[0]))
@settings(max_examples=60)
def test_rating_tables_come_back_identical(rows: list[tuple[int, str]]) -> None:
    table = rate_table([[f"{age}..{age}", "male", amount] for age, amount in rows])
    expected = [list(row) for row in table.rows]
    assert rate_rows_from(table_to_xlsx(table), "rate.xlsx", table) == expected
    assert rate_rows_from(table_to_csv(table).encode("utf-8-sig"), "rate.csv", table) == expected


@given(table_trees(hits=("collect", "unique", "first", "output_order")), st.data())
@settings(max_examples=60)
def test_decision_tables_come_back_identical(tree: Any, data: st.DataObject) -> None:
    for rule in tree["rules"]:
        rule["reason"] = {"zh-hans": data.draw(CELL_TEXTS | NASTY), "en": data.draw(CELL_TEXTS | NASTY)}
        if data.draw(st.booleans()):
            rule["outputs"] = {"note": data.draw(CELL_TEXTS | NASTY)}
    table = table_of(tree)
    for name, file in (("t.xlsx", table_to_xlsx(table)), ("t.csv", table_to_csv(table).encode("utf-8-sig"))):
        again = {key: part for key, part in tree.items() if key not in ("rules", "otherwise")}
        again |= decision_rows_from(file, name, table)
        assert table_of(again) == table
        assert table_of(again).hash == table.hash


@given(st.lists(st.lists(CELL_TEXTS | NASTY, min_size=2, max_size=4), min_size=1, max_size=4))
@settings(max_examples=150)
def test_any_text_survives_both_files(rows: list[list[str]]) -> None:
    rows = [["h1", "h2", "h3", "h4"], *rows]
    for name, data in (("t.xlsx", write_xlsx(rows, "t")), ("t.csv", write_csv(rows).encode("utf-8-sig"))):
        sheet = read_sheet(data, name)
        assert [list(cells)[: len(row)] for (_n, cells), row in zip(sheet.rows, rows[1:], strict=True)] == rows[1:]


SIGNS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"


@given(st.text(max_size=8, alphabet=f"{SIGNS}'ab") | st.text(max_size=5))
def test_what_a_spreadsheet_takes_for_a_formula_leaves_escaped(text: str) -> None:
    assert unescaped(escaped(text)) == text
    assert escaped(text)[:1] not in set(SIGNS)


def test_no_cell_of_a_file_is_a_formula() -> None:
    tree = {
        "table": "t", "outcomes": ["=1+1"], "hit": "first", "columns": {"x": {"type": "text"}},
        "rules": [{"id": "@R", "when": {"x": "-"}, "then": "=1+1", "reason": {"zh-hans": "+1", "en": "=HYPERLINK(1)"}}],
    }  # fmt: skip
    table = table_of(tree)
    sheet = openpyxl.load_workbook(io.BytesIO(table_to_xlsx(table))).active
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}
    cells = list(csv.reader(io.StringIO(table_to_csv(table))))[1]
    assert cells == ["rule", "'@R", "'-", "'=1+1", "'+1", "'=HYPERLINK(1)"]
    assert decision_rows_from(table_to_xlsx(table), "t.xlsx", table) == {"rules": tree["rules"]}


# --- what people do in Excel ---


def test_typed_numbers_days_and_booleans_become_the_text_of_a_product_file() -> None:
    keys = (TableKey("day", "exact"), TableKey("smoker", "exact"))
    data = book(
        [["day", "smoker", "value"], [datetime.fromisoformat("2026-03-01"), True, 6.9], [date(2026, 3, 2), False, 5.0]]
    )
    assert rate_rows_from(data, "t.xlsx", keys) == [["2026-03-01", "yes", "6.9"], ["2026-03-02", "no", "5"]]


def test_numbers_never_show_their_binary_tail() -> None:
    data = book([["age", "sex", "value"], ["1..2", "male", 0.1], ["3..4", "male", 1e-07], ["5", "male", 1385]])
    assert [row[2] for row in rate_rows_from(data, "t.xlsx", KEYS)] == ["0.1", "0.0000001", "1385"]


def test_excel_in_china_saves_csv_in_gb18030() -> None:
    keys = (TableKey("sex", "exact"),)
    assert rate_rows_from("sex,value\r\n男,1\r\n女,2\r\n".encode("gb18030"), "t.csv", keys) == [
        ["男", "1"],
        ["女", "2"],
    ]


def test_blank_rows_are_no_rows_and_numbers_stay_those_of_the_sheet() -> None:
    data = book([["age", "sex", "value"], [None, None, None], ["1..2", "male", 1], [None] * 3, ["3", "x", "bad"]])
    assert errors_of(data) == [(5, "value", "'bad' is not a number of zero or more.")]


# --- refusals ---


def test_every_bad_row_is_named_and_none_is_lost() -> None:
    rows: list[list[Any]] = [["age", "sex", "value"]]
    rows += [[f"{age}", "male", age] for age in range(2, 2002)]
    for place in range(10, 2000, 10):  # 199 bad rows
        rows[place][2] = "free"
    found = errors_of(book(rows))
    assert [row for row, _column, _message in found] == [place + 1 for place in range(10, 2000, 10)]
    assert {message for _row, _column, message in found} == {"'free' is not a number of zero or more."}


def test_doubles_and_overlaps_are_all_named() -> None:
    cells = [
        "0..17 male",
        "17..40 male",
        "0..17 male",
        "41..50 male",
        "45..60 male",
        "46 male",
        "45..60 female",
        "x male",
    ]
    rows = [["age", "sex", "value"], *([*text.split(), 1] for text in cells)]
    assert errors_of(book(rows)) == [
        (3, "age", "'17..40' overlaps '0..17' in row 2."),
        (4, "", "The same keys stand in row 2 already."),
        (6, "age", "'45..60' overlaps '41..50' in row 5."),
        (7, "age", "'46' overlaps '41..50' in row 5."),
        (8, "age", "'45..60' overlaps '41..50' in row 5."),
        (9, "age", "'x' is not a number or a range like 18..40 or [0..10)."),
    ]


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([["age", "value"], ["1", "2"]], "The headings must be: age, sex, value."),
        ([["sex", "age", "value"], ["male", "1", "2"]], "The headings must be: age, sex, value."),
        ([["age", "sex", "value"]], "There is no row below the headings."),
        ([[None, None], ["age", "sex", "value"]], "The first row must hold the headings."),
        ([["age", "sex", "value"], ["1", "male", 1, "extra"]], "There are more cells than headings."),
        ([["age", "sex", "value"], ["1", None, 1]], "This cell is empty."),
        ([["age", "sex", "value"], ["1", "male", -1]], "'-1' is not a number of zero or more."),
    ],
)
def test_wrong_shapes_are_refused(rows: list[list[Any]], reason: str) -> None:
    assert [message for _row, _column, message in errors_of(book(rows))] == [reason]


@pytest.mark.parametrize(
    ("value", "format_", "reason"),
    [
        ("=1+1", "General", "This is a formula; write the value itself."),
        ("#N/A", "General", "This cell holds the error #N/A."),
        (0.05, "0%", "This is a percentage; write it as a plain number."),
        (datetime.fromisoformat("2026-01-01T12:30"), "General", "Write this as text; a time of day is not understood."),
    ],
)
def test_cells_that_would_be_guessed_are_refused(value: Any, format_: str, reason: str) -> None:
    def change(made: Any) -> None:
        made.active["C2"].value = value
        made.active["C2"].number_format = format_ if format_ != "General" else made.active["C2"].number_format

    assert errors_of(book([["age", "sex", "value"], ["1", "male", 1]], change)) == [(2, "C", reason)]


def test_merged_cells_and_second_sheets_are_refused() -> None:
    rows = [["age", "sex", "value"], ["1", "male", 1], ["2", "male", 1]]
    merged = errors_of(book(rows, lambda made: made.active.merge_cells("A2:A3")))
    assert merged == [(2, "A2:A3", "These cells are merged; split them.")]
    second = errors_of(book(rows, lambda made: made.create_sheet("more").append(["age"])))
    assert second == [(1, "", "The file has several sheets with content; leave one.")]


def _far_cell(made: Any) -> None:
    made.active.cell(row=1_000_000, column=1, value="x")


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (b"", "t.csv", "The file is empty."),
        (b"  \n ", "t.csv", "The file is empty."),
        (b"age,sex,value", "t.xls", "Choose a CSV or XLSX file."),
        (b"PK\x03\x04rubbish", "t.xlsx", "This is not a readable XLSX file."),
        (b"a\x00b,c", "t.csv", "The file is not text."),
        (b'age,sex,value\n"1,male', "t.csv", "This row is not CSV: check its quotation marks."),
        (b"\xff\xff\xff", "t.csv", "The file is not UTF-8 text."),
        (b"x" * 10_000_001, "t.csv", "The file is larger than 10 MB."),
        (b"a,b\n" + b"1,2\n" * 20_001, "t.csv", "There are 20001 rows; at most 20000 can be taken over."),
    ],
)  # fmt: skip
def test_files_that_are_none_are_refused(data: bytes, name: str, reason: str) -> None:
    assert errors_of(data, name)[0][2] == reason


def test_a_file_that_unpacks_to_far_too_much_or_has_a_cell_a_million_rows_down_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 200_000_001)
    assert errors_of(out.getvalue()) == [(1, "", "Unpacked, the file is larger than 200 MB.")]
    started = time.monotonic()
    assert "1000000 rows" in errors_of(book([["age", "sex", "value"]], _far_cell))[0][2]
    assert time.monotonic() - started < 5


@given(st.binary(max_size=300) | st.binary(max_size=200).map(lambda tail: b"PK\x03\x04" + tail))
@settings(max_examples=80)
def test_rubbish_never_does_more_than_be_refused(data: bytes) -> None:
    for name in ("t.csv", "t.xlsx"):
        with pytest.raises(SpreadsheetErrors):
            rate_rows_from(data, name, KEYS)


# --- decision tables ---


def decision_like(**extra: Any) -> Any:
    return table_of({
        "table": "t", "outcomes": ["decline", "refer", "accept"], "hit": "priority",
        "columns": {"age": {"type": "number"}, "ill": {"type": "list"}},
        "rules": [{"id": "R-1", "then": "accept", "reason": words(1)}],
        **extra,
    })  # fmt: skip


HEADINGS = ["row", "id", "when: age", "when: ill", "then", "reason: zh-hans", "reason: en"]


def test_bad_cells_of_a_decision_table_are_named_with_their_column() -> None:
    rows = [
        HEADINGS,
        ["rule", "R-1", "> 60", "contains a", "refer", "因", "why"],
        ["rule", "R-1", "old", "a", "reject", "因", None],
        ["rows", "R-3", "60..18", None, "refer", "因", "why"],
        ["otherwise", "R-9", "5", None, "refer", "因", "why"],
        ["otherwise", "R-8", None, None, "refer", "因", "why"],
    ]
    with pytest.raises(SpreadsheetErrors) as caught:
        decision_rows_from(book(rows), "t.xlsx", decision_like())
    assert [tuple(error) for error in caught.value.errors] == [
        (3, "id", "The id 'R-1' stands in row 2 already."),
        (3, "reason: en", "This cell is empty."),
        (3, "then", "'reject' is not one of decline, refer, accept."),
        (3, "when: age", "'old' is not of the type number."),
        (3, "when: ill", "'a' is no test of a list: contains, any of, all of, empty."),
        (4, "row", "'rows' is not one of rule, otherwise."),
        (4, "when: age", "The range '60..18' ends before it starts."),
        (5, "when: age", "The row 'otherwise' has no conditions."),
        (6, "row", "There is more than one row 'otherwise'."),
    ]


def test_headings_of_a_decision_table_must_be_its_own() -> None:
    headings = [*HEADINGS[:3], "when: mood", *HEADINGS[4:], "points", "then"]
    with pytest.raises(SpreadsheetErrors) as caught:
        decision_rows_from(book([headings]), "t.xlsx", decision_like())
    assert {(error.column, error.message) for error in caught.value.errors} == {
        ("when: mood", "This heading is not known."),
        ("points", "This heading is not known."),
        ("then", "This heading stands twice."),
        ("when: ill", "This heading is missing."),
    }


def test_declared_outputs_are_typed_and_an_aggregate_needs_its_own() -> None:
    like = decision_like(
        hit="collect", outputs={"points": {"type": "number"}}, aggregate={"with": "sum", "of": "points"},
        rules=[{"id": "R-1", "then": "accept", "outputs": {"points": "1"}, "reason": words(1)}],
    )  # fmt: skip
    head = [*HEADINGS, "output: points"]
    with pytest.raises(SpreadsheetErrors, match="'many' is not of the type number"):
        decision_rows_from(book([head, ["rule", "R-1", None, None, "refer", "因", "why", "many"]]), "t.xlsx", like)
    with pytest.raises(SpreadsheetErrors, match="no output 'points' to aggregate"):
        decision_rows_from(book([head, ["rule", "R-1", None, None, "refer", "因", "why"]]), "t.xlsx", like)


def test_five_thousand_rows_go_out_and_in_within_seconds() -> None:
    table = rate_table([[f"{age}", f"class {place}", "1.25"] for age in range(100) for place in range(50)])
    started = time.process_time()
    assert len(rate_rows_from(table_to_xlsx(table), "t.xlsx", table)) == 5_000
    assert time.process_time() - started < 10
