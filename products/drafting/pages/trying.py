"""Trying a version out: the calculator with every step, its decision tables asked, its test vectors run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from products.calculator import Calculation, calculate
from products.cash_values import cash_value_table
from products.compiled import CompiledProduct, compiled
from products.drafting.choices import OUTCOMES, STEP_KINDS
from products.drafting.fact_words import fact_label, value_words
from products.drafting.shapes import Choice
from products.drafting.vector_runs import run_all
from products.rules.decisions import Column, Decision, DecisionError, DecisionTable
from products.rules.definition import Definition
from products.rules.fact_domains import domains_of
from products.told_steps import told_steps
from products.version_pages import Desk, VersionPage

ASK = {"underwriting": "u.", "claims": "k."}
ANSWERS: dict[str, Any] = {"yes": gettext_lazy("Yes"), "no": gettext_lazy("No")}
TONES = {"accept": "good", "pay": "good", "decline": "bad", "refuse": "bad"}


@dataclass(frozen=True, slots=True)
class AskedColumn:
    """A column of a table as a field: its values where they can be counted."""

    name: str
    column: Column
    label: Any
    value: str
    options: tuple[Choice, ...]

    @property
    def id(self) -> str:
        return f"id_{self.name}"


@dataclass(frozen=True, slots=True)
class AskedTable:
    """A decision table with what was filled in, and what it says to that."""

    code: str
    title: Any
    columns: tuple[AskedColumn, ...]
    decision: Decision | None
    problem: str = ""

    @property
    def hits(self) -> list[dict[str, Any]]:
        """The rules that decided, with their outcome in words."""
        rules = self.decision.rules if self.decision else ()
        return [
            {"rule": hit, "words": OUTCOMES.get(hit.outcome, hit.outcome), "tone": TONES.get(hit.outcome, "waiting")}
            for hit in rules
        ]


def calculator_page(desk: Desk) -> HttpResponse:
    """The price for any facts with every step, the cash values, and both tables asked on their own."""
    product, query = compiled(desk.version), desk.request.GET
    calculation = calculate(product, query)
    context = {
        "calculation": calculation,
        "breakdown": calculation.breakdown,
        "steps": steps_in_words(product, calculation),
        "cash_values": cash_value_table(product, calculation.facts) if calculation.breakdown else None,
        "tables": [_asked(product, code, calculation, query) for code in ASK],
    }
    return desk.render("admin/products/calculator.html", context)


def steps_in_words(product: CompiledProduct, calculation: Calculation) -> list[dict[str, Any]]:
    """Every step of a price with the name of its operation; nothing without a price."""
    steps = told_steps(product.definition.rating, calculation.breakdown)
    return [{"told": step, "kind": STEP_KINDS[step.line.kind]} for step in steps]


def _asked(product: CompiledProduct, code: str, calculation: Calculation, query: Mapping[str, Any]) -> AskedTable:
    table, start = product.definition.tables[code], ASK[code]
    from_price = calculation.facts if code == "underwriting" else {}
    given = {key.removeprefix(start): str(value)[:200] for key, value in query.items()
             if key.startswith(start) and value}  # fmt: skip
    titles = {"underwriting": _("Ask the underwriting table"), "claims": _("Ask the claims table")}
    columns = tuple(
        _column(product, table, column, start, given) for column in table.columns if column.key not in from_price
    )
    if f"ask.{code}" not in query:
        return AskedTable(code, titles[code], columns, None)
    try:
        return AskedTable(code, titles[code], columns, product.decide(code, {**from_price, **given}))
    except DecisionError as error:
        return AskedTable(code, titles[code], columns, None, _problem(product.definition, error))


def _problem(definition: Definition, error: DecisionError) -> str:
    if error.missing:
        return _("These facts are missing: %(facts)s") % {
            "facts": _("; ").join(str(fact_label(definition, key)) for key in error.missing)
        }
    return "; ".join(f"{fact_label(definition, key)}: {words}" for key, words in error.problems.items()) or str(error)


def _column(
    product: CompiledProduct, table: DecisionTable, column: Column, start: str, given: Mapping[str, str]
) -> AskedColumn:
    definition = product.definition
    return AskedColumn(
        f"{start}{column.key}", column, fact_label(definition, column.key, table), given.get(column.key, ""),
        tuple((value, value_words(definition, column.key, value)) for value in _values(product, column)),
    )  # fmt: skip


def _values(product: CompiledProduct, column: Column) -> Iterator[str]:
    """What a column can hold, where that can be counted."""
    if column.type == "boolean":
        return iter(ANSWERS)
    domain = domains_of(product.definition).get(column.key)
    if column.type != "text" or domain is None or domain.allowed == "-":
        return iter(())
    return (part.strip().strip('"') for part in domain.allowed.split(","))


def tests_page(desk: Desk) -> HttpResponse:
    """Every test vector with what it expects and what came out."""
    runs = run_all(compiled(desk.version))
    failed = sum(not run.holds for run in runs)
    context = {"runs": runs, "failed": failed, "url": desk.url("part", "vectors"), "may_edit": desk.may_edit}
    return desk.render("admin/products/vectors.html", context)


PAGES = (
    VersionPage("calculator", "calculator/", calculator_page, title=gettext_lazy("Calculator"), order=30),
    VersionPage("tests", "tests/", tests_page, title=gettext_lazy("Tests"), order=40),
)
