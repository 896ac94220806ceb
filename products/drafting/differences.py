"""What differs between two versions, as a reader sees it: figures, rows and words under the part they belong to."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext as _

from products.drafting.choices import words_in
from products.drafting.parts import Part, part_at
from products.drafting.place_words import place_words
from products.rules.document import DECIMAL_PATTERN, Tree
from products.rules.dumping import to_yaml

MOST_A_PART = 400
LONGEST = 600
CLAUSE = re.compile(r"#+\s+(\d[\d.]*)\s")
TABLE_ROWS = re.compile(r"rating\.tables\.[a-z0-9_]+\.rows")
IDENTITIES = ("id", "step", "name", "value")
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs. `before` or `after` is empty where something was added or taken out."""

    path: Path
    before: str
    after: str
    note: str = ""

    @property
    def place(self) -> str:
        return place_words(self.path)

    @property
    def is_long(self) -> bool:
        """Whether it is a passage rather than a figure."""
        return "\n" in self.before + self.after or len(self.before) + len(self.after) > 160


@dataclass
class PartDifferences:
    """The differences of one part; `more` counts those left out."""

    part: Part | None
    found: list[Difference] = field(default_factory=list)
    more: int = 0

    @property
    def title(self) -> Any:
        return self.part.title if self.part else _("Elsewhere in the file")

    @property
    def count(self) -> int:
        return len(self.found) + self.more


def differences(before: Tree, after: Tree) -> list[PartDifferences]:
    """What differs from one definition to another, part by part."""
    parts: dict[str, PartDifferences] = {}
    for difference in _tree((), before, after):
        part = part_at(".".join(difference.path))
        group = parts.setdefault(part.code if part else "", PartDifferences(part))
        if len(group.found) < MOST_A_PART:
            group.found.append(difference)
        else:
            group.more += 1
    return list(parts.values())


def parts_touched(before: Tree, after: Tree) -> str:
    """The titles of the parts that differ, for a line of history."""
    return ", ".join(f"{group.title} ({group.count})" for group in differences(before, after))


def _tree(path: Path, before: Tree | None, after: Tree | None) -> Iterator[Difference]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys((*before, *after)):
            yield from _tree((*path, key), before.get(key), after.get(key))
    elif isinstance(before, list) and isinstance(after, list):
        yield from _lists(path, before, after)
    elif isinstance(before, str) and isinstance(after, str) and "\n" in before + after:
        yield from _passages(path, before, after)
    else:
        yield Difference(path, _shown(before), _shown(after), _change_in_percent(before, after))


def _shown(value: Tree | None) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else to_yaml(value).rstrip()
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _change_in_percent(before: Tree | None, after: Tree | None) -> str:
    """By how much a figure moved."""
    figures = [value for value in (before, after) if isinstance(value, str) and DECIMAL_PATTERN.fullmatch(value)]
    if len(figures) < 2 or not Decimal(figures[0]):
        return ""
    old, new = map(Decimal, figures)
    share = ((new - old) * 100 / abs(old)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{share:+}%"


# --- Lists ---


def _lists(path: Path, before: list[Tree], after: list[Tree]) -> Iterator[Difference]:
    if TABLE_ROWS.fullmatch(".".join(path)):
        yield from _keyed(path, before, after, lambda row: " · ".join(map(str, row[:-1])), lambda row: row[-1])
        return
    identity = _identity(before, after)
    if identity:
        yield from _keyed(path, before, after, lambda item: words_in(item[identity]), lambda item: item)
        if _moved(before, after, identity):
            yield Difference(path, _names(before, identity), _names(after, identity), _("another order"))
        return
    yield from _in_order(path, before, after)


def _identity(before: list[Tree], after: list[Tree]) -> str:
    """The key that names every item of both lists, each once."""
    for key in IDENTITIES:
        if all(_names_each(items, key) for items in (before, after)):
            return key
    return ""


def _names_each(items: Sequence[Tree], key: str) -> bool:
    names = [words_in(item.get(key)) for item in items if isinstance(item, dict)]
    return len(names) == len(items) and all(names) and len(set(names)) == len(names)


def _keyed(
    path: Path, before: Iterable[Any], after: Iterable[Any], key: Callable[[Any], str], value: Callable[[Any], Any]
) -> Iterator[Difference]:
    old, new = ({key(item): value(item) for item in items} for items in (before, after))
    for name in dict.fromkeys((*old, *new)):
        yield from _tree((*path, name), old.get(name), new.get(name))


def _moved(before: list[Tree], after: list[Tree], identity: str) -> bool:
    old, new = ([item[identity] for item in items if isinstance(item, dict)] for items in (before, after))
    return [name for name in old if name in new] != [name for name in new if name in old]


def _names(items: list[Tree], identity: str) -> str:
    return ", ".join(words_in(item[identity]) for item in items if isinstance(item, dict))


def _in_order(path: Path, before: list[Tree], after: list[Tree]) -> Iterator[Difference]:
    """Items without names: those that stand against each other, then those added or taken out."""
    old, new = ([to_yaml(item) for item in items] for items in (before, after))
    for kind, first, last, start, end in difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        for offset in range(max(last - first, end - start)):
            left = before[first + offset] if first + offset < last else None
            right = after[start + offset] if start + offset < end else None
            place = str((start if right is not None else first) + offset + 1)
            yield from _tree((*path, place), left, right)


# --- Passages ---


def _passages(path: Path, before: str, after: str) -> Iterator[Difference]:
    """Changed lines of a long text, each block under the clause it stands in."""
    old, new = before.splitlines(), after.splitlines()
    for kind, first, last, start, end in difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        left, right = "\n".join(old[first:last]), "\n".join(new[start:end])
        if left.strip() or right.strip():
            clause = _clause_at(new, start) or _clause_at(old, first)
            yield Difference((*path, clause) if clause else path, left.strip(), right.strip())


def _clause_at(lines: Sequence[str], place: int) -> str:
    for line in reversed(lines[: place + 1]):
        if heading := CLAUSE.match(line.strip()):
            return heading[1]
    return ""
