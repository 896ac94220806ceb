"""Reads the facts worked out from answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from products.rules.definition import Input
from products.rules.derived import Derived, quotient
from products.rules.document import DECIMAL_PATTERN, Node
from products.rules.figures import Operand
from products.rules.questions import NUMBERS, Question

MAX_PLACES = 6
Bounds = Mapping[str, tuple[Decimal, Decimal]]


def read_derived(node: Node, inputs: Iterable[Input], questions: Iterable[Question]) -> tuple[Derived, ...]:
    """Derived facts in order. They look at numbers that are inputs or answers, and have no name of either."""
    sources: tuple[Input | Question, ...] = (*inputs, *questions)
    taken = {one.key for one in sources}
    bounds = {
        one.key: (one.minimum, one.maximum)
        for one in sources
        if one.type in NUMBERS and one.minimum is not None and one.maximum is not None
    }
    found = []
    for key, item in node.named(at_least=1):
        if key in taken:
            raise item.error(f"the name '{key}' is an input's or a question's")
        found.append(_read_one(key, item, bounds))
    return tuple(found)


def _read_one(key: str, node: Node, bounds: Bounds) -> Derived:
    fields = node.fields("label multiply divide_by places")
    multiply = tuple(_read_operand(item, bounds) for item in fields["multiply"].items(at_least=1))
    divide_by = tuple(_read_operand(item, bounds) for item in fields["divide_by"].items(at_least=1))
    if not any(one.input for one in (*multiply, *divide_by)):
        raise node.error("looks at no answer and no input")
    for operand, item in zip((*multiply, *divide_by), _places(node), strict=True):
        lowest = operand.amount if operand.amount is not None else bounds[operand.input][0]
        if lowest < 0 or (lowest == 0 and operand in divide_by):
            raise item.error("a fact is worked out from positive numbers; raise the min of this one")
    places = fields["places"].integer(minimum=0, maximum=MAX_PLACES)
    return Derived(
        key=key,
        label=fields["label"].localized(max_length=60),
        multiply=multiply,
        divide_by=divide_by,
        places=places,
        least=_extreme(multiply, divide_by, bounds, places, low=0),
        most=_extreme(multiply, divide_by, bounds, places, low=1),
    )


def _places(node: Node) -> list[Node]:
    return [item for part in ("multiply", "divide_by") for item in node.mapping()[part].items()]


def _read_operand(node: Node, bounds: Bounds) -> Operand:
    text = node.text(max_length=60)
    if DECIMAL_PATTERN.fullmatch(text):
        return Operand(Decimal(text), "")
    if text not in bounds:
        raise node.error(f"'{text}' is no number and no question or input that is a number with min and max")
    return Operand(None, text)


def _extreme(
    multiply: Iterable[Operand], divide_by: Iterable[Operand], bounds: Bounds, places: int, *, low: int
) -> Decimal:
    """The least (0) or the most (1) it can be: all are positive, so the ends of the bounds tell."""

    def end(operand: Operand, side: int) -> Decimal:
        return operand.amount if operand.amount is not None else bounds[operand.input][side]

    return quotient([end(one, low) for one in multiply], [end(one, 1 - low) for one in divide_by], places)
