"""Reads decision tables and test vectors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from insureweb.kernel.localized import Localized
from products.rules.decisions import (
    AGGREGATES,
    HIT_POLICIES,
    Aggregate,
    Column,
    DecisionTable,
    Output,
    Rule,
    table_hash,
)
from products.rules.definition import TestVector
from products.rules.document import KEY_PATTERN, Fields, Node
from products.rules.platform_facts import DEFAULTS
from products.rules.table_facts import FactError, FactReader
from products.rules.unary import COLUMN_TYPES, Cell, UnaryTestError, read_cell, read_value

REQUIRED = "hit columns rules"
OPTIONAL = "otherwise outputs aggregate"
OUTPUT_TYPES = ("number", "text", "boolean", "date")


def read_table(id_: str, node: Node, outcomes: tuple[str, ...], known: Mapping[str, str]) -> DecisionTable:
    """A decision table whose columns are among the known facts (name to type)."""
    fields = node.fields(REQUIRED, OPTIONAL)
    columns = tuple(_read_column(key, item, DEFAULTS) for key, item in fields["columns"].named(at_least=1))
    for column in columns:
        place = fields["columns"].mapping()[column.key]
        if column.key not in known:
            raise place.error(f"'{column.key}' is no input, no question and no fact of the platform")
        if known[column.key] != column.type:
            raise place.mapping()["type"].error(f"'{column.key}' is a {known[column.key]}")
    return _read_body(id_, node, fields, outcomes, columns)


def read_standalone_table(node: Node) -> DecisionTable:
    """A table in a file of its own, which also names itself and its outcomes, strongest first."""
    fields = node.fields(f"table outcomes {REQUIRED}", f"name {OPTIONAL}")
    outcomes = tuple(item.text(max_length=60) for item in fields["outcomes"].items(at_least=1))
    if len(set(outcomes)) != len(outcomes):
        raise fields["outcomes"].error("an outcome stands twice")
    columns = tuple(_read_column(key, item, {}) for key, item in fields["columns"].named(at_least=1))
    return _read_body(fields["table"].code(), node, fields, outcomes, columns)


def _read_body(
    id_: str, node: Node, fields: Fields, outcomes: tuple[str, ...], columns: tuple[Column, ...]
) -> DecisionTable:
    hit = fields["hit"].one_of(HIT_POLICIES)
    outputs = _read_outputs(fields["outputs"]) if "outputs" in fields else ()
    aggregate = _read_aggregate(fields["aggregate"], hit, outputs) if "aggregate" in fields else None
    reader = RowReader(columns, outcomes, outputs, aggregate)
    rows = tuple(reader.read(item) for item in fields["rules"].items(at_least=1))
    otherwise = reader.read(fields["otherwise"], conditions=False) if "otherwise" in fields else None
    return DecisionTable(
        id=id_,
        hit=hit,
        outcomes=outcomes,
        columns=columns,
        rules=rows,
        otherwise=otherwise,
        hash=table_hash(node.tree()),
        outputs=outputs,
        aggregate=aggregate,
        name=fields.localized("name"),
    )


def _read_column(key: str, node: Node, defaults: Mapping[str, str]) -> Column:
    fields = node.fields("type", "label default allowed whole")
    column = Column(
        key=key,
        type=fields["type"].one_of(COLUMN_TYPES),
        label=fields.localized("label"),
        default=fields["default"].text(max_length=60) if "default" in fields else defaults.get(key, ""),
        allowed=_cell_text(fields["allowed"]) if "allowed" in fields else "-",
        whole=fields.flag("whole"),
    )
    if column.whole and column.type != "number":
        raise fields["whole"].error("only a number can be whole")
    try:
        read_cell(column.allowed, column.type)
    except UnaryTestError as error:
        raise fields["allowed"].error(str(error)) from None
    try:
        FactReader(column)
    except FactError as error:
        raise node.error(f"the default is wrong: {error}") from None
    return column


def _read_outputs(node: Node) -> tuple[Output, ...]:
    return tuple(_read_output(key, item) for key, item in node.named(at_least=1))


def _read_output(key: str, node: Node) -> Output:
    fields = node.fields("type", "label")
    return Output(key, fields["type"].one_of(OUTPUT_TYPES), fields.localized("label"))


def _read_aggregate(node: Node, hit: str, outputs: tuple[Output, ...]) -> Aggregate:
    if hit != "collect":
        raise node.error("only the hit policy collect aggregates")
    fields = node.fields("with", "of")
    function = fields["with"].one_of(AGGREGATES)
    if "of" not in fields:
        if function != "count":
            raise node.error(f"{function} needs 'of', the name of a numeric output")
        return Aggregate(function)
    of = fields["of"].name()
    if of not in {output.key for output in outputs if output.type == "number"}:
        raise fields["of"].error(f"'{of}' is not declared under outputs as a number")
    return Aggregate(function, of)


class RowReader:
    """Reads rows of one table; the same cell text is read once, however many rows carry it."""

    def __init__(
        self,
        columns: Iterable[Column],
        outcomes: tuple[str, ...],
        outputs: Iterable[Output] = (),
        aggregate: Aggregate | None = None,
    ) -> None:
        self.types = {column.key: column.type for column in columns}
        self.outputs = {output.key: output.type for output in outputs}
        self.outcomes = outcomes
        self.needed = aggregate.of if aggregate else ""
        self.seen: set[str] = set()
        self.known: dict[tuple[str, str], Cell | None] = {}

    def read(self, node: Node, *, conditions: bool = True) -> Rule:
        """One row; `otherwise` is read without conditions."""
        fields = node.fields("id then reason", "when outputs")
        when = {key: self._cell(key, cell, conditions) for key, cell in _mapping(fields, "when")}
        id_ = fields["id"].text(max_length=20)
        if id_ in self.seen:
            raise node.error(f"the rule {id_} stands twice")
        self.seen.add(id_)
        outputs = {key: self._output(key, item) for key, item in _mapping(fields, "outputs")}
        if self.needed and self.needed not in outputs:
            raise node.error(f"the rule {id_} has no output '{self.needed}' to aggregate")
        return Rule(
            id=id_,
            when={key: text for key, (text, _) in when.items()},
            outcome=fields["then"].one_of(self.outcomes),
            reason=fields["reason"].localized(max_length=600),
            outputs=outputs,
            cells={key: cell for key, (_, cell) in when.items() if cell is not None},
        )

    def _cell(self, key: str, node: Node, conditions: bool) -> tuple[str, Cell | None]:
        if not conditions:
            raise node.error("'otherwise' has no conditions")
        if key not in self.types:
            raise node.error(f"the table has no column '{key[:60]}'")
        text = _cell_text(node)
        at = (key, text)
        if at not in self.known:
            try:
                self.known[at] = read_cell(text, self.types[key])
            except UnaryTestError as error:
                raise node.error(str(error)) from None
        return text, self.known[at]

    def _output(self, key: str, node: Node) -> str:
        text = node.text(max_length=200)
        if not KEY_PATTERN.fullmatch(key):
            raise node.error(f"'{key[:60]}' is not a name of lower-case letters, digits and underscores")
        if not self.outputs:
            return text
        if key not in self.outputs:
            raise node.error(f"'{key}' is not declared under outputs")
        try:
            read_value(text, self.outputs[key])
        except UnaryTestError as error:
            raise node.error(str(error)) from None
        return text


def _mapping(fields: Fields, key: str) -> Iterable[tuple[str, Node]]:
    return fields[key].mapping().items() if key in fields else ()


def _cell_text(node: Node) -> str:
    if isinstance(node.value, tuple):
        return ", ".join(item.text(max_length=60) for item in node.items(at_least=1))
    return node.text(max_length=200)


def read_vectors(node: Node) -> tuple[TestVector, ...]:
    return tuple(_read_vector(item) for item in node.items(at_least=1))


def _read_vector(node: Node) -> TestVector:
    fields = node.fields("name", "plan facts total lines underwriting underwriting_outcome claim claim_outcome rules")
    if not {"total", "underwriting_outcome", "claim_outcome"} & fields.keys():
        raise node.error("a test vector expects a total, an underwriting_outcome or a claim_outcome")
    return TestVector(
        name=_vector_name(fields["name"]),
        plan=fields["plan"].name() if "plan" in fields else "",
        facts=_texts(fields.get("facts")),
        total=fields["total"].decimal() if "total" in fields else None,
        lines={key: item.decimal() for key, item in fields["lines"].named()} if "lines" in fields else {},
        underwriting=_texts(fields.get("underwriting")),
        underwriting_outcome=fields["underwriting_outcome"].text() if "underwriting_outcome" in fields else "",
        claim=_texts(fields.get("claim")),
        claim_outcome=fields["claim_outcome"].text() if "claim_outcome" in fields else "",
        rules=tuple(item.text(max_length=20) for item in fields.items_of("rules")),
        line=node.line,
    )


def _vector_name(node: Node) -> Localized:
    """In both languages, or in one for readers of either."""
    if isinstance(node.value, Mapping):
        return node.localized(max_length=200)
    text = node.text(max_length=200)
    return Localized(zh_hans=text, en=text)


def _texts(node: Node | None) -> dict[str, str]:
    return {key: item.text(max_length=200) for key, item in node.mapping().items()} if node else {}
