"""Reads the questions of the application with their conditions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from products.rules.answers import TODAY
from products.rules.document import Fields, Node
from products.rules.questions import (
    CELL_TYPES,
    NUMBERS,
    QUESTION_GROUPS,
    QUESTION_TYPES,
    Condition,
    Question,
    table_type,
)
from products.rules.reading.inputs import read_option
from products.rules.unary import UnaryTestError, compile_test

OPTIONAL = "type hint options max_length optional unit min max when columns max_rows"
DEFAULT_LENGTH, MAX_LENGTH = 200, 2000
MAX_ROWS, DEFAULT_ROWS = 200, 50
MAX_COLUMNS = 12


def read_questions(node: Node, inputs: Mapping[str, str], *, group: str = "") -> tuple[Question, ...]:
    """Questions in order. `inputs` are the types of the product's inputs, which conditions may name too."""
    found: list[Question] = []
    for key, item in node.named():
        if key in inputs:
            raise item.error(f"the name '{key}' is an input's")
        found.append(_read_question(key, item, group, inputs, found))
    return tuple(found)


def _read_question(key: str, node: Node, group: str, inputs: Mapping[str, str], earlier: list[Question]) -> Question:
    fields = node.fields("text" if group else "text group", OPTIONAL)
    own_group = group or fields["group"].one_of(QUESTION_GROUPS)
    known = {**inputs, **{one.key: table_type(one.type) for one in earlier if one.group == own_group}}
    when = _read_conditions(fields["when"], known) if "when" in fields else ()
    type_ = fields["type"].one_of(QUESTION_TYPES) if "type" in fields else "boolean"
    if own_group == "health" and type_ != "boolean" and not when:
        raise node.error("a health question is a yes or no; others are asked 'when' one of those is answered")
    return _typed_question(key, node, fields, own_group, type_, when)


def _typed_question(
    key: str, node: Node, fields: Fields, group: str, type_: str, when: tuple[Condition, ...]
) -> Question:
    options = tuple(read_option(item, "choice") for item in fields.items_of("options"))
    if (type_ == "choice") != bool(options):
        raise node.error("options belong to a choice, and a choice needs them")
    if len({option.value for option in options}) != len(options):
        raise node.error("an option stands twice")
    minimum, maximum = _read_bounds(node, fields, type_)
    earliest, latest = _read_days(node, fields, type_)
    columns = _read_columns(fields["columns"]) if "columns" in fields else ()
    if (type_ == "roster") != bool(columns):
        raise node.error("columns belong to a roster, and a roster needs them")
    return Question(
        key=key,
        group=group,
        type=type_,
        text=fields["text"].localized(),
        hint=fields.localized("hint"),
        options=options,
        max_length=fields.integer("max_length", DEFAULT_LENGTH, maximum=MAX_LENGTH),
        required=not fields.flag("optional"),
        unit=fields.localized("unit"),
        minimum=minimum,
        maximum=maximum,
        earliest=earliest,
        latest=latest,
        when=when,
        columns=columns,
        max_rows=fields["max_rows"].integer(minimum=1, maximum=MAX_ROWS) if "max_rows" in fields else DEFAULT_ROWS,
    )


def _read_columns(node: Node) -> tuple[Question, ...]:
    columns = []
    for key, item in node.named(at_least=1):
        fields = item.fields("text", "type options max_length optional min max")
        type_ = fields["type"].one_of(CELL_TYPES) if "type" in fields else "text"
        columns.append(_typed_question(key, item, fields, "details", type_, ()))
    if len(columns) > MAX_COLUMNS:
        raise node.error(f"more than {MAX_COLUMNS} columns")
    return tuple(columns)


def _read_bounds(node: Node, fields: Fields, type_: str) -> tuple[Decimal | None, Decimal | None]:
    if type_ == "date" or not {"min", "max"} & fields.keys():
        if type_ in NUMBERS:
            raise node.error("a number needs min and max")
        return None, None
    if type_ not in NUMBERS:
        raise node.error("min and max belong to numbers and dates")
    if not {"min", "max"} <= fields.keys():
        raise node.error("a number needs min and max")
    low, high = fields["min"].decimal(), fields["max"].decimal()
    if high < low:
        raise fields["max"].error("max is below min")
    return low, high


def _read_days(node: Node, fields: Fields, type_: str) -> tuple[str, str]:
    if type_ != "date":
        return "", ""
    early, late = (_read_day(fields[name]) if name in fields else "" for name in ("min", "max"))
    if TODAY not in (early, late) and early and late and dt.date.fromisoformat(late) < dt.date.fromisoformat(early):
        raise node.error("max is before min")
    return early, late


def _read_day(node: Node) -> str:
    return TODAY if node.text(max_length=40) == TODAY else node.date().isoformat()


def _read_conditions(node: Node, known: Mapping[str, str]) -> tuple[Condition, ...]:
    found = []
    for key, cell in node.mapping().items():
        if key not in known:
            raise cell.error(f"'{key[:60]}' is no input and no earlier question of this group")
        text = (
            ", ".join(item.text(max_length=60) for item in cell.items(at_least=1))
            if isinstance(cell.value, tuple)
            else cell.text(max_length=200)
        )
        try:
            test = compile_test(text, known[key])
        except UnaryTestError as error:
            raise cell.error(str(error)) from None
        if test is None:
            raise cell.error("any value passes '-'; leave the condition out")
        found.append(Condition(key, known[key], test, text))
    if not found:
        raise node.error("needs at least one condition")
    return tuple(found)
