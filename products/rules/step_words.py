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


def _row_words(finding: Finding | None) -> str:
    """The ranges of the row found; where it has none, its cells."""
    cells = finding.cells if finding else ()
    return ", ".join(range_words(cell) for cell in [cell for cell in cells if ".." in cell] or cells)


def fill(
    template: tuple[tuple[Part, ...], str],
    values: Mapping[str, Any],
    labels: Callable[[str, Any], str],
    found: Mapping[str, Finding],
) -> str:
    """The words of a template for these values; `labels` words an option, `found` what was read in tables."""
    parts, rest = template
    pieces = []
    for before, name, format_ in parts:
        pieces.append(before)
        value = values[name]
        if format_ == "label":
            pieces.append(labels(name, value))
        elif format_ == "row":
            pieces.append(_row_words(found.get(name)))
        elif format_ == "parts":
            pieces.append(found[name].parts if name in found else "")
        else:
            pieces.append(_NUMBER_FORMATS[format_](value))
    pieces.append(rest)
    return "".join(pieces)
