"""Unary tests of decision tables: what one cell says about one value.

-            any value                     yes, no        a boolean
5, accident  equal                         5, 6, 7        any of
> 5   <= 5   comparison                    18..45         both ends included
(18..45]     an open and a closed end      not 5, 6       none of
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

COLUMN_TYPES = ("number", "text", "boolean", "date")
Test = Callable[[Any], bool]

_COMPARISON = re.compile(r"(<=|>=|<|>|=)\s*(.+)", re.DOTALL)
_RANGE = re.compile(r"([\[(]?)\s*(\S+?)\s*\.\.\s*(\S+?)\s*([\])]?)")
_NUMBER = re.compile(r"-?\d{1,18}(\.\d{1,12})?", re.ASCII)


class UnaryTestError(ValueError):
    """The cell cannot be read as a test of this type."""


def read_value(text: str, type_: str) -> Any:
    """One value of a column's type from its text.

    Raises:
        UnaryTestError: it is not one.
    """
    text = text.strip()
    try:
        return _READERS[type_](text)
    except (ValueError, KeyError, InvalidOperation):
        raise UnaryTestError(f"'{text[:60]}' is not a {type_}") from None


def _number(text: str) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise ValueError
    return Decimal(text)


def _text(text: str) -> str:
    if len(text) >= 2 and text[0] == text[-1] == '"':
        return text[1:-1]
    if not text or any(mark in text for mark in '<>="'):
        raise ValueError
    return text


_READERS: dict[str, Callable[[str], Any]] = {
    "number": _number,
    "text": _text,
    "boolean": {"yes": True, "no": False}.__getitem__,
    "date": dt.date.fromisoformat,
}


def compile_test(text: str, type_: str) -> Test | None:
    """The test a cell stands for; None when any value passes.

    Raises:
        UnaryTestError: the cell is not a test of this type.
    """
    text = text.strip()
    if text == "-":
        return None
    if text.startswith("not "):
        inner = _any_of(text[4:], type_)
        return lambda value: not inner(value)
    return _any_of(text, type_)


def _any_of(text: str, type_: str) -> Test:
    tests = [_single(part.strip(), type_) for part in _parts(text)]
    if len(tests) == 1:
        return tests[0]
    return lambda value: any(test(value) for test in tests)


def _parts(text: str) -> list[str]:
    if text.startswith('"') and text.endswith('"') and text.count('"') == 2:
        return [text]
    return text.split(",")


def _single(text: str, type_: str) -> Test:
    if type_ in ("number", "date"):
        if match := _COMPARISON.fullmatch(text):
            return _comparison(match[1], read_value(match[2], type_))
        if match := _RANGE.fullmatch(text):
            return _range(match, type_)
    wanted = read_value(text, type_)
    return lambda value: bool(value == wanted)


def _comparison(operator: str, bound: Any) -> Test:
    tests: dict[str, Test] = {
        "<": lambda value: value < bound,
        "<=": lambda value: value <= bound,
        ">": lambda value: value > bound,
        ">=": lambda value: value >= bound,
        "=": lambda value: value == bound,
    }
    return tests[operator]


def _range(match: re.Match[str], type_: str) -> Test:
    low, high = read_value(match[2], type_), read_value(match[3], type_)
    if high < low:
        raise UnaryTestError(f"the range '{match[0]}' ends before it starts")
    low_open, high_open = match[1] == "(", match[4] == ")"
    if bool(match[1]) != bool(match[4]):
        raise UnaryTestError(f"the range '{match[0]}' needs both brackets or none")

    def inside(value: Any) -> bool:
        above = low < value if low_open else low <= value
        return above and (value < high if high_open else value <= high)

    return inside
