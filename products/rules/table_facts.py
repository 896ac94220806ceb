"""Facts for decision tables: what callers hand over, read in each column's type."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from products.rules.unary import Cell, UnaryTestError, read_cell, read_value

if TYPE_CHECKING:
    from products.rules.decisions import Column

# Wider than what a cell may write: facts are also computed, and a stored one must be readable again.
_NUMBER = re.compile(r"-?\d{1,60}(\.\d{1,60})?", re.ASCII)


class FactError(ValueError):
    """A value a column cannot use."""


class FactReader:
    """Reads one column's value."""

    __slots__ = ("_allowed", "_default", "_read", "_whole", "_words", "key")

    def __init__(self, column: Column) -> None:
        self.key = column.key
        self._whole, self._words = column.whole, column.allowed
        self._read = _READERS[column.type]
        self._allowed: Cell | None = read_cell(column.allowed, column.type)
        self._default = self.read(column.default) if column.default else None

    def unknown(self) -> Any:
        """The value that stands in for one nobody knows. Raises LookupError when there is none."""
        if self._default is None:
            raise LookupError(self.key)
        return self._default

    def read(self, value: Any) -> Any:
        """The value in the column's type.

        Raises:
            FactError: it is not one, or not one of those allowed.
        """
        found = self._read(value)
        if self._whole and found != found.to_integral_value():
            raise FactError(f"{found} is not a whole number")
        if self._allowed is not None and not self._allowed.passes(found):
            raise FactError(f"'{str(value)[:60]}' is not among the values allowed: {self._words}")
        return found


_TYPES = {"number": "a number", "text": "a text", "boolean": "yes or no", "date": "a date", "list": "a list of texts"}


def _wrong(value: Any, type_: str) -> FactError:
    shown = ("yes" if value else "no") if isinstance(value, bool) else str(value)
    return FactError(f"'{shown[:60]}' is not {_TYPES[type_]}")


def _number(value: Any) -> Decimal:
    if isinstance(value, Decimal) and value.is_finite():
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        return Decimal(value)
    raise _wrong(value, "number")


def _text(value: Any) -> str:
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return str(value)
    raise _wrong(value, "text")


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip() in ("yes", "no"):
        return value.strip() == "yes"
    raise _wrong(value, "boolean")


def _date(value: Any) -> dt.date:
    if type(value) is dt.date:
        return value
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value.strip())
        except ValueError:
            pass
    raise _wrong(value, "date")


def _list(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        try:
            return tuple(read_value(value, "list"))
        except UnaryTestError:
            raise _wrong(value, "list") from None
    if isinstance(value, set | frozenset):
        value = sorted(value)
    if isinstance(value, tuple | list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    raise _wrong(value, "list")


_READERS: dict[str, Callable[[Any], Any]] = {
    "number": _number,
    "text": _text,
    "boolean": _boolean,
    "date": _date,
    "list": _list,
}
