"""Reads the rating plan: tables, steps, premium lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from products.rules.definition import Coverage, Input
from products.rules.document import DECIMAL_PATTERN, Node, ProductFileError
from products.rules.life.basis import VALUE_NAMES
from products.rules.rate_tables import MATCHES, RateTable, TableError, TableKey, compile_rows
from products.rules.rating import tariff_hash
from products.rules.rating_plan import (
    DIRECTIONS,
    FILLS,
    LINE_KINDS,
    ROUNDING_MODES,
    PremiumLine,
    RatingPlan,
    Step,
    constant_of,
)
from products.rules.reading.inputs import NUMERIC
from products.rules.reading.life import read_life
from products.rules.step_words import TemplateError, parse_template
from products.rules.steps import STEP_KINDS
from products.rules.steps.kind import StepKind, StepRefused

CURRENCIES = ("CNY",)
CENT, CENT_PLACES = Decimal("0.01"), 2
NAMED_OPERANDS = ("percent", "amount", "at_least", "at_most")


def read_rating(node: Node, inputs: tuple[Input, ...], coverages: tuple[Coverage, ...]) -> RatingPlan:
    fields = node.fields("currency tables steps lines total", "monotone life")
    life = read_life(fields["life"], inputs) if "life" in fields else None
    tables = {key: _read_table(key, item) for key, item in fields["tables"].named()}
    steps = _Steps(inputs, tables).read(fields["steps"])
    by_key = {step.key: step for step in steps}
    lines = tuple(_read_line(key, item, by_key, coverages) for key, item in fields["lines"].named(at_least=1))
    total = fields["total"].name()
    if total not in by_key or by_key[total].kind != "sum":
        raise fields["total"].error(f"'{total}' is not a sum step")
    if set(by_key[total].of) != {line.premium for line in lines}:
        raise fields["total"].error("the total must be the sum of the premiums of the lines, each once")
    _refuse_uncovered(fields["lines"], lines, coverages)
    _refuse_foreign_lines(steps, {line.key for line in lines})
    currency = fields["currency"].one_of(CURRENCIES)
    monotone = _read_monotone(fields["monotone"], inputs) if "monotone" in fields else {}
    if life is None:
        _refuse_commutation(steps)
    return RatingPlan(currency, tables, steps, lines, total, _hash(node), monotone, life)


def _refuse_commutation(steps: tuple[Step, ...]) -> None:
    for step in steps:
        if step.kind == "commutation":
            raise ProductFileError(step.source_line, f"rating.steps.{step.key}", "the rating has no life basis")


def _hash(node: Node) -> str:
    """The tariff's hash. What is only promised about the tariff (`monotone`) is no part of it."""
    return tariff_hash({key: part.tree() for key, part in node.mapping().items() if key != "monotone"})


def _read_monotone(node: Node, inputs: tuple[Input, ...]) -> dict[str, str]:
    numbers = {item.key for item in inputs if item.type in NUMERIC}
    found = {}
    for key, item in node.named(at_least=1):
        if key not in numbers:
            raise item.error(f"'{key}' is not an input that is a number")
        found[key] = item.one_of(DIRECTIONS)
    return found


def _refuse_uncovered(node: Node, lines: tuple[PremiumLine, ...], coverages: tuple[Coverage, ...]) -> None:
    priced = [coverage for line in lines for coverage in line.coverages]
    if len(set(priced)) != len(priced):
        raise node.error("a coverage stands in two premium lines")
    if missing := {coverage.key for coverage in coverages} - set(priced):
        raise node.error(f"no premium line prices {', '.join(sorted(missing))}")


def _refuse_foreign_lines(steps: tuple[Step, ...], lines: set[str]) -> None:
    for step in steps:
        if step.line and step.line not in lines:
            raise ProductFileError(step.source_line, f"rating.steps.{step.key}", f"there is no line '{step.line}'")


def _read_table(key: str, node: Node) -> RateTable:
    fields = node.fields("name keys rows", "source default")
    fields.localized("source")
    keys = tuple(TableKey(name, item.one_of(MATCHES)) for name, item in fields["keys"].named(at_least=1))
    nodes = fields["rows"].items(at_least=1)
    rows = tuple(_read_row(item, len(keys)) for item in nodes)
    default = fields["default"].decimal(minimum=Decimal(0)) if "default" in fields else None
    if default is not None and any(item.match == "point" for item in keys):
        raise fields["default"].error("a table of points has no default")
    try:
        find = compile_rows(keys, rows, default)
    except TableError as error:
        raise nodes[error.row].error(str(error)) from None
    return RateTable(key, fields["name"].localized(), keys, rows, find, default)


def _read_row(node: Node, keys: int) -> tuple[str, ...]:
    cells = node.items()
    if len(cells) != keys + 1:
        raise node.error(f"a row of this table has {keys} keys and one value, this one has {len(cells)} cells")
    cells[-1].decimal(minimum=Decimal(0))
    return tuple(cell.text(max_length=80) for cell in cells)


def _read_line(key: str, node: Node, steps: Mapping[str, Step], coverages: tuple[Coverage, ...]) -> PremiumLine:
    fields = node.fields("name premium", "coverages kind")
    kind = fields["kind"].one_of(LINE_KINDS) if "kind" in fields else "premium"
    if (kind == "tax") == ("coverages" in fields):
        raise node.error("a tax covers nothing, every other line names its coverages")
    premium = fields["premium"].name()
    if premium not in steps or steps[premium].kind != "round":
        raise fields["premium"].error(f"'{premium}' is not a round step; a premium is rounded at a named point")
    if constant_of(steps[premium].of[0]) is not None:
        raise fields["premium"].error("a premium rounds a step, not a constant")
    if not _is_whole_cents(steps[premium]):
        raise fields["premium"].error(f"'{premium}' leaves a part of a cent")
    covers = _read_covers(fields["coverages"], coverages) if "coverages" in fields else ()
    return PremiumLine(key, fields["name"].localized(), covers, premium, kind)


def _is_whole_cents(step: Step) -> bool:
    return step.settings.get("places", 0) <= CENT_PLACES and not step.settings.get("to", CENT) % CENT


def _read_covers(node: Node, coverages: tuple[Coverage, ...]) -> tuple[str, ...]:
    known = {coverage.key for coverage in coverages}
    covers = []
    for item in node.items(at_least=1):
        if item.name() not in known:
            raise item.error(f"there is no coverage '{item.name()}'")
        covers.append(item.name())
    return tuple(covers)


class _Steps:
    """Reads steps in order; each may name facts and earlier steps only, so there is no circle."""

    def __init__(self, inputs: tuple[Input, ...], tables: Mapping[str, RateTable]) -> None:
        self.inputs = {item.key: item for item in inputs}
        self.numbers = {item.key for item in inputs if item.type in NUMERIC}
        self.days = {item.key for item in inputs if item.type == "date"}
        self.names, self.tables = set(self.inputs), tables

    def read(self, node: Node) -> tuple[Step, ...]:
        return tuple(self._read_step(item) for item in node.items(at_least=2))

    def _read_step(self, node: Node) -> Step:
        name = node.mapping()["kind"].one_of(tuple(STEP_KINDS)) if "kind" in node.mapping() else "sum"
        kind = STEP_KINDS[name]
        fields = node.fields(f"step kind words {kind.needs}", f"line {kind.may}")
        key = fields["step"].name()
        if key in self.names:
            raise fields["step"].error(f"the name '{key}' is taken")
        step = Step(
            key=key,
            line=fields["line"].name() if "line" in fields else "",
            kind=name,
            words=fields["words"].localized(max_length=400),
            source_line=node.line,
            of=self._operands(fields["of"], name, kind) if "of" in fields else (),
            named={role: self._operand(fields[role]) for role in NAMED_OPERANDS if role in fields},
            table=self._table(fields["table"]) if "table" in fields else "",
            by=self._keys(fields["by"], fields["table"].name()) if "by" in fields else {},
            settings={key: read(fields[key]) for key, read in SETTINGS.items() if key in fields},
            applied_words=fields.localized("words_when_applied"),
        )
        self._check(step, kind, node, fields)
        self.names.add(key)
        self.numbers.add(key)
        for words in ("words", "words_when_applied"):
            if words in fields:
                self._check_words(fields[words])
        return step

    def _check(self, step: Step, kind: StepKind, node: Node, fields: Mapping[str, Node]) -> None:
        try:
            kind.check(step, self.tables)
        except StepRefused as error:
            raise (fields[error.field] if error.field else node).error(str(error)) from None

    def _check_words(self, node: Node) -> None:
        words = node.localized(max_length=400)
        for text in (words.zh_hans, words.en):
            try:
                parse_template(text, self.names)
            except TemplateError as error:
                raise node.error(str(error)) from None

    def _operands(self, node: Node, name: str, kind: StepKind) -> tuple[str, ...]:
        nodes = node.items() if isinstance(node.value, tuple) else (node,)
        least, most = kind.operands
        if not least <= len(nodes) <= most:
            raise node.error(f"{name} takes {least} to {most} operands")
        return tuple(self._operand(item) for item in nodes)

    def _operand(self, node: Node) -> str:
        text = node.text(max_length=60)
        if text not in self.numbers and not DECIMAL_PATTERN.fullmatch(text):
            raise node.error(f"'{text}' is no number, no numeric input and no earlier step")
        return text

    def _table(self, node: Node) -> str:
        if node.name() not in self.tables:
            raise node.error(f"there is no table '{node.name()}'")
        return node.name()

    def _keys(self, node: Node, table: str) -> dict[str, str]:
        given = dict(node.named(at_least=1))
        found = self.tables[table]
        keys = found.keys
        if set(given) != {key.key for key in keys}:
            raise node.error(f"the table is keyed by {', '.join(key.key for key in keys)}")
        for place, key in enumerate(keys):
            name, item = given[key.key].name(), given[key.key]
            if name not in self.names:
                raise item.error(f"'{name}' is neither an input nor an earlier step")
            if found.is_of_days(place) and name not in self.days:
                raise item.error(f"'{name}' is not a date, the key is a range of days")
            if key.match == "range" and not found.is_of_days(place) and name not in self.numbers:
                raise item.error(f"'{name}' is not a number, the key is a range")
        return {key.key: given[key.key].name() for key in keys}


def _positive(node: Node) -> Decimal:
    number = node.decimal()
    if number <= 0:
        raise node.error("must be above zero")
    return number


SETTINGS: Mapping[str, Callable[[Node], Any]] = {
    "unit": _positive,
    "places": lambda node: node.integer(minimum=0, maximum=8),
    "to": _positive,
    "mode": lambda node: node.one_of(ROUNDING_MODES),
    "value": lambda node: node.one_of(VALUE_NAMES),
    "fill": lambda node: node.one_of(FILLS),
}
