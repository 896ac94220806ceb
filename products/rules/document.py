"""A product file as a tree of text with line numbers.

YAML guesses types: 6.9 becomes a binary float and NO becomes False. A tariff may suffer neither, so every scalar stays
the text that was written, and the reader of a field decides its type. What could hide a surprise (anchors, aliases,
tags, duplicate keys, several documents) is refused.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import yaml

from insureweb.kernel.localized import Localized

MAX_FILE_CHARACTERS = 2_000_000
MAX_DEPTH = 24
DECIMAL_PATTERN = re.compile(r"-?\d{1,18}(\.\d{1,12})?", re.ASCII)
INTEGER_PATTERN = re.compile(r"-?\d{1,15}", re.ASCII)
# What neither a page nor the database can hold; an escape brings it past YAML's own check.
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
KEY_PATTERN = re.compile(r"[a-z][a-z0-9_]{0,59}")
CODE_PATTERN = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+){0,9}")
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Tree = str | list["Tree"] | dict[str, "Tree"]


class ProductFileError(Exception):
    """A product file that cannot be read: what is wrong, in which line, at which place in the tree."""

    def __init__(self, line: int, path: str, message: str, file: str = "") -> None:
        self.line, self.path, self.message, self.file = line, path, message, file
        super().__init__(str(self))

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.file else f"line {self.line}"
        return f"{where}: {self.path}: {self.message}" if self.path else f"{where}: {self.message}"

    def in_file(self, file: str) -> ProductFileError:
        """The same error with the file's name in front."""
        return ProductFileError(self.line, self.path, self.message, file)


@dataclass(frozen=True, slots=True)
class Node:
    """One place in the document: a text, a list of nodes, or a mapping of nodes."""

    value: str | tuple[Node, ...] | Mapping[str, Node]
    line: int
    path: str
    key_lines: Mapping[str, int] | None = None

    def error(self, message: str) -> ProductFileError:
        return ProductFileError(self.line, self.path, message)

    # --- shapes ---

    def text(self, *, max_length: int = 20_000, empty: bool = False) -> str:
        if not isinstance(self.value, str):
            raise self.error("expected a text here, found a list or a mapping")
        if len(self.value) > max_length:
            raise self.error(f"longer than {max_length} characters")
        if not empty and not self.value.strip():
            raise self.error("must not be empty")
        return self.value.strip()

    def items(self, *, at_least: int = 0) -> tuple[Node, ...]:
        if not isinstance(self.value, tuple):
            raise self.error("expected a list here")
        if len(self.value) < at_least:
            raise self.error(f"needs at least {at_least} entries")
        return self.value

    def mapping(self) -> Mapping[str, Node]:
        if not isinstance(self.value, Mapping):
            raise self.error("expected a mapping here")
        return self.value

    def fields(self, required: str = "", optional: str = "") -> Fields:
        """The mapping with exactly these keys (space-separated names); refuses missing and unknown ones."""
        mapping, wanted, allowed = self.mapping(), required.split(), {*required.split(), *optional.split()}
        for key, node in mapping.items():
            if key not in allowed:
                line = (self.key_lines or {}).get(key, node.line)
                raise ProductFileError(line, node.path, f"unknown key; known are {', '.join(sorted(allowed))}")
        for key in wanted:
            if key not in mapping:
                raise self.error(f"the key '{key}' is missing")
        return Fields(mapping)

    def named(self, *, pattern: re.Pattern[str] = KEY_PATTERN, at_least: int = 0) -> Iterator[tuple[str, Node]]:
        """Each (name, node) of a mapping whose keys are names."""
        mapping = self.mapping()
        if len(mapping) < at_least:
            raise self.error(f"needs at least {at_least} entries")
        for key, node in mapping.items():
            if not pattern.fullmatch(key):
                raise node.error(f"'{key[:60]}' is not a name of lower-case letters, digits and underscores")
            yield key, node

    # --- scalars ---

    def name(self, pattern: re.Pattern[str] = KEY_PATTERN) -> str:
        text = self.text(max_length=80)
        if not pattern.fullmatch(text):
            raise self.error(f"'{text}' is not a name of lower-case letters, digits and underscores")
        return text

    def code(self) -> str:
        text = self.text(max_length=60)
        if not CODE_PATTERN.fullmatch(text):
            raise self.error(f"'{text}' is not a code of lower-case letters, digits and hyphens")
        return text

    def one_of(self, choices: tuple[str, ...]) -> str:
        text = self.text(max_length=80)
        if text not in choices:
            raise self.error(f"'{text}' is not one of {', '.join(choices)}")
        return text

    def integer(self, *, minimum: int | None = None, maximum: int | None = None) -> int:
        text = self.text(max_length=40)
        if not INTEGER_PATTERN.fullmatch(text):
            raise self.error(f"'{text}' is not a whole number")
        number = int(text)
        if (minimum is not None and number < minimum) or (maximum is not None and number > maximum):
            raise self.error(f"{number} is outside {minimum} to {maximum}")
        return number

    def decimal(self, *, minimum: Decimal | None = None) -> Decimal:
        text = self.text(max_length=40)
        if not DECIMAL_PATTERN.fullmatch(text):
            raise self.error(f"'{text}' is not a decimal number")
        number = Decimal(text)
        if minimum is not None and number < minimum:
            raise self.error(f"{number} is below {minimum}")
        return number

    def boolean(self) -> bool:
        return self.one_of(("yes", "no")) == "yes"

    def date(self) -> dt.date:
        text = self.text(max_length=40)
        try:
            if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
                return dt.date.fromisoformat(text)
        except ValueError:
            pass
        raise self.error(f"'{text}' is not a date like 2026-03-01")

    def localized(self, *, max_length: int = 20_000) -> Localized:
        """Text in both languages, both required."""
        fields = self.fields("zh-hans en")
        return Localized(
            zh_hans=fields["zh-hans"].text(max_length=max_length), en=fields["en"].text(max_length=max_length)
        )

    # --- whole trees ---

    def tree(self) -> Tree:
        """The same as plain text, lists and dicts: what is stored and hashed."""
        if isinstance(self.value, str):
            return self.value
        if isinstance(self.value, tuple):
            return [node.tree() for node in self.value]
        return {key: node.tree() for key, node in self.value.items()}


class Fields(dict[str, Node]):
    """Checked keys of one mapping; `maybe` reads an optional one."""

    def __init__(self, mapping: Mapping[str, Node]) -> None:
        super().__init__(mapping)

    def localized(self, key: str) -> Localized | None:
        return self[key].localized() if key in self else None

    def integer(self, key: str, default: int, *, maximum: int = 100_000) -> int:
        return self[key].integer(minimum=0, maximum=maximum) if key in self else default

    def flag(self, key: str) -> bool:
        return self[key].boolean() if key in self else False

    def items_of(self, key: str) -> tuple[Node, ...]:
        return self[key].items() if key in self else ()


def read_yaml(text: str, *, file: str = "") -> Node:
    """Reads YAML text into a tree of nodes.

    Raises:
        ProductFileError: not YAML, too large, too deep, or with anchors, aliases, tags or duplicate keys.
    """
    try:
        return _read_yaml(text)
    except ProductFileError as error:
        raise error.in_file(file) from None


def _read_yaml(text: str) -> Node:
    if len(text) > MAX_FILE_CHARACTERS:
        raise ProductFileError(1, "", f"longer than {MAX_FILE_CHARACTERS} characters")
    if "\x00" in text:
        raise ProductFileError(text[: text.index("\x00")].count("\n") + 1, "", "contains a NUL character")
    try:
        return _Builder(text).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise ProductFileError(mark.line + 1 if mark else 1, "", f"not YAML: {error.problem}") from None
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1 if isinstance(error.position, int) else 1
        raise ProductFileError(line, "", "contains a character YAML does not allow") from None
    except (yaml.YAMLError, UnicodeError) as error:
        raise ProductFileError(1, "", f"not YAML: {type(error).__name__}") from None


class _Builder:
    """Builds nodes from YAML's event stream, so that nothing is resolved behind our back."""

    def __init__(self, text: str) -> None:
        self.events = yaml.parse(text, Loader=LOADER)

    def document(self) -> Node:
        root: Node | None = None
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    raise ProductFileError(_line(event), "", "a second document in one file")
                root = self.node(next(self.events), "", 0)
        if root is None:
            raise ProductFileError(1, "", "the file is empty")
        return root

    def node(self, event: Any, path: str, depth: int) -> Node:
        line = _line(event)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise ProductFileError(line, path, "anchors and aliases are not allowed")
        if getattr(event, "tag", None):
            raise ProductFileError(line, path, "type tags are not allowed")
        if depth > MAX_DEPTH:
            raise ProductFileError(line, path, f"nested deeper than {MAX_DEPTH} levels")
        if isinstance(event, yaml.ScalarEvent):
            return Node(printable(event.value, line, path), line, path)
        if isinstance(event, yaml.SequenceStartEvent):
            return Node(tuple(self.sequence(path, depth)), line, path)
        return self.mapping(line, path, depth)

    def sequence(self, path: str, depth: int) -> Iterator[Node]:
        for index, event in enumerate(iter(lambda: next(self.events), None)):
            if isinstance(event, yaml.SequenceEndEvent):
                return
            yield self.node(event, f"{path}[{index}]", depth + 1)

    def mapping(self, line: int, path: str, depth: int) -> Node:
        values: dict[str, Node] = {}
        key_lines: dict[str, int] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key_line = _line(event)
            if not isinstance(event, yaml.ScalarEvent) or event.anchor or event.tag:
                raise ProductFileError(key_line, path, "a key must be plain text")
            key = printable(event.value, key_line, path)
            place = f"{path}.{key[:60]}" if path else key[:60]
            if key in values:
                raise ProductFileError(key_line, place, f"the key stands twice, first in line {key_lines[key]}")
            key_lines[key] = key_line
            values[key] = self.node(next(self.events), place, depth + 1)
        return Node(values, line, path, key_lines)


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def printable(text: str, line: int, path: str) -> str:
    """The text itself. Raises ProductFileError for control characters."""
    if CONTROL.search(text):
        raise ProductFileError(line, path, "contains a control character")
    return text


def node_of(tree: Tree, path: str = "", depth: int = 0) -> Node:
    """Nodes of a stored tree; line numbers are unknown (0) there.

    Raises:
        ProductFileError: something else than text, lists and mappings of text, or nested too deep.
    """
    if depth > MAX_DEPTH:
        raise ProductFileError(0, path, f"nested deeper than {MAX_DEPTH} levels")
    if isinstance(tree, str):
        return Node(printable(tree, 0, path), 0, path)
    if isinstance(tree, list):
        items = (node_of(item, f"{path}[{index}]", depth + 1) for index, item in enumerate(tree))
        return Node(tuple(items), 0, path)
    if isinstance(tree, dict) and all(isinstance(key, str) for key in tree):
        places = {key: f"{path}.{key[:60]}" if path else key[:60] for key in tree}
        children = {printable(key, 0, path): node_of(item, places[key], depth + 1) for key, item in tree.items()}
        return Node(children, 0, path)
    raise ProductFileError(0, path, "a stored definition holds only text, lists and mappings")
