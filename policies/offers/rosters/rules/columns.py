"""Which columns a roster of a product has, and which column of a file is which."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from insureweb.kernel.localized import Localized
from products.rules.definition import Definition, Input
from products.rules.platform_facts import GROUP_SIZE

NAME, ID_NUMBER, REFERENCE, REASONS = "name", "id_number", "row", "reasons"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file. `item` is the input it fills; name, identity number and reference fill none."""

    key: str
    heading: Localized
    item: Input | None = None


class WrongHeadings(ValueError):
    """The file lacks columns, or has one twice; the keys of each."""

    def __init__(self, missing: Sequence[Column], twice: Sequence[Column]) -> None:
        super().__init__(", ".join(column.key for column in (*missing, *twice)))
        self.missing, self.twice = tuple(missing), tuple(twice)


def is_group(definition: Definition) -> bool:
    """Whether the product is sold by roster: it has the platform's fact `members` among its inputs."""
    return GROUP_SIZE in definition.inputs_by_key


def asked_inputs(definition: Definition) -> tuple[Input, ...]:
    """Inputs each member's row answers: what the plan sets, the ID number tells and the roster counts is not asked."""
    return tuple(item for item in definition.asked_inputs if not item.person and item.key != GROUP_SIZE)


def columns_of(definition: Definition, fixed: Sequence[Column]) -> tuple[Column, ...]:
    """The columns of a product's roster: those every roster has, then one an input."""
    return (*fixed, *(Column(item.key, item.label, item) for item in asked_inputs(definition)))


def folded(text: str) -> str:
    """Headings and labels compare without case, width, spaces and a trailing star."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in plain if not character.isspace()).rstrip("*")


def match_headings(header: Sequence[str], columns: Sequence[Column], optional: Sequence[Column]) -> dict[int, str]:
    """Place in the file -> key of the column; headings nobody asked for are left out.

    Raises:
        WrongHeadings: a column is missing or stands twice.
    """
    names = {
        folded(name): column.key
        for column in (*columns, *optional)
        for name in (column.key, column.heading.zh_hans, column.heading.en)
    }
    found: dict[int, str] = {}
    for place, text in enumerate(header):
        if key := names.get(folded(text)):
            found[place] = key
    keys = list(found.values())
    missing = [column for column in columns if column.key not in keys]
    twice = [column for column in (*columns, *optional) if keys.count(column.key) > 1]
    if missing or twice:
        raise WrongHeadings(missing, twice)
    return found
