"""Watches the reader at work: which keys it knows at each place of a product file, and what it takes there."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from insureweb.kernel.localized import Localized
from products.rules.document import Fields, Node


@dataclass(frozen=True, slots=True)
class Taken:
    """One way in which the reader took a place: the method that read it, with what it asked for."""

    way: str
    asked: tuple[tuple[str, Any], ...] = ()


@dataclass(slots=True)
class Record:
    """Everything taken, by the place in the file as it was written."""

    places: dict[str, set[Taken]] = field(default_factory=lambda: defaultdict(set))
    depth: int = 0

    @contextmanager
    def taking(self, place: str, way: str, **asked: Any) -> Iterator[None]:
        """Note a call of the reader; what the node's own methods call in turn is not the reader's doing."""
        if self.depth == 0:
            self.places[place].add(Taken(way, tuple(sorted(asked.items()))))
        self.depth += 1
        try:
            yield
        finally:
            self.depth -= 1


@dataclass(frozen=True, slots=True)
class WatchedNode(Node):
    """A node that notes how it is read."""

    record: Record = field(default_factory=Record)

    def text(self, *, max_length: int = 20_000, empty: bool = False) -> str:
        with self.record.taking(self.path, "text", max_length=max_length):
            return Node.text(self, max_length=max_length, empty=empty)

    def items(self, *, at_least: int = 0) -> tuple[Node, ...]:
        with self.record.taking(self.path, "items", at_least=at_least):
            return Node.items(self, at_least=at_least)

    def mapping(self) -> Mapping[str, Node]:
        with self.record.taking(self.path, "mapping"):
            return Node.mapping(self)

    def fields(self, required: str = "", optional: str = "") -> Fields:
        wanted, allowed = frozenset(required.split()), frozenset(optional.split())
        with self.record.taking(self.path, "fields", required=wanted, optional=allowed):
            return Node.fields(self, required, optional)

    def named(self, *, at_least: int = 0, **pattern: Any) -> Iterator[tuple[str, Node]]:
        with self.record.taking(self.path, "named", at_least=at_least):
            return iter(list(Node.named(self, at_least=at_least, **pattern)))

    def name(self, *pattern: Any) -> str:
        with self.record.taking(self.path, "name"):
            return Node.name(self, *pattern)

    def code(self) -> str:
        with self.record.taking(self.path, "code"):
            return Node.code(self)

    def one_of(self, choices: tuple[str, ...]) -> str:
        with self.record.taking(self.path, "one_of", choices=tuple(choices)):
            return Node.one_of(self, choices)

    def integer(self, *, minimum: int | None = None, maximum: int | None = None) -> int:
        with self.record.taking(self.path, "integer", minimum=minimum, maximum=maximum):
            return Node.integer(self, minimum=minimum, maximum=maximum)

    def decimal(self, *, minimum: Decimal | None = None) -> Decimal:
        with self.record.taking(self.path, "decimal", minimum=minimum):
            return Node.decimal(self, minimum=minimum)

    def boolean(self) -> bool:
        with self.record.taking(self.path, "boolean"):
            return Node.boolean(self)

    def date(self) -> dt.date:
        with self.record.taking(self.path, "date"):
            return Node.date(self)

    def localized(self, *, max_length: int = 20_000) -> Localized:
        with self.record.taking(self.path, "localized", max_length=max_length):
            return Node.localized(self, max_length=max_length)


def watched(node: Node, record: Record) -> WatchedNode:
    """The same tree, watched."""
    value: Any = node.value
    if isinstance(value, tuple):
        value = tuple(watched(item, record) for item in value)
    elif isinstance(value, Mapping):
        value = {key: watched(item, record) for key, item in value.items()}
    return WatchedNode(value, node.line, node.path, node.key_lines, record)
