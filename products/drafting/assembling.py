"""A draft with one part replaced, read as a whole, and where in the form or the text it does not read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from products.drafting.choices import words_in
from products.drafting.parts import Part, mapping_of, part_at
from products.drafting.posting import KEY, Flat, Reading, fill, read
from products.drafting.reader_words import words_of
from products.drafting.shapes import Entry
from products.mortality import Find, with_mortality
from products.rules.definition import Definition
from products.rules.document import Node, ProductFileError, Tree, node_of, read_yaml
from products.rules.dumping import to_yaml
from products.rules.life.mortality import plain_rate
from products.rules.reading import read_definition

File = dict[str, Tree]


@dataclass(frozen=True, slots=True)
class Problem:
    """What keeps a draft from being read: the field of the form or the line of the text, the place in the file."""

    message: str
    field: str = ""
    line: int = 0
    place: str = ""
    part: Part | None = None


class DraftWrong(Exception):
    """The change does not make a readable draft; nothing is written."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("; ".join(problem.message for problem in problems))

    @property
    def by_field(self) -> dict[str, str]:
        return {problem.field: problem.message for problem in self.problems if problem.field}


def check_reads(root: Node) -> Definition:
    """The definition. Raises ProductFileError."""
    return read_definition(root)


# --- A part as a form ---


def with_form(tree: File, entries: tuple[Entry, ...], flat: Mapping[str, str]) -> File:
    """The file with a form's keys replaced. Raises DraftWrong."""
    reading = Reading()
    changed = read(entries, flat, tree, reading)
    return checked(changed, reading)


def checked(changed: File, reading: Reading) -> File:
    """The same file once it reads.

    Raises:
        DraftWrong: at the field that is at fault.
    """
    if reading.problems:
        raise DraftWrong(*(Problem(message, field=name) for name, message in reading.problems.items()))
    try:
        check_reads(node_of(changed))
    except ProductFileError as error:
        raise DraftWrong(_located(error, reading)) from None
    return changed


def _located(error: ProductFileError, reading: Reading) -> Problem:
    """The field whose place is nearest to the error's."""
    fitting = [
        place for place in reading.places if error.path == place or error.path.startswith((f"{place}.", f"{place}["))
    ]
    part = part_at(error.path)
    if not fitting:
        return Problem(words_of(error), place=error.path, part=part)
    place = max(fitting, key=len)
    name = reading.places[place]
    line = _line_in(reading.texts.get(name), error.path, place)
    message = words_of(error)
    if line:
        message = _("Line %(line)s: %(message)s") % {"line": line, "message": message}
    return Problem(message, field=_first_field(name, reading), line=line, place=error.path, part=part)


def _first_field(name: str, reading: Reading) -> str:
    """A field that exists on the page: the place itself, or the first one below it."""
    below = [other for other in reading.places.values() if other.startswith(f"{name}.")]
    return below[0] if below else name


def _line_in(text: Node | None, path: str, place: str) -> int:
    """The line of a place in the text of one field."""
    node, line = text, 0
    rest = path.removeprefix(place).lstrip(".")
    for step in [part for part in rest.replace("[", ".").replace("]", "").split(".") if part]:
        if node is None:
            break
        line = node.line
        if isinstance(node.value, Mapping):
            line = (node.key_lines or {}).get(step, line)
            node = node.value.get(step)
        elif isinstance(node.value, tuple) and step.isdigit() and int(step) < len(node.value):
            node = node.value[int(step)]
            line = node.line
        else:
            node = None
    return line


# --- One item of a part ---


def items_of(tree: File, part: Part) -> list[tuple[str, Tree]]:
    """(name or position, item)."""
    found = tree.get(part.rows.key)
    if isinstance(found, dict):
        return list(found.items())
    return [(str(place), item) for place, item in enumerate(found)] if isinstance(found, list) else []


def words_of_item(item: Tree) -> str:
    """What tells an item apart in a list."""
    if isinstance(item, dict):
        for key in ("name", "label", "text", "kind"):
            if words := words_in(item.get(key)):
                return words
    return ""


def fill_item(part: Part, key: str, item: Tree | None) -> Flat:
    return {KEY: key if part.rows.named else "", **fill(part.rows.entries, item)}


def with_item(tree: File, part: Part, was: str, flat: Mapping[str, str]) -> tuple[File, str]:
    """The file with one item replaced, renamed or added (`was` is empty), and the item's name.

    Raises:
        DraftWrong: at the field that is at fault.
    """
    reading, rows = Reading(), part.rows
    before = dict(items_of(tree, part))
    key = flat.get(KEY, "").strip() if rows.named else (was or str(len(before)))
    path = f"{rows.key}.{key[:60]}" if rows.named else f"{rows.key}[{key}]"
    item = read(rows.entries, flat, before.get(was), reading, path=path)
    reading.places[path] = KEY if rows.named else rows.entries[0].key
    if rows.named and not key:
        reading.problems[KEY] = _("Give it a name.")
    elif rows.named and key != was and key in before:
        reading.problems[KEY] = _("This name stands twice.")
    renamed = {key if name == was else name: item if name == was else value for name, value in before.items()}
    found = renamed if was else {**before, key: item}
    return checked(_with_items(tree, part, found), reading), key


def without_item(tree: File, part: Part, key: str) -> File:
    """Raises DraftWrong."""
    found = {name: item for name, item in items_of(tree, part) if name != key}
    return checked(_with_items(tree, part, found), Reading())


def with_item_moved(tree: File, part: Part, key: str, by: int) -> File:
    """The file with an item one place further up (-1) or down (1). Raises DraftWrong."""
    items = items_of(tree, part)
    place = next((at for at, (name, _item) in enumerate(items) if name == key), None)
    if place is not None and 0 <= place + by < len(items):
        items[place], items[place + by] = items[place + by], items[place]
    return checked(_with_items(tree, part, dict(items)), Reading())


def _with_items(tree: File, part: Part, items: Mapping[str, Tree]) -> File:
    found: Tree = dict(items) if part.rows.named else list(items.values())
    return {**tree, part.rows.key: found}


# --- A part as text ---


def part_text(tree: File, part: Part, find: Find) -> str:
    """A part as the product file writes it; mortality tables that are known stand as their codes."""
    short = with_codes(tree, find)
    keys = list(short) if part.keys is None else [key for key in short if key in part.keys]
    shown = {key: short[key] for key in keys}
    if part.code == "rating":
        shown["rating"] = {key: value for key, value in mapping_of(tree=short, key="rating").items() if key != "tables"}
    return to_yaml(shown)


def with_text(tree: File, part: Part, text: str, find: Find) -> File:
    """The file with a part replaced by its text.

    Raises:
        DraftWrong: with the line of the text, or the place elsewhere in the file that does not fit it.
    """
    try:
        root = with_mortality(_merged(tree, part, read_yaml(text.replace("\r\n", "\n"))), find)
        check_reads(root)
    except ProductFileError as error:
        raise DraftWrong(Problem(words_of(error), "text", error.line, error.path, part_at(error.path))) from None
    found = root.tree()
    assert isinstance(found, dict)  # noqa: S101  it has been read as one
    return found


def _merged(tree: File, part: Part, given: Node) -> Node:
    if part.keys is None:
        return given
    texts = given.mapping()
    for key, node in texts.items():
        if key not in part.keys:
            raise ProductFileError((given.key_lines or {}).get(key, node.line), node.path, _("belongs to another part"))
    stored = node_of(tree)
    base = stored.mapping()
    kept = {key: texts.get(key, node) for key, node in base.items() if key not in part.keys or key in texts}
    if part.code == "rating" and "rating" in texts:
        kept["rating"] = _with_tables(texts["rating"], base["rating"])
    return Node({**kept, **{key: node for key, node in texts.items() if key not in kept}}, given.line, "")


def _with_tables(given: Node, stored: Node) -> Node:
    """The rating as typed with the tables as stored, in their old place."""
    if not isinstance(given.value, Mapping) or "tables" in given.value:
        return given
    tables = stored.mapping().get("tables")
    first = {key: node for key, node in given.value.items() if key == "currency"}
    parts = {**first, **({"tables": tables} if tables else {}), **given.value}
    return Node(parts, given.line, given.path, given.key_lines)


def with_codes(tree: File, find: Find) -> File:
    """The tree with each mortality table that stands as its code knows it replaced by that code."""
    rating = mapping_of(tree, "rating")
    mortality = mapping_of(mapping_of(rating, "life"), "mortality")
    if not mortality:
        return tree
    short: Any = _code_of(mortality, find)
    if isinstance(short, dict) and isinstance(short.get("tables"), dict):
        short = {**short, "tables": {key: _code_of(item, find) for key, item in short["tables"].items()}}
    elif isinstance(short, str):
        short = {"table": short}
    return {**tree, "rating": {**rating, "life": {**mapping_of(rating, "life"), "mortality": short}}}


def _code_of(item: Any, find: Find) -> Any:
    """The code, when the rates are the ones known under it; otherwise the item as it is."""
    code = item.get("table") if isinstance(item, dict) else None
    table = find(code) if isinstance(code, str) else None
    if table is None or item.get("from_age") != str(table.from_age):
        return item
    return table.code if item.get("qx") == [plain_rate(rate) for rate in table.qx] else item
