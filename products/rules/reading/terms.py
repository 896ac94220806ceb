"""Reads the terms of the contract: its length, how premiums are due, its deadlines and what follows its end."""

from __future__ import annotations

from decimal import Decimal

from products.rules.definition import Input
from products.rules.document import DECIMAL_PATTERN, Fields, Node
from products.rules.figures import Operand
from products.rules.terms import (
    DECLARED_EVERY,
    LENGTH_UNITS,
    PAY_MODES,
    RENEWAL_KINDS,
    Declarations,
    Length,
    Payment,
    Terms,
)

STARTS = ("next_midnight",)
REQUIRED = "length start cooling_off_days waiting_days grace_days renewal"
MAX_UNITS, MAX_AGE = 120, 120


def read_terms(node: Node, inputs: tuple[Input, ...]) -> Terms:
    fields = node.fields(REQUIRED, "pay ends_by_age declarations")
    renewal = fields["renewal"].fields("kind notice_days text")
    ends_by_age = fields["ends_by_age"].integer(minimum=1, maximum=MAX_AGE) if "ends_by_age" in fields else 0
    length = _read_length(fields["length"], inputs, needs_age=bool(ends_by_age))
    if ends_by_age and length.unit != "year":
        raise fields["ends_by_age"].error("only a length in years can end by an age")
    return Terms(
        length=length,
        start=fields["start"].one_of(STARTS),
        cooling_off_days=fields["cooling_off_days"].integer(minimum=0, maximum=365),
        waiting_days=fields["waiting_days"].integer(minimum=0, maximum=730),
        grace_days=fields["grace_days"].integer(minimum=0, maximum=365),
        renewal=renewal["kind"].one_of(RENEWAL_KINDS),
        renewal_notice_days=renewal["notice_days"].integer(minimum=0, maximum=365),
        renewal_text=renewal["text"].localized(max_length=400),
        pay=_read_payment(fields["pay"], inputs, length) if "pay" in fields else Payment(),
        ends_by_age=ends_by_age,
        declarations=_read_declarations(fields["declarations"], inputs) if "declarations" in fields else None,
    )


def _read_declarations(node: Node, inputs: tuple[Input, ...]) -> Declarations:
    """`of` names an amount the customer chooses: the premium is worked out again from it."""
    fields = node.fields("of every due_days overdue_days report_days")
    declared = fields["of"].text(max_length=60)
    if not any(item.key == declared and item.type == "money" and not item.plan_only for item in inputs):
        raise fields["of"].error(f"'{declared}' is no input of type money that a customer chooses")
    return Declarations(
        of=declared,
        every=fields["every"].one_of(DECLARED_EVERY),
        due_days=fields["due_days"].integer(minimum=1, maximum=90),
        overdue_days=fields["overdue_days"].integer(minimum=1, maximum=365),
        report_days=fields["report_days"].integer(minimum=1, maximum=365),
    )


def _read_length(node: Node, inputs: tuple[Input, ...], *, needs_age: bool) -> Length:
    """`{count, unit}`, `{input, unit}` or `{until_age}`."""
    keys = node.mapping().keys()
    age_input = _age_input(inputs)
    if ("until_age" in keys or needs_age) and not age_input:
        raise node.error("an age at the end needs an input with 'person: age'")
    if "until_age" in keys:
        operand = _read_whole(node.fields("until_age")["until_age"], inputs, "an age")
        return Length("year", _longest(operand, inputs), until_age=operand, age_input=age_input)
    if "input" in keys:
        fields = node.fields("input unit")
        item = _whole_input(fields["input"], inputs)
        longest = max(_values(item))
        if min(_values(item)) < 1 or longest > MAX_UNITS * 366:
            raise fields["input"].error(f"'{item.key}' must lie between 1 and {MAX_UNITS} years")
        return Length(_unit(fields), longest, input=item.key, age_input=age_input)
    fields = node.fields("count unit")
    count = fields["count"].integer(minimum=1, maximum=MAX_UNITS)
    return Length(_unit(fields), count, count=count, age_input=age_input)


def _unit(fields: Fields) -> str:
    return fields["unit"].one_of(LENGTH_UNITS)


def _age_input(inputs: tuple[Input, ...]) -> str:
    return next((item.key for item in inputs if item.person == "age" and item.type == "integer"), "")


def _read_payment(node: Node, inputs: tuple[Input, ...], length: Length) -> Payment:
    """`{mode: single}`, `{mode: yearly}`, `{mode: yearly, years: 20}` or `{mode: yearly, input: pay_years}`."""
    fields = node.fields("mode", "years input")
    mode = fields["mode"].one_of(PAY_MODES)
    if len(fields) > 2:
        raise node.error("years and input say the same; keep one")
    if mode == "single":
        if len(fields) > 1:
            raise node.error("a single premium is paid once")
        return Payment()
    if length.unit != "year":
        raise node.error("yearly premiums need a length in years")
    if "input" in fields:
        item = _whole_input(fields["input"], inputs)
        if min(_values(item)) < 1:
            raise fields["input"].error(f"'{item.key}' must be at least 1")
        return Payment(mode, Operand(None, item.key))
    if "years" in fields:
        return Payment(mode, Operand(Decimal(fields["years"].integer(minimum=1, maximum=MAX_UNITS)), ""))
    return Payment(mode)


def _read_whole(node: Node, inputs: tuple[Input, ...], what: str) -> Operand:
    """A whole number written out, or an input that is one."""
    if DECIMAL_PATTERN.fullmatch(node.text(max_length=60)):
        return Operand(Decimal(node.integer(minimum=1, maximum=MAX_AGE)), "")
    item = _whole_input(node, inputs)
    if max(_values(item)) > MAX_AGE:
        raise node.error(f"'{item.key}' is not {what} up to {MAX_AGE}")
    return Operand(None, item.key)


def _whole_input(node: Node, inputs: tuple[Input, ...]) -> Input:
    text = node.text(max_length=60)
    item = next((one for one in inputs if one.key == text and one.type == "integer"), None)
    if item is None:
        raise node.error(f"'{text}' is no input that is a whole number")
    return item


def _values(item: Input) -> list[int]:
    """The ends of what an input may be."""
    if item.options:
        return [int(str(option.value)) for option in item.options]
    # The reader of inputs asks a number without options for both ends.
    return [int(end) for end in (item.minimum, item.maximum) if end is not None]


def _longest(operand: Operand, inputs: tuple[Input, ...]) -> int:
    if operand.amount is not None:
        return int(operand.amount)
    return max(_values(next(item for item in inputs if item.key == operand.input)))
