"""Words of a rating step: a template in each language with named values and a few number formats.

{age}                 the value, trailing zeros cut     {sum_insured:group}   200,000
{sum_insured:wan}     in units of ten thousand (20)     {premium:money}       138.00
{class:label}         the option's words                {rate:row}            the ranges of the row found, 18–40
{charge:parts}        how tiers add up: 10000 × 0.05 + 2500 × 0.04
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from insureweb.kernel.localized import Localized
from products.rules.ranges import range_words

FORMATS = ("plain", "group", "wan", "money", "label", "row", "parts")
_PLACE = re.compile(r"\{([a-z][a-z0-9_]*)(?::([a-z]+))?\}")
TEN_THOUSAND = Decimal(10_000)
CENT = Decimal("0.01")


class TemplateError(ValueError):
    """A template with an unknown name or format, or a stray brace."""


class Finding(NamedTuple):
    """What a step found in its table: the key cells of the row, and how its parts add up where there are several."""

    cells: tuple[str, ...]
    parts: str = ""


Part = tuple[str, str, str]  # text before, name, format


def parse_template(text: str, names: set[str]) -> tuple[tuple[Part, ...], str]:
    """Parts of a template and the text after the last one.

    Raises:
        TemplateError: a name that is neither a fact nor an earlier step, or an unknown format.
    """
    parts, position = [], 0
    for match in _PLACE.finditer(text):
        name, format_ = match[1], match[2] or "plain"
        if name not in names:
            raise TemplateError(f"the words name '{name}', which is neither an input nor a step so far")
        if format_ not in FORMATS:
            raise TemplateError(f"the format '{format_}' is not one of {', '.join(FORMATS)}")
        parts.append((text[position : match.start()], name, format_))
        position = match.end()
    rest = text[position:]
    if any(mark in before for before, _name, _format in parts for mark in "{}") or "{" in rest or "}" in rest:
        raise TemplateError("a brace that belongs to no {name}")
    return tuple(parts), rest


def plain_number(value: Any) -> str:
    """A value without trailing zeros or exponent."""
    if not isinstance(value, Decimal):
        return str(value)
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


_NUMBER_FORMATS: dict[str, Callable[[Any], str]] = {
    "plain": plain_number,
    "group": lambda value: f"{Decimal(value):,f}",
    "wan": lambda value: plain_number(Decimal(value) / TEN_THOUSAND),
    "money": lambda value: f"{Decimal(value).quantize(CENT):,f}",
}


def _row_words(cells: tuple[str, ...]) -> str:
    """The ranges of the row found; where it has none, its cells."""
    return ", ".join(range_words(cell) for cell in [cell for cell in cells if ".." in cell] or cells)


class Told:
    """Values of one price in words, each worked out once however often the steps and both languages name it."""

    __slots__ = ("found", "texts", "values")

    def __init__(self, values: list[Any], found: Mapping[str, Finding], places: int) -> None:
        self.values, self.found = values, found
        self.texts: list[str | None] = [None] * places


Writer = Callable[[Told], str]
Template = tuple[tuple[tuple[str, int], ...], str]  # text before and number of the place, text after the last


class Vocabulary:
    """Compiles templates of a rating plan. Each way of writing a value has a number, its place in `writers`."""

    def __init__(self, slots: Mapping[str, int], labels: Mapping[str, Mapping[Any, Localized]]) -> None:
        """`labels` are the words of options by input and value; `slots` may grow until a template is compiled."""
        self.slots, self.labels = slots, labels
        self.numbers: dict[tuple[str, str, str], int] = {}
        self.writers: list[Writer] = []

    def compile(self, text: str, language: str) -> Template:
        """Raises TemplateError."""
        parts, rest = parse_template(text, set(self.slots))
        return tuple((before, self._place(name, format_, language)) for before, name, format_ in parts), rest

    def _place(self, name: str, format_: str, language: str) -> int:
        key = (name, format_, language if format_ == "label" else "")
        if key not in self.numbers:
            self.numbers[key] = len(self.writers)
            self.writers.append(self._writer(name, format_, language))
        return self.numbers[key]

    def _writer(self, name: str, format_: str, language: str) -> Writer:
        slot = self.slots[name]
        if format_ == "label":
            labels = {value: label.get(language) for value, label in self.labels.get(name, {}).items()}
            return lambda told: labels.get(told.values[slot]) or str(told.values[slot])
        if format_ == "row":
            return lambda told: _row_words(told.found[name].cells) if name in told.found else ""
        if format_ == "parts":
            return lambda told: told.found[name].parts if name in told.found else ""
        write = _NUMBER_FORMATS[format_]
        return lambda told: write(told.values[slot])

    def fill(self, template: Template, told: Told) -> str:
        """The words of a template for these values."""
        parts, rest = template
        texts, pieces = told.texts, []
        for before, place in parts:
            text = texts[place]
            if text is None:
                text = texts[place] = self.writers[place](told)
            pieces.append(before)
            pieces.append(text)
        pieces.append(rest)
        return "".join(pieces)
