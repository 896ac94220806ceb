"""Unary tests of decision tables: what one cell says about one value.

-               any value                       yes, no          a boolean
5, accident     equal                           5, 6, 7          any of
> 5   <= 5      comparison                      18..45           both ends included
(18..45]        an open and a closed end        18..   ..45      no upper, no lower end
not 5, 6        none of                         "a, b"           quoted text; "" inside is one quote
contains x      the list holds x                any of x, y      the list holds one of them
all of x, y     the list holds all of them      empty            the list holds nothing
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

COLUMN_TYPES = ("number", "text", "boolean", "date", "list")
ORDERED = ("number", "date")
LIST_TESTS = ("contains", "any of", "all of", "empty")
Test = Callable[[Any], bool]

_COMPARISON = re.compile(r"(<=|>=|<|>|=)\s*(.+)", re.DOTALL)
_RANGE = re.compile(r"([\[(]?)\s*([^\s\[\]()]*?)\s*\.\.\s*([^\s\[\]()]*?)\s*([\])]?)")
_NUMBER = re.compile(r"-?\d{1,18}(\.\d{1,12})?", re.ASCII)
_QUOTED = re.compile(r'"(?:[^"]|"")*"')


class UnaryTestError(ValueError):
    """The cell cannot be read as a test of this type. `code` and `values` name the problem for a translator."""

    WORDS: Mapping[str, str] = {
        "not_a_value": "'{text}' is not a {type}",
        "backwards": "the range '{text}' ends before it starts",
        "brackets": "the range '{text}' needs both brackets or none",
        "one_item": "'contains' takes one value; several are written 'any of a, b' or 'all of a, b'",
        "not_a_list_test": "'{text}' is no test of a list: contains, any of, all of, empty",
    }

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(self.WORDS[code].format(**values))
        self.code, self.values = code, values


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of numbers or days; None is no end."""

    low: Any
    high: Any
    low_open: bool = False
    high_open: bool = False

    def holds(self, value: Any) -> bool:
        if self.low is not None and (value <= self.low if self.low_open else value < self.low):
            return False
        return self.high is None or (value < self.high if self.high_open else value <= self.high)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as read: spans for numbers and days, values for text and booleans, one test of items for lists."""

    negated: bool = False
    spans: tuple[Span, ...] = ()
    values: frozenset[Any] = frozenset()
    items: str = ""

    def passes(self, value: Any) -> bool:
        return self._says(value) is not self.negated

    def _says(self, value: Any) -> bool:
        if self.spans:
            return any(span.holds(value) for span in self.spans)
        if not self.items:
            return value in self.values
        if self.items == "empty":
            return not value
        return self.values <= set(value) if self.items == "all of" else not self.values.isdisjoint(value)


def read_value(text: str, type_: str) -> Any:
    """One value of a column's type from its text.

    Raises:
        UnaryTestError: it is not one.
    """
    text = text.strip()
    try:
        return _READERS[type_](text)
    except (ValueError, KeyError, InvalidOperation):
        raise UnaryTestError("not_a_value", text=text[:60], type=type_) from None


def _number(text: str) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise ValueError
    return Decimal(text)


def _text(text: str) -> str:
    if _QUOTED.fullmatch(text):
        return text[1:-1].replace('""', '"')
    if not text or any(mark in text for mark in '<>="'):
        raise ValueError
    return text


def _list(text: str) -> tuple[str, ...]:
    return tuple(_text(part) for part in _parts(text)) if text else ()


_READERS: dict[str, Callable[[str], Any]] = {
    "number": _number,
    "text": _text,
    "boolean": {"yes": True, "no": False}.__getitem__,
    "date": dt.date.fromisoformat,
    "list": _list,
}


def compile_test(text: str, type_: str) -> Test | None:
    """The test a cell stands for; None when any value passes.

    Raises:
        UnaryTestError: the cell is not a test of this type.
    """
    cell = read_cell(text, type_)
    return None if cell is None else cell.passes


def read_cell(text: str, type_: str) -> Cell | None:
    """What a cell says; None when any value passes.

    Raises:
        UnaryTestError: the cell is not a test of this type.
    """
    text = text.strip()
    if text == "-":
        return None
    negated = text.startswith("not ")
    if negated:
        text = text[4:].strip()
    if type_ == "list":
        return _list_cell(text, negated=negated)
    if type_ in ORDERED:
        return Cell(negated, spans=tuple(_span(part, type_) for part in _parts(text)))
    return Cell(negated, values=frozenset(read_value(part, type_) for part in _parts(text)))


def _list_cell(text: str, *, negated: bool) -> Cell:
    kind = next((kind for kind in LIST_TESTS if text == kind or text.startswith(f"{kind} ")), "")
    items = text.removeprefix(kind).strip()
    if not kind or (kind == "empty") != (items == ""):
        raise UnaryTestError("not_a_list_test", text=text[:60])
    values = frozenset(read_value(part, "text") for part in _parts(items)) if items else frozenset()
    if kind == "contains" and len(values) != 1:
        raise UnaryTestError("one_item")
    return Cell(negated, values=values, items=kind)


def _parts(text: str) -> list[str]:
    """The text split at commas outside quotes; a quote left open is refused by whoever reads the part."""
    parts, quoted = [""], False
    for character in text:
        quoted ^= character == '"'
        if character == "," and not quoted:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts]


def _span(text: str, type_: str) -> Span:
    if match := _COMPARISON.fullmatch(text):
        return _comparison(match[1], read_value(match[2], type_))
    match = _RANGE.fullmatch(text)
    if match and (match[2] or match[3]):
        return _range(match, type_)
    value = read_value(text, type_)
    return Span(value, value)


def _comparison(operator: str, bound: Any) -> Span:
    if operator == "=":
        return Span(bound, bound)
    if operator[0] == "<":
        return Span(None, bound, high_open=operator == "<")
    return Span(bound, None, low_open=operator == ">")


def _range(match: re.Match[str], type_: str) -> Span:
    low, high = (read_value(text, type_) if text else None for text in (match[2], match[3]))
    if bool(match[1]) != bool(match[4]):
        raise UnaryTestError("brackets", text=match[0])
    if low is not None and high is not None and high < low:
        raise UnaryTestError("backwards", text=match[0])
    return Span(low, high, match[1] == "(", match[4] == ")")
