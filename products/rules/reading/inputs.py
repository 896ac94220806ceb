"""Reads inputs, plans, questions and consents."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from products.rules.definition import INPUT_TYPES, PERSON_FACTS, Consent, Input, Plan
from products.rules.document import Node
from products.rules.facts import FactsInvalid, read_fact
from products.rules.figures import FactValue
from products.rules.questions import NUMBERS, Option

NUMERIC = NUMBERS


def read_inputs(node: Node) -> tuple[Input, ...]:
    return tuple(_read_input(key, item) for key, item in node.named(at_least=1))


def _read_input(key: str, node: Node) -> Input:
    fields = node.fields("type label", "hint unit options min max multiple_of example person plan_only")
    type_ = fields["type"].one_of(INPUT_TYPES)
    options = tuple(read_option(item, type_) for item in fields.items_of("options"))
    if type_ == "choice" and not options:
        raise node.error("a choice needs options")
    if type_ in NUMERIC and not options and not {"min", "max"} <= fields.keys():
        raise node.error("a number needs options, or min and max")
    _refuse_repeated_options(node, options)
    bare = Input(
        key=key,
        type=type_,
        label=fields["label"].localized(),
        hint=fields.localized("hint"),
        unit=fields.localized("unit"),
        options=options,
        minimum=fields["min"].decimal() if "min" in fields else None,
        maximum=fields["max"].decimal() if "max" in fields else None,
        multiple_of=fields["multiple_of"].decimal(minimum=Decimal("0.0001")) if "multiple_of" in fields else None,
        example=None,
        person=fields["person"].one_of(PERSON_FACTS) if "person" in fields else "",
        plan_only=fields.flag("plan_only"),
    )
    if bare.minimum is not None and bare.maximum is not None and bare.maximum < bare.minimum:
        raise fields["max"].error("max is below min")
    if "example" not in fields:
        return bare
    return _with_example(bare, fact_at(bare, fields["example"]))


def _with_example(item: Input, example: FactValue) -> Input:
    values = {name: getattr(item, name) for name in Input.__slots__}
    return Input(**{**values, "example": example})


def _refuse_repeated_options(node: Node, options: tuple[Option, ...]) -> None:
    if len({option.value for option in options}) != len(options):
        raise node.error("an option stands twice")


def read_option(node: Node, type_: str) -> Option:
    """One allowed value of an input or a question."""
    fields = node.fields("value label", "hint")
    value: FactValue
    if type_ == "integer":
        value = fields["value"].integer()
    elif type_ in NUMERIC:
        value = fields["value"].decimal()
    else:
        value = fields["value"].text(max_length=60)
    return Option(value, fields["label"].localized(), fields.localized("hint"))


def fact_at(item: Input, node: Node) -> FactValue:
    """A value of an input written in the file.

    Raises:
        ProductFileError: the input would refuse it.
    """
    try:
        return read_fact(item, node.text(max_length=60))
    except FactsInvalid as error:
        raise node.error(f"not a value of '{item.key}': {error.problems[item.key].code}") from None


def facts_at(inputs: tuple[Input, ...], node: Node) -> dict[str, FactValue]:
    """Values of several inputs written in the file, by name."""
    known = {item.key: item for item in inputs}
    found = {}
    for key, value in node.mapping().items():
        if key not in known:
            raise value.error(f"'{key[:60]}' is not an input of this product")
        found[key] = fact_at(known[key], value)
    return found


def read_plans(node: Node, inputs: tuple[Input, ...]) -> tuple[Plan, ...]:
    return tuple(_read_plan(key, item, inputs) for key, item in node.named(at_least=1))


def _read_plan(key: str, node: Node, inputs: tuple[Input, ...]) -> Plan:
    fields = node.fields("name", "summary sets")
    sets: Mapping[str, FactValue] = facts_at(inputs, fields["sets"]) if "sets" in fields else {}
    for item in inputs:
        if item.plan_only and item.key not in sets:
            raise node.error(f"the plan does not set '{item.key}', which only plans may set")
    return Plan(key, fields["name"].localized(), fields.localized("summary"), sets)


def read_consents(node: Node, wordings: set[str]) -> tuple[Consent, ...]:
    return tuple(_read_consent(key, item, wordings) for key, item in node.named(at_least=1))


def _read_consent(key: str, node: Node, wordings: set[str]) -> Consent:
    fields = node.fields("version text", "wording")
    wording = fields["wording"].name() if "wording" in fields else ""
    if wording and wording not in wordings:
        raise fields["wording"].error(f"there is no wording '{wording}'")
    return Consent(key, fields["version"].text(max_length=20), fields["text"].localized(), wording)
