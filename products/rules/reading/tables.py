"""Reads decision tables and test vectors."""

from __future__ import annotations

from collections.abc import Mapping

from products.rules.decisions import HIT_POLICIES, Column, DecisionTable, Rule, table_hash
from products.rules.definition import TestVector
from products.rules.document import Node
from products.rules.platform_facts import DEFAULTS
from products.rules.unary import COLUMN_TYPES, UnaryTestError, compile_test, read_value


def read_table(id_: str, node: Node, outcomes: tuple[str, ...], known: Mapping[str, str]) -> DecisionTable:
    """A decision table whose columns are among the known facts (name to type)."""
    fields = node.fields("hit columns rules", "otherwise")
    columns = tuple(_read_column(key, item, known) for key, item in fields["columns"].named(at_least=1))
    types = {column.key: column.type for column in columns}
    rules = tuple(_read_rule(item, types, outcomes) for item in fields["rules"].items(at_least=1))
    otherwise = _read_rule(fields["otherwise"], {}, outcomes) if "otherwise" in fields else None
    seen: set[str] = set()
    for rule, item in zip(rules, fields["rules"].items(), strict=True):
        if rule.id in seen:
            raise item.error(f"the rule {rule.id} stands twice")
        seen.add(rule.id)
    hit = fields["hit"].one_of(HIT_POLICIES)
    return DecisionTable(id_, hit, outcomes, columns, rules, otherwise, table_hash(node.tree()))


def _read_column(key: str, node: Node, known: Mapping[str, str]) -> Column:
    fields = node.fields("type", "label default")
    type_ = fields["type"].one_of(COLUMN_TYPES)
    if key not in known:
        raise node.error(f"'{key}' is no input, no question and no fact of the platform")
    if known[key] != type_:
        raise fields["type"].error(f"'{key}' is a {known[key]}")
    default = fields["default"].text(max_length=60) if "default" in fields else DEFAULTS.get(key, "")
    if default:
        try:
            read_value(default, type_)
        except UnaryTestError as error:
            raise node.error(f"the default is wrong: {error}") from None
    return Column(key, type_, fields.localized("label"), default)


def _read_rule(node: Node, types: Mapping[str, str], outcomes: tuple[str, ...]) -> Rule:
    fields = node.fields("id then reason", "when outputs")
    when = fields["when"].mapping() if "when" in fields else {}
    tests = []
    cells = {}
    for key, cell in when.items():
        if key not in types:
            raise cell.error(f"the table has no column '{key[:60]}'")
        text = _cell_text(cell)
        cells[key] = text
        try:
            test = compile_test(text, types[key])
        except UnaryTestError as error:
            raise cell.error(str(error)) from None
        if test is not None:
            tests.append((key, test))
    outputs = {key: item.text(max_length=200) for key, item in fields["outputs"].named()} if "outputs" in fields else {}
    return Rule(
        id=fields["id"].text(max_length=20),
        when=cells,
        outcome=fields["then"].one_of(outcomes),
        reason=fields["reason"].localized(max_length=600),
        outputs=outputs,
        tests=tuple(tests),
    )


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
        name=fields["name"].text(max_length=200),
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


def _texts(node: Node | None) -> dict[str, str]:
    return {key: item.text(max_length=200) for key, item in node.mapping().items()} if node else {}
