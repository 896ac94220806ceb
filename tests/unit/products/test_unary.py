"""Unary tests of decision tables."""

from datetime import date
from decimal import Decimal

import pytest

from products.rules.unary import UnaryTestError, compile_test, read_value


@pytest.mark.parametrize(
    ("cell", "type_", "inside", "outside"),
    [
        ("5", "number", ["5", "5.0"], ["4", "5.1"]),
        ("5, 7", "number", ["5", "7"], ["6"]),
        ("> 5", "number", ["5.01"], ["5", "4"]),
        (">= 5", "number", ["5"], ["4.99"]),
        ("< 5", "number", ["4.99"], ["5"]),
        ("<= -5", "number", ["-5"], ["-4"]),
        ("18..45", "number", ["18", "45"], ["17", "46"]),
        ("(18..45]", "number", ["18.1", "45"], ["18"]),
        ("[18..45)", "number", ["18"], ["45"]),
        ("1.5..2.5", "number", ["1.5", "2"], ["1.4", "2.6"]),
        ("not 18..45", "number", ["17", "46"], ["18"]),
        ("not 1, 2", "number", ["3"], ["1", "2"]),
        ("> 5, 1", "number", ["6", "1"], ["2"]),
    ],
)
def test_numbers(cell: str, type_: str, inside: list[str], outside: list[str]) -> None:
    test = compile_test(cell, type_)
    assert test is not None
    assert all(test(Decimal(value)) for value in inside)
    assert not any(test(Decimal(value)) for value in outside)


def test_text_boolean_date_and_any() -> None:
    accident = compile_test("accident, illness", "text")
    assert accident is not None
    assert accident("illness")
    assert not accident("fire")
    quoted = compile_test('"a, b"', "text")
    assert quoted is not None
    assert quoted("a, b")
    yes = compile_test("yes", "boolean")
    assert yes is not None
    assert yes(True)
    assert not yes(False)
    later = compile_test(">= 2026-02-01", "date")
    assert later is not None
    assert later(date(2026, 2, 1))
    span = compile_test("2026-01-01..2026-12-31", "date")
    assert span is not None
    assert not span(date(2027, 1, 1))
    assert compile_test("-", "number") is None


@pytest.mark.parametrize(
    ("cell", "type_"),
    [
        ("five", "number"), ("45..18", "number"), ("(18..45", "number"), ("> ", "number"), ("1e3", "number"),
        ("", "number"), ("true", "boolean"), ("2026-13-01", "date"), ("> accident", "text"), ("", "text"),
        ("1,,2", "number"), ("..", "number"),
    ],
)  # fmt: skip
def test_nonsense_is_refused(cell: str, type_: str) -> None:
    with pytest.raises(UnaryTestError):
        compile_test(cell, type_)


def test_values_are_read_by_type() -> None:
    assert read_value("5", "number") == Decimal(5)
    with pytest.raises(UnaryTestError):
        read_value("5", "money")
