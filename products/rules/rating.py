"""The rating engine: compiled once a version, then each quote is a walk over typed Decimal steps.

Arithmetic runs in its own 34-digit context, so a caller's context cannot change a premium. Rounding happens only in
`round` steps, in the mode they name. The breakdown keeps every step; the same facts give the same breakdown and hash.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Context, Decimal
from functools import cached_property
from typing import Any, NamedTuple

from insureweb.kernel.localized import Localized
from products.rules.decisions import plain
from products.rules.definition import Definition, FactValue, Input
from products.rules.rate_tables import NoRow, RateTable
from products.rules.rating_plan import PremiumLine, Step
from products.rules.step_words import Part, fill, parse_template

ARITHMETIC = Context(prec=34, rounding=ROUND_HALF_EVEN)
ROUNDING = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "up": ROUND_UP, "down": ROUND_DOWN}
ONE = Decimal(1)
ZERO = Decimal(0)

Values = list[Any]
Run = Callable[[Values], Any]
Template = tuple[tuple[Part, ...], str]


class NotPriceable(Exception):
    """The tariff has no answer for these facts; `step` names where it ended."""

    def __init__(self, step: str, message: str) -> None:
        super().__init__(f"{step}: {message}")
        self.step = step


class TraceLine(NamedTuple):
    """One step as it ran: what went in, what came out, in words of both languages."""

    step: str
    coverage: str
    kind: str
    operands: tuple[tuple[str, str], ...]
    unrounded: Decimal
    amount: Decimal
    words: Localized

    def as_json(self) -> dict[str, Any]:
        return {
            "step": self.step,
            "coverage": self.coverage,
            "kind": self.kind,
            "operands": dict(self.operands),
            "unrounded": _text(self.unrounded),
            "amount": _text(self.amount),
            "words": self.words.as_dict(),
        }


class LineAmount(NamedTuple):
    """A line of the receipt: the premium of one coverage (or of those priced together)."""

    coverage: str
    name: Localized
    unrounded: Decimal
    amount: Decimal
    words: Localized

    def as_json(self) -> dict[str, Any]:
        return {
            "coverage": self.coverage,
            "name": self.name.as_dict(),
            "unrounded": _text(self.unrounded),
            "rounded": _text(self.amount),
            "words": self.words.as_dict(),
        }


def _text(value: Decimal) -> str:
    return format(value, "f")


class CompiledStep(NamedTuple):
    """A step ready to run: where its value goes, how it is found, which values feed it."""

    step: Step
    run: Run
    operands: tuple[tuple[str, int], ...]
    is_lookup: bool
    chinese: Template
    english: Template


class Rating:
    """A compiled rating plan."""

    def __init__(self, definition: Definition) -> None:
        self.plan = definition.rating
        self.product, self.version = definition.code, definition.version
        self.tariff_hash = self.plan.hash
        self.inputs = definition.inputs
        self.names = [item.key for item in self.inputs]
        self.readers = [(item.key, item.type in ("integer", "decimal", "money")) for item in self.inputs]
        self.slots = {name: index for index, name in enumerate(self.names)}
        self.steps = tuple(self._compile(step) for step in self.plan.steps)
        self.total_slot = self.slots[self.plan.total]
        self.line_slots = tuple((line, self.slots[line.premium], self._step(line.premium)) for line in self.plan.lines)
        self.labels = {item.key: item for item in self.inputs}

    def _step(self, key: str) -> CompiledStep:
        return next(compiled for compiled in self.steps if compiled.step.key == key)

    def _compile(self, step: Step) -> CompiledStep:
        names = set(self.slots)
        refs = [(name, self._slot(name)) for name in (step.by.values() if step.kind == "lookup" else step.of)]
        run = _BUILDERS[step.kind](step, [slot for _name, slot in refs], self.plan.tables)
        self.slots[step.key] = len(self.slots)
        known = names | {step.key}
        chinese, english = (parse_template(words, known) for words in (step.words.zh_hans, step.words.en))
        operands = tuple((name, slot) for name, slot in refs if isinstance(slot, int))
        constants = tuple((name, -1) for name, slot in refs if not isinstance(slot, int))
        return CompiledStep(step, run, operands + constants, step.kind == "lookup", chinese, english)

    def _slot(self, name: str) -> int | Decimal:
        return self.slots[name] if name in self.slots else Decimal(name)

    def price(self, facts: Mapping[str, FactValue]) -> Breakdown:
        """Price typed facts.

        Raises:
            NotPriceable: a table has no row for them.
            KeyError: a fact is missing; facts come from `read_facts`, which lets none be.
        """
        values: Values = [Decimal(facts[key]) if number else facts[key] for key, number in self.readers]  # type: ignore[arg-type]
        rows: dict[str, tuple[str, ...]] = {}
        for compiled in self.steps:
            found = compiled.run(values)
            if compiled.is_lookup:
                found, rows[compiled.step.key] = found
            values.append(found)
        return Breakdown(self, values, rows)

    def label(self, language: str) -> Callable[[str, Any], str]:
        """Words of a value: the option's label where there is one."""

        def words(name: str, value: Any) -> str:
            item: Input | None = self.labels.get(name)
            option = item.option(value) if item else None
            return option.label.get(language) if option else str(value)

        return words


@dataclass(frozen=True, eq=False)
class Breakdown:
    """A price and how it came about. Words are written when asked for; amounts and hashes are fixed."""

    rating: Rating
    values: Values
    rows: Mapping[str, tuple[str, ...]]

    @property
    def total(self) -> Decimal:
        return self.values[self.rating.total_slot]

    @property
    def currency(self) -> str:
        return self.rating.plan.currency

    @property
    def tariff_hash(self) -> str:
        return self.rating.tariff_hash

    @cached_property
    def named_values(self) -> dict[str, Any]:
        return dict(zip(self.rating.slots, self.values, strict=True))

    @property
    def facts(self) -> dict[str, Any]:
        return dict(zip(self.rating.names, self.values, strict=False))

    @cached_property
    def lines(self) -> tuple[LineAmount, ...]:
        return tuple(self._line(line, slot, compiled) for line, slot, compiled in self.rating.line_slots)

    def _line(self, line: PremiumLine, slot: int, compiled: CompiledStep) -> LineAmount:
        unrounded = self.values[compiled.operands[0][1]]
        return LineAmount(line.key, line.name, unrounded, self.values[slot], self._words(compiled))

    @property
    def coverage_premiums(self) -> dict[str, Decimal]:
        """Rounded premium by line of the receipt."""
        return {line.key: self.values[slot] for line, slot, _compiled in self.rating.line_slots}

    @cached_property
    def trace(self) -> tuple[TraceLine, ...]:
        start = len(self.rating.names)
        return tuple(
            self._trace_line(compiled, self.values[index])
            for index, compiled in enumerate(self.rating.steps, start=start)
        )

    def _trace_line(self, compiled: CompiledStep, amount: Any) -> TraceLine:
        step, values = compiled.step, self.values
        operands = [(name, _operand(values[slot]) if slot >= 0 else name) for name, slot in compiled.operands]
        if compiled.is_lookup:
            operands += [("table", step.table), ("row", " | ".join(self.rows[step.key]))]
        unrounded = values[compiled.operands[0][1]] if step.kind == "round" else amount
        return TraceLine(step.key, step.line, step.kind, tuple(operands), unrounded, amount, self._words(compiled))

    def _words(self, compiled: CompiledStep) -> Localized:
        named, rating = self.named_values, self.rating
        return Localized(
            fill(compiled.chinese, named, rating.label("zh-hans"), self.rows),
            fill(compiled.english, named, rating.label("en"), self.rows),
        )

    @cached_property
    def hash(self) -> str:
        """SHA-256 over the tariff, the facts, the value of every step and the total."""
        parts = [self.tariff_hash, *(f"{name}={_operand(value)}" for name, value in self.named_values.items())]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    @property
    def check_code(self) -> str:
        """Eight characters of the hash for people: 7c1e-b09f."""
        return f"{self.hash[:4]}-{self.hash[4:8]}"

    def as_json(self) -> dict[str, Any]:
        """What is stored with a quote and printed by `manage.py quote`; amounts are text."""
        return {
            "product": self.rating.product,
            "version": self.rating.version,
            "currency": self.currency,
            "total": _text(self.total),
            "coverages": [line.as_json() for line in self.lines],
            "steps": [line.as_json() for line in self.trace],
            "facts": {name: plain(value) for name, value in self.facts.items()},
            "tariff_hash": self.tariff_hash,
            "hash": self.hash,
        }


def _operand(value: Any) -> str:
    return format(value, "f") if isinstance(value, Decimal) else str(value)


# --- one builder a kind of step; each returns a function from the values so far to the step's value ---


def _input(step: Step, refs: Sequence[Any], tables: Mapping[str, RateTable]) -> Run:
    (slot,) = refs
    return lambda values: values[slot]


def _lookup(step: Step, refs: Sequence[Any], tables: Mapping[str, RateTable]) -> Run:
    find, key = tables[step.table].find, step.key

    def run(values: Values) -> Any:
        try:
            return find([values[slot] for slot in refs])
        except NoRow:
            wanted = ", ".join(f"{name} {values[slot]}" for name, slot in zip(step.by, refs, strict=True))
            raise NotPriceable(key, f"table {step.table} has no row for {wanted}") from None

    return run


def _per_unit(step: Step, refs: Sequence[Any], tables: Mapping[str, RateTable]) -> Run:
    (slot,), unit, divide = refs, step.unit, ARITHMETIC.divide
    return lambda values: divide(values[slot], unit)


def _fold(operation: Callable[[Decimal, Decimal], Decimal], start: Decimal) -> Callable[..., Run]:
    def build(step: Step, refs: Sequence[Any], tables: Mapping[str, RateTable]) -> Run:
        constant, slots = start, [ref for ref in refs if isinstance(ref, int)]
        for ref in refs:
            if isinstance(ref, Decimal):
                constant = operation(constant, ref)

        def run(values: Values) -> Decimal:
            result = constant
            for slot in slots:
                result = operation(result, values[slot])
            return result

        return run

    return build


def _round(step: Step, refs: Sequence[Any], tables: Mapping[str, RateTable]) -> Run:
    (slot,), mode, quantum = refs, ROUNDING[step.mode], Decimal(1).scaleb(-step.places)
    return lambda values: values[slot].quantize(quantum, mode, ARITHMETIC)


_BUILDERS: dict[str, Callable[[Step, Sequence[Any], Mapping[str, RateTable]], Run]] = {
    "input": _input,
    "lookup": _lookup,
    "per_unit": _per_unit,
    "multiply": _fold(ARITHMETIC.multiply, ONE),
    "add": _fold(ARITHMETIC.add, ZERO),
    "round": _round,
    "sum": _fold(ARITHMETIC.add, ZERO),
}


def tariff_hash(tree: Any) -> str:
    """SHA-256 of the canonical text of the rating data."""
    text = json.dumps(tree, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def replay(definition: Definition, facts: Mapping[str, FactValue]) -> Breakdown:
    """Price again from nothing but the definition: same total, same steps, same hash."""
    return Rating(definition).price(facts)
