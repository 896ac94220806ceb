"""Between a part of a product file and the fields of a form: what nobody touched stays the very text it was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from products.drafting.shapes import Both, Entry, Flag, Group, Rows, Ticks, Words, Yaml
from products.rules.document import Node, ProductFileError, Tree, read_yaml
from products.rules.dumping import to_yaml

Flat = dict[str, str]
MAX_ROWS = 60
COUNT, KEY, WAS, DROP = "rows", "_key", "_was", "_drop"
ON = "on"


@dataclass
class Reading:
    """What came of a form: where each place of the tree stands in the form, and what was wrong at once."""

    places: dict[str, str] = field(default_factory=dict)
    texts: dict[str, Node] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)


# --- from the file to the form ---


def fill(entries: Iterable[Entry], tree: Tree | None, prefix: str = "") -> Flat:
    """The fields of a form for what the file says."""
    source = tree if isinstance(tree, dict) else {}
    flat: Flat = {}
    for entry in entries:
        _fill_one(entry, source.get(entry.key), f"{prefix}{entry.key}", flat)
    return flat


def _fill_one(entry: Entry, value: Tree | None, name: str, flat: Flat) -> None:
    match entry:
        case Group():
            flat |= fill(entry.entries, value, f"{name}.")
        case Rows():
            items = list(_items(value))
            flat[f"{name}.{COUNT}"] = str(len(items))
            for number, (key, item) in enumerate(items):
                start = f"{name}.{number}."
                flat |= {start + KEY: key, start + WAS: key} | fill(entry.entries, item, start)
        case Both():
            parts = value if isinstance(value, dict) else dict.fromkeys(("zh-hans", "en"), value)
            flat |= {f"{name}.{language}": _text(parts.get(language)) for language in ("zh-hans", "en")}
        case Ticks():
            flat |= {f"{name}.{item}": ON for item in _list(value)}
        case Words():
            flat[name] = ", ".join(_list(value))
        case Yaml():
            flat[name] = to_yaml(value) if value is not None else ""
        case Flag():
            flat[name] = ON if value == "yes" else ""
        case _:
            flat[name] = _text(value)


def _text(value: Tree | None) -> str:
    return value if isinstance(value, str) else ""


def _list(value: Tree | None) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _items(value: Tree | None) -> Iterable[tuple[str, Tree]]:
    """(name or position, item)."""
    if isinstance(value, dict):
        return value.items()
    return [(str(place), item) for place, item in enumerate(value)] if isinstance(value, list) else []


# --- from the form to the file ---


def read(
    entries: Iterable[Entry], flat: Mapping[str, str], old: Tree | None, reading: Reading, prefix: str = "",
    path: str = "",
) -> dict[str, Tree]:  # fmt: skip
    """The mapping a form stands for. Keys the form does not know stay; the order of the file stays.

    What cannot be taken at all is noted in `reading.problems` by the name of its field.
    """
    before = old if isinstance(old, dict) else {}
    found: dict[str, Tree] = {}
    known = []
    for entry in entries:
        place = f"{path}.{entry.key}" if path else entry.key
        known.append(entry.key)
        value = _read_one(entry, flat, before.get(entry.key), reading, f"{prefix}{entry.key}", place)
        if value is not None:
            found[entry.key] = value
    kept = {key: found[key] if key in known else value for key, value in before.items()
            if key not in known or key in found}  # fmt: skip
    return kept | {key: value for key, value in found.items() if key not in kept}


def _read_one(
    entry: Entry, flat: Mapping[str, str], old: Tree | None, reading: Reading, name: str, path: str
) -> Tree | None:
    reading.places[path] = name
    posted = flat.get(name, "")
    found: Tree | None
    match entry:
        case Group():
            found = read(entry.entries, flat, old, reading, f"{name}.", path)
            found = None if entry.optional and not found else found
        case Rows():
            found = _read_rows(entry, flat, old, reading, name, path)
        case Both():
            found = _read_both(entry, flat, old, reading, name, path)
        case Ticks():
            found = _read_ticks(entry, flat, old, name)
        case Words():
            found = _read_words(entry, posted, old)
        case Yaml():
            found = _read_yaml(entry, posted, reading, name)
        case Flag():
            found = "yes" if posted else ("no" if old == "no" else None)
        case _:
            found = _scalar(posted, old, optional=entry.optional)
    return found


def _scalar(posted: str, old: Tree | None, *, optional: bool) -> str | None:
    """The text typed; exactly the old one when a browser only changed its line ends."""
    text = _lines(posted)
    if isinstance(old, str) and _lines(old) == text:
        return old
    return None if optional and not text.strip() else text


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _read_both(
    entry: Both, flat: Mapping[str, str], old: Tree | None, reading: Reading, name: str, path: str
) -> Tree | None:
    before = old if isinstance(old, dict) else {}
    found: dict[str, Tree] = {}
    one_text = flat.get(f"{name}.zh-hans") == flat.get(f"{name}.en")
    if isinstance(old, str) and one_text and _lines(flat.get(f"{name}.en", "")) == _lines(old):
        return old
    for language in (*before, *(one for one in ("zh-hans", "en") if one not in before)):
        reading.places[f"{path}.{language}"] = f"{name}.{language}"
        found[language] = _scalar(flat.get(f"{name}.{language}", ""), before.get(language), optional=False) or ""
    empty = not any(str(text).strip() for text in found.values())
    return None if entry.optional and empty else found


def _read_ticks(entry: Ticks, flat: Mapping[str, str], old: Tree | None, name: str) -> Tree | None:
    start = f"{name}."
    ticked = [key.removeprefix(start) for key, value in flat.items() if key.startswith(start) and value]
    before = _list(old)
    kept = [item for item in before if item in ticked]
    found: list[Tree] = [*kept, *(item for item in ticked if item not in kept)]
    return None if entry.optional and not found else found


def _read_words(entry: Words, posted: str, old: Tree | None) -> Tree | None:
    if posted == ", ".join(_list(old)) and old is not None:
        return old
    words: list[Tree] = [part.strip() for part in _lines(posted).replace("\n", ",").split(",") if part.strip()]
    return None if entry.optional and not words else words


def _read_yaml(entry: Yaml, posted: str, reading: Reading, name: str) -> Tree | None:
    text = _lines(posted)
    if not text.strip():
        return None if entry.optional else {}
    try:
        node = read_yaml(text)
    except ProductFileError as error:
        reading.problems[name] = _("Line %(line)s: %(message)s") % {"line": error.line, "message": error.message}
        return None
    reading.texts[name] = node
    return node.tree()


def _read_rows(
    entry: Rows, flat: Mapping[str, str], old: Tree | None, reading: Reading, name: str, path: str
) -> Tree | None:
    before = dict(_items(old))
    named: dict[str, Tree] = {}
    listed: list[Tree] = []
    for number in range(row_count(flat, name)):
        start = f"{name}.{number}."
        if flat.get(start + DROP) or not is_filled(flat, start):
            continue
        key = flat.get(start + KEY, "").strip()
        place = f"{path}.{key[:60]}" if entry.named else f"{path}[{len(listed)}]"
        item = read(entry.entries, flat, before.get(flat.get(start + WAS, "")), reading, start, place)
        reading.places[place] = start + KEY if entry.named else f"{start}{entry.entries[0].key}"
        if not entry.named:
            listed.append(item)
        elif not key or key in named:
            reading.problems[start + KEY] = _("This name stands twice.") if key else _("Give it a name.")
        else:
            named[key] = item
    found: Tree = named if entry.named else listed
    return None if entry.optional and not found else found


def row_count(flat: Mapping[str, str], name: str) -> int:
    """How many rows the form showed."""
    count = flat.get(f"{name}.{COUNT}", "")
    return min(int(count), MAX_ROWS) if count.isascii() and count.isdigit() and len(count) < 4 else 0


def is_filled(flat: Mapping[str, str], start: str) -> bool:
    """Whether anything was typed into a row."""
    own = ((key.removeprefix(start), value) for key, value in flat.items() if key.startswith(start))
    return any(value.strip() for key, value in own if key != WAS and not key.endswith(f".{COUNT}"))
