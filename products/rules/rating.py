"""The rating engine: compiled once a version, then each quote is a walk over typed Decimal steps.

Arithmetic runs in its own 34-digit context, so a caller's context cannot change a premium. Rounding happens only in
`round` steps, in the mode they name. The breakdown keeps every step; the same facts give the same breakdown and hash.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, DecimalException
from functools import cached_property
from typing import Any, NamedTuple

from insureweb.kernel.localized import Localized
from products.rules.arithmetic import ARITHMETIC
from products.rules.decisions import plain
from products.rules.definition import Definition, FactValue
from products.rules.rating_plan import PremiumLine, Step, constant_of
from products.rules.step_words import Template, Told, Vocabulary
from products.rules.steps import BUILDERS
from products.rules.steps.kind import Finding, NotPriceable, Operands, Run, Site, Values


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
            "operands": _each_told(self.operands),
            "unrounded": _text(self.unrounded),
            "amount": _text(self.amount),
            "words": self.words.as_dict(),
        }


class LineAmount(NamedTuple):
    """A line of the receipt: the premium of one coverage (or of those priced together), or a tax collected with it."""

    coverage: str
    name: Localized
    unrounded: Decimal
    amount: Decimal
    words: Localized
    kind: str

    def as_json(self) -> dict[str, Any]:
        told = {
            "coverage": self.coverage,
            "name": self.name.as_dict(),
            "unrounded": _text(self.unrounded),
            "rounded": _text(self.amount),
            "words": self.words.as_dict(),
        }
        return told | {"kind": self.kind} if self.kind != "premium" else told


def _each_told(operands: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """Operands by name; one that stands twice is told twice."""
    told = dict(operands)
    if len(told) == len(operands):
        return told
    seen: Counter[str] = Counter()
    told = {}
    for name, value in operands:
        seen[name] += 1
        told[f"{name} ({seen[name]})" if seen[name] > 1 else name] = value
    return told


def _text(value: Decimal) -> str:
    return format(value, "f")


class CompiledStep(NamedTuple):
    """A step ready to run: how its value is found, which values feed it, what it says."""

    step: Step
    slot: int
    run: Run
    find: Callable[[Values], Finding] | None
    operands: tuple[tuple[str, int], ...]
    subject: int
    words: tuple[Template, Template]
    applied_words: tuple[Template, Template] | None


class Rating:
    """A compiled rating plan.

    Values stand in one list: the constants of all steps, the facts, then the value of each step in order.
    """

    def __init__(self, definition: Definition) -> None:
        self.plan = definition.rating
        self.product, self.version = definition.code, definition.version
        self.tariff_hash = self.plan.hash
        self.inputs = definition.inputs
        self.names = [item.key for item in self.inputs]
        self.readers = [(item.key, item.type in ("integer", "decimal", "money")) for item in self.inputs]
        self.constants = _constants(self.plan.steps)
        self.constant_slots = {text: slot for slot, text in enumerate(self.constants)}
        self.slots = {name: slot for slot, name in enumerate(self.names, start=len(self.constants))}
        self.start = [Decimal(text) for text in self.constants]
        self.first_step = len(self.start) + len(self.names)
        labels = {item.key: {option.value: option.label for option in item.options} for item in self.inputs}
        self.vocabulary = Vocabulary(self.slots, labels)
        self.steps = tuple(self._compile(step) for step in self.plan.steps)
        self.runs = [compiled.run for compiled in self.steps]
        self.total_slot = self.slots[self.plan.total]
        self.line_slots = tuple((line, self.slots[line.premium], self._step(line.premium)) for line in self.plan.lines)
        self.collects_tax = any(line.kind == "tax" for line in self.plan.lines)
        self.premium_slots = tuple(slot for _line, slot, _compiled in self.line_slots)

    def _step(self, key: str) -> CompiledStep:
        return next(compiled for compiled in self.steps if compiled.step.key == key)

    def _compile(self, step: Step) -> CompiledStep:
        of = tuple(self._slot(name) for name in (step.by.values() if step.by else step.of))
        named = {role: self._slot(name) for role, name in step.named.items()}
        built = BUILDERS[step.kind](step, Operands(of, named), Site(self.plan, dict(self.slots), self.start))
        pairs = [*zip(step.by.values() if step.by else step.of, of, strict=True), *named.items(), *built.reads]
        slot = self.slots[step.key] = self.first_step + len(self.slots) - len(self.names)
        applied = self._templates(step.applied_words) if step.applied_words else None
        return CompiledStep(
            step=step,
            slot=slot,
            run=built.run,
            find=built.find,
            operands=tuple(sorted(pairs, key=lambda pair: pair[1] < len(self.start))),
            subject=of[0] if of else slot,
            words=self._templates(step.words),
            applied_words=applied,
        )

    def _templates(self, words: Localized) -> tuple[Template, Template]:
        return self.vocabulary.compile(words.zh_hans, "zh-hans"), self.vocabulary.compile(words.en, "en")

    def _slot(self, name: str) -> int:
        return self.slots[name] if name in self.slots else self.constant_slots[name]

    def price(self, facts: Mapping[str, FactValue]) -> Breakdown:
        """Price typed facts.

        Raises:
            NotPriceable: a table has no row, a divisor is zero, an amount is out of all bounds.
            KeyError: a fact is missing; facts come from `read_facts`, which lets none be.
        """
        return Breakdown(self, self._run(facts))

    def total(self, facts: Mapping[str, FactValue]) -> Decimal:
        """The total alone, for many prices at a time. Raises as `price` does."""
        total: Decimal = self._run(facts)[self.total_slot]
        return total

    def _run(self, facts: Mapping[str, FactValue]) -> Values:
        values: Values = self.start.copy()
        values += [Decimal(facts[key]) if number else facts[key] for key, number in self.readers]  # type: ignore[arg-type]
        append = values.append
        try:
            for run in self.runs:
                append(run(values))
        except DecimalException:
            failed = self.steps[len(values) - self.first_step].step.key
            raise NotPriceable(failed, "the amount is too large to work with") from None
        for slot in self.premium_slots:
            if values[slot] < 0:
                raise NotPriceable(self.steps[slot - self.first_step].step.key, "the premium is below zero")
        return values


def _constants(steps: tuple[Step, ...]) -> list[str]:
    """Every number written out in the steps, each once."""
    written = (name for step in steps for name in (*step.of, *step.named.values()))
    return list(dict.fromkeys(name for name in written if constant_of(name) is not None))


@dataclass(frozen=True, eq=False)
class Breakdown:
    """A price and how it came about. Words are written when asked for; amounts and hashes are fixed."""

    rating: Rating
    values: Values

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
        return dict(zip(self.rating.slots, self.values[len(self.rating.start) :], strict=True))

    @property
    def facts(self) -> dict[str, Any]:
        return dict(zip(self.rating.names, self.values[len(self.rating.start) :], strict=False))

    @cached_property
    def found(self) -> dict[str, Finding]:
        """What each step found in its table, by step."""
        return {item.step.key: item.find(self.values) for item in self.rating.steps if item.find}

    @cached_property
    def lines(self) -> tuple[LineAmount, ...]:
        return tuple(self._line(line, slot, compiled) for line, slot, compiled in self.rating.line_slots)

    def _line(self, line: PremiumLine, slot: int, compiled: CompiledStep) -> LineAmount:
        unrounded = self.values[compiled.subject]
        return LineAmount(line.key, line.name, unrounded, self.values[slot], self._words(compiled), line.kind)

    @property
    def coverage_premiums(self) -> dict[str, Decimal]:
        """Rounded premium by line of the receipt."""
        return {line.key: self.values[slot] for line, slot, _compiled in self.rating.line_slots}

    @property
    def tax(self) -> Decimal:
        """What is collected for the tax office: part of the total, no premium."""
        slots = (slot for line, slot, _compiled in self.rating.line_slots if line.kind == "tax")
        return sum((self.values[slot] for slot in slots), Decimal(0))

    @property
    def premium(self) -> Decimal:
        """The insurer's part of the total."""
        return ARITHMETIC.subtract(self.total, self.tax)

    @cached_property
    def trace(self) -> tuple[TraceLine, ...]:
        return tuple(self._trace_line(compiled) for compiled in self.rating.steps)

    def _trace_line(self, compiled: CompiledStep) -> TraceLine:
        step, values = compiled.step, self.values
        operands = [(name, _operand(values[slot])) for name, slot in compiled.operands]
        if step.key in self.found:
            finding = self.found[step.key]
            operands += [("table", step.table), ("row", " | ".join(finding.cells))]
            if finding.parts:
                operands.append(("parts", finding.parts))
        amount = values[compiled.slot]
        unrounded = values[compiled.subject] if step.kind == "round" else amount
        return TraceLine(step.key, step.line, step.kind, tuple(operands), unrounded, amount, self._words(compiled))

    @cached_property
    def _told(self) -> Told:
        return Told(self.values, self.found, len(self.rating.vocabulary.writers))

    def _words(self, compiled: CompiledStep) -> Localized:
        fill, told, templates = self.rating.vocabulary.fill, self._told, compiled.words
        if compiled.applied_words and self.values[compiled.slot] != self.values[compiled.subject]:
            templates = compiled.applied_words
        chinese, english = templates
        return Localized(fill(chinese, told), fill(english, told))

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
        """What is stored with a quote and printed by `manage.py quote`; amounts are text, tax told where there is."""
        told = {
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
        return told | {"premium": _text(self.premium), "tax": _text(self.tax)} if self.rating.collects_tax else told


def _operand(value: Any) -> str:
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def tariff_hash(tree: Any) -> str:
    """SHA-256 of the canonical text of the rating data."""
    text = json.dumps(tree, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def replay(definition: Definition, facts: Mapping[str, FactValue]) -> Breakdown:
    """Price again from nothing but the definition: same total, same steps, same hash."""
    return Rating(definition).price(facts)
