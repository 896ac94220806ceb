"""The fields of a part as a page draws them: from the flat values, the same whether stored or just typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from products.drafting.posting import DROP, KEY, WAS, Flat, is_filled, row_count
from products.drafting.shapes import Both, Choice, Entry, Flag, Group, Line, Pick, Rows, Ticks, Yaml, choices_of
from products.rules.document import Tree

UNCHOSEN = ("", "–")
AREA_LENGTH = 90


@dataclass(frozen=True, slots=True)
class Box:
    """One field, or a group of them.

    `kind` is text, area, date, number, select, tick, yaml or hidden; with boxes inside both, ticks, group, rows, row.
    """

    kind: str
    name: str
    label: Any
    hint: Any = ""
    value: str = ""
    error: str = ""
    optional: bool = False
    options: tuple[Choice, ...] = ()
    boxes: tuple[Box, ...] = ()
    rows: int = 0
    count: int = 0

    @property
    def id(self) -> str:
        return f"id_{self.name}"

    @property
    def is_filled(self) -> bool:
        """Whether it or anything in it holds a value."""
        return bool(self.value) or any(box.is_filled for box in self.boxes)

    @property
    def has_error(self) -> bool:
        return bool(self.error) or any(box.has_error for box in self.boxes)


class Drawing:
    """Draws entries for one draft; `problems` are messages by field name."""

    def __init__(self, flat: Flat, tree: dict[str, Tree], problems: Mapping[str, str] | None = None) -> None:
        self.flat, self.tree, self.problems = flat, tree, dict(problems or {})

    def boxes(self, entries: Iterable[Entry], prefix: str = "") -> tuple[Box, ...]:
        return tuple(self.box(entry, f"{prefix}{entry.key}") for entry in entries)

    def box(self, entry: Entry, name: str) -> Box:
        value = self.flat.get(name, "")
        more: dict[str, Any] = {"value": value}
        match entry:
            case Group():
                kind, more = "group", {"boxes": self.boxes(entry.entries, f"{name}.")}
            case Rows():
                kind, rows = "rows", self._rows(entry, name)
                more = {"boxes": rows, "count": len(rows)}
            case Both():
                kind, more = "both", {"boxes": self._languages(entry, name)}
            case Ticks():
                kind, more = "ticks", {"boxes": self._ticks(entry, name)}
            case Flag():
                kind = "tick"
            case Pick():
                kind, more = "select", {"value": value, "options": self._options(entry, value)}
            case Yaml():
                kind, more = "yaml", {"value": value, "rows": max(entry.rows, value.count("\n") + 1)}
            case _:
                kind = entry.kind if isinstance(entry, Line) else "text"
        error = self.problems.get(name, "")
        return Box(kind, name, entry.label, entry.hint, error=error, optional=entry.optional, **more)

    def _languages(self, entry: Both, name: str) -> tuple[Box, ...]:
        values = {language: self.flat.get(f"{name}.{language}", "") for language in ("zh-hans", "en")}
        long = entry.rows or (2 if max(map(len, values.values())) > AREA_LENGTH else 0)
        words = {"zh-hans": _("Chinese"), "en": _("English")}
        return tuple(
            Box("area" if long else "text", f"{name}.{language}", words[language], value=value, rows=long,
                error=self.problems.get(f"{name}.{language}", ""))
            for language, value in values.items()
        )  # fmt: skip

    def _options(self, entry: Pick, value: str) -> tuple[Choice, ...]:
        options = choices_of(entry, self.tree)
        known = {choice[0] for choice in options}
        if "" not in known and (entry.optional or not value):
            options = [UNCHOSEN, *options]
        return tuple([*options, (value, value)] if value and value not in known else options)

    def _ticks(self, entry: Ticks, name: str) -> tuple[Box, ...]:
        options = choices_of(entry, self.tree)
        return tuple(
            Box("tick", f"{name}.{value}", label, value=self.flat.get(f"{name}.{value}", ""))
            for value, label in options
        )

    def _rows(self, entry: Rows, name: str) -> tuple[Box, ...]:
        count = row_count(self.flat, name)
        filled = sum(is_filled(self.flat, f"{name}.{number}.") for number in range(count))
        total = max(count, filled + entry.spare)
        return tuple(self._row(entry, f"{name}.{number}.", number) for number in range(total))

    def _row(self, entry: Rows, start: str, number: int) -> Box:
        key = self.flat.get(start + KEY, "")
        own: list[Box] = [Box("hidden", start + WAS, "", value=self.flat.get(start + WAS, ""))]
        if entry.named:
            error = self.problems.get(start + KEY, "")
            own.append(Box("text", start + KEY, _("Name in the file"), value=key, error=error))
        own += self.boxes(entry.entries, start)
        if self.flat.get(start + WAS):
            own.append(Box("tick", start + DROP, _("Take this one out"), value=self.flat.get(start + DROP, "")))
        title = (key if entry.named and key else "") or str(number + 1)
        return Box("row", start, f"{entry.item} {title}" if key else _("One more"), boxes=tuple(own))
