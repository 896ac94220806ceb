"""What a part of a product file looks like as a form: one entry a key, nested as the file is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from products.rules.document import Tree

Choice = tuple[str, Any]
Choices = Sequence[Choice] | Callable[[dict[str, Tree]], Sequence[Choice]]


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of the file with its words. An optional entry left empty leaves its key out."""

    key: str
    label: Any
    hint: Any = ""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Line(Entry):
    """A text: `kind` is text, area, date or number."""

    kind: str = "text"
    unit: Any = ""


@dataclass(frozen=True, slots=True)
class Pick(Entry):
    """One of a few; the choices may hang on the draft."""

    choices: Choices = ()


@dataclass(frozen=True, slots=True)
class Flag(Entry):
    """Yes; without a tick the key is left out."""


@dataclass(frozen=True, slots=True)
class Both(Entry):
    """A text in both languages; `rows` makes it a larger box."""

    rows: int = 0


@dataclass(frozen=True, slots=True)
class Ticks(Entry):
    """A list of some of a few."""

    choices: Choices = ()


@dataclass(frozen=True, slots=True)
class Words(Entry):
    """A list of short texts, separated by commas."""


@dataclass(frozen=True, slots=True)
class Yaml(Entry):
    """Anything deeper, as the file writes it. `pairs` says that it is one `name: value` a line."""

    rows: int = 4
    pairs: bool = False


@dataclass(frozen=True, slots=True)
class Group(Entry):
    """A mapping with known keys."""

    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Rows(Entry):
    """Several of the same: a mapping by name, or a list. `spare` empty ones wait at the end of the form."""

    entries: tuple[Entry, ...] = ()
    named: bool = True
    spare: int = 1
    item: Any = ""


def choices_of(entry: Pick | Ticks, tree: dict[str, Tree]) -> list[Choice]:
    """The choices, for this draft where they hang on it."""
    return list(entry.choices(tree) if callable(entry.choices) else entry.choices)
