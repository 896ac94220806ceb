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
        ("18..", "number", ["18", "999"], ["17.99"]),
        ("..45", "number", ["45", "-9"], ["45.01"]),
        ("(18..]", "number", ["18.01"], ["18"]),
        ("[..45)", "number", ["44.99"], ["45"]),
        ("not 18.., ..5", "number", ["6", "17"], ["5", "18"]),
        ("(5..5)", "number", [], ["5", "4"]),
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
        ("1,,2", "number"), ("..", "number"), ("[..]", "number"), ("18..]", "number"), ("5, ", "number"),
        ('"a', "text"), ('a"b', "text"), ('"a" b', "text"), ('a, "b', "text"),
        ("a", "list"), ("contains", "list"), ("contains a, b", "list"), ("any of", "list"), ("empty a", "list"),
        ("any of a, > b", "list"), ("emptya", "list"),
    ],
)  # fmt: skip
def test_nonsense_is_refused(cell: str, type_: str) -> None:
    with pytest.raises(UnaryTestError):
        compile_test(cell, type_)


def test_values_are_read_by_type() -> None:
    assert read_value("5", "number") == Decimal(5)
    with pytest.raises(UnaryTestError):
        read_value("5", "money")


@pytest.mark.parametrize(
    ("cell", "inside", "outside"),
    [
        ("a", ["a"], ["b", "A"]),
        ('"a, b", c', ["a, b", "c"], ["a", "b"]),
        ('"say ""yes""", no', ['say "yes"', "no"], ["say yes"]),
        ('not "not a", b', ["a"], ["not a", "b"]),
        ('"-"', ["-"], ["anything"]),
        ("18..45", ["18..45"], ["20"]),
        ('">= 5"', [">= 5"], ["6"]),
    ],
)
def test_texts_quoted_and_plain(cell: str, inside: list[str], outside: list[str]) -> None:
    test = compile_test(cell, "text")
    assert test is not None
    assert all(test(value) for value in inside)
    assert not any(test(value) for value in outside)


@pytest.mark.parametrize(
    ("cell", "inside", "outside"),
    [
        ("contains a", [("a",), ("b", "a")], [(), ("b",)]),
        ("not contains a", [(), ("b",)], [("a", "b")]),
        ("any of a, b", [("a",), ("c", "b")], [(), ("c",)]),
        ("not any of a, b", [(), ("c",)], [("a",), ("c", "b")]),
        ("all of a, b", [("a", "b"), ("b", "c", "a")], [("a",), ()]),
        ("not all of a, b", [("a",), ()], [("a", "b", "c")]),
        ("empty", [()], [("a",)]),
        ("not empty", [("a",)], [()]),
        ('any of "a, b", c', [("a, b",), ("c",)], [("a",), ("b",)]),
    ],
)
def test_lists(cell: str, inside: list[tuple[str, ...]], outside: list[tuple[str, ...]]) -> None:
    test = compile_test(cell, "list")
    assert test is not None
    assert all(test(value) for value in inside)
    assert not any(test(value) for value in outside)


def test_a_list_is_read_from_text() -> None:
    assert read_value('a, "b, c" ,d', "list") == ("a", "b, c", "d")
    assert read_value("", "list") == ()
