"""manage.py decide: ask one decision table, or examine it, on its own."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import get_language

from products.fact_files import FactsUnreadable, read_fact_file
from products.rules.column_index import bits_of
from products.rules.decisions import Decision, DecisionError, DecisionTable, Rule, decide, plain, read_inputs
from products.rules.document import Node, ProductFileError, read_yaml
from products.rules.fact_domains import domains_of
from products.rules.reading.tables import read_standalone_table
from products.rules.table_analysis import Findings, examine
from products.rules.value_space import Domain
from products.sources import read_product_file, read_text

BAD_FACTS = 2


@dataclass(frozen=True, slots=True)
class _Asked:
    """A table, the values its columns can take, and the version it belongs to (empty when it stands alone)."""

    table: DecisionTable
    domains: Mapping[str, Domain]
    version_hash: str


class Command(BaseCommand):
    help = "Ask one decision table: which row fires, and why. Exit 1 on a bad file, 2 on bad facts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="a decision table, or a product file with --table")
        parser.add_argument("--facts", metavar="FILE", help="facts as JSON or YAML; - reads standard input")
        parser.add_argument("--table", default="", metavar="NAME", help="table of a product file: underwriting, claims")
        parser.add_argument("--examine", action="store_true", help="list overlaps, gaps and rules that never fire")
        parser.add_argument("--json", action="store_true", dest="as_json", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["facts"] and not options["examine"]:
            raise CommandError("Give --facts FILE, or --examine.")
        try:
            asked = _table(options["file"], options["table"])
        except ProductFileError as error:
            raise CommandError(str(error)) from None
        if options["examine"]:
            self._examine(asked, options["as_json"])
        if options["facts"]:
            self._decide(asked, options["facts"], options["as_json"])

    def _decide(self, asked: _Asked, source: str, as_json: bool) -> None:
        table = asked.table
        try:
            facts = read_fact_file(source)
            inputs = _checked(table, facts)
        except FactsUnreadable as error:
            self._refuse({"facts": str(error)}, as_json, BAD_FACTS)
        except DecisionError as error:
            self._refuse(error.problems, as_json, BAD_FACTS)
        try:
            decision = decide(table, facts, asked.version_hash)
        except DecisionError as error:
            # The facts are good; the table leaves them open, or answers twice.
            self._refuse({"table": str(error)}, as_json, 1)
        if as_json:
            self.stdout.write(json.dumps(decision.as_json(), ensure_ascii=False, indent=2))
        else:
            self.stdout.write("\n".join(_explained(table, decision, inputs)))

    def _refuse(self, errors: Mapping[str, str], as_json: bool, returncode: int) -> None:
        if as_json:
            self.stdout.write(json.dumps({"errors": errors}, ensure_ascii=False, indent=2))
        lines = "\n".join(f"{field}: {message}" for field, message in errors.items())
        raise CommandError(lines, returncode=returncode)

    def _examine(self, asked: _Asked, as_json: bool) -> None:
        found = examine(asked.table, asked.domains)
        if as_json:
            self.stdout.write(json.dumps(_findings_as_json(found), ensure_ascii=False, indent=2))
        else:
            self.stdout.write("\n".join(_told(found)) or "No overlaps, no gaps, every rule can fire.")
        if found.has_errors:
            raise CommandError(f"{asked.table.id}: {len(found.overlaps)} overlaps, {len(found.gaps)} gaps")


def _table(path: Path, name: str) -> _Asked:
    """The table of a file of its own, or one table of a product file.

    Raises:
        ProductFileError: with file, line and place.
    """
    root = read_yaml(read_text(path), file=path.name)
    try:
        if "product" in root.mapping():
            return _table_of_a_product(root, path, name)
        return _Asked(read_standalone_table(root), {}, "")
    except ProductFileError as error:
        raise error if error.file else error.in_file(path.name) from None


def _table_of_a_product(root: Node, path: Path, name: str) -> _Asked:
    definition = read_product_file(path).definition
    if name not in definition.tables:
        raise root.error(f"a product file: name one of its tables with --table: {', '.join(definition.tables)}")
    return _Asked(definition.tables[name], domains_of(definition), definition.content_hash)


def _checked(table: DecisionTable, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs of the table; facts it has no column for are refused with the rest.

    Raises:
        DecisionError: `problems` names every field.
    """
    known = {column.key for column in table.columns}
    problems = {str(key)[:60]: "the table has no such column" for key in facts if key not in known}
    inputs: dict[str, Any] = {}
    try:
        inputs = read_inputs(table, facts)
    except DecisionError as error:
        problems |= error.problems | dict.fromkeys(error.missing, "is missing")
    if problems:
        raise DecisionError(table.id, "bad facts", problems=problems)
    return inputs


def _explained(table: DecisionTable, decision: Decision, inputs: Mapping[str, Any]) -> Iterator[str]:
    """The decision, then every row with why it fired or did not."""
    language = get_language()
    yield f"{table.id}: {decision.outcome}"
    if table.aggregate and decision.value is not None:
        of = f" of {table.aggregate.of}" if table.aggregate.of else ""
        yield f"{table.aggregate.function}{of}: {decision.value:f}"
    for hit in decision.rules:
        outputs = "".join(f"  {key} {value}" for key, value in hit.outputs.items())
        yield f"  {hit.id}  {hit.outcome}{outputs}  {hit.reason.get(language)}"
    yield f"hit policy {table.hit}, table hash {table.hash[:16]}"
    yield ""
    told = {hit.id for hit in decision.rules}
    hits = {table.rules[place].id for place in bits_of(table.compiled.hits(inputs))}
    rows = [*table.rules, *([table.otherwise] if table.otherwise else [])]
    widths = [
        max(len(text) for text in column) for column in zip(*((row.id, row.outcome) for row in rows), strict=True)
    ]
    for row in rows:
        mark = "*" if row.id in told else " "
        yield f"{mark} {row.id:<{widths[0]}}  {row.outcome:<{widths[1]}}  {_why(row, table, inputs, told, hits)}"


def _why(row: Rule, table: DecisionTable, inputs: Mapping[str, Any], told: set[str], hits: set[str]) -> str:
    if row is table.otherwise:
        return "fires: no rule hits" if row.id in told else "not needed"
    conditions = (
        ", ".join(f"{key} {_shown(inputs[key])} passes '{row.when[key]}'" for key in row.cells) or "no conditions"
    )
    if row.id in told:
        return f"fires: {conditions}"
    if row.id in hits:
        return f"hits, but another rule goes before it: {conditions}"
    failing = next(key for key, cell in row.cells.items() if not cell.passes(inputs[key]))
    return f"{failing} {_shown(inputs[failing])} fails '{row.when[failing]}'"


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"[{', '.join(value)}]" if isinstance(value, tuple) else str(plain(value))


def _findings_as_json(found: Findings) -> dict[str, Any]:
    return {
        "overlaps": [{"rules": list(row.rules), "example": dict(row.example)} for row in found.overlaps],
        "shadowed": [
            {"rule": row.rule, "by": list(row.by), "example": dict(row.example)} for row in found.shadowed
        ],
        "impossible": [{"rule": row.rule, "column": row.column} for row in found.impossible],
        "gaps": [{"where": dict(row.where), "example": dict(row.example)} for row in found.gaps],
        "too_large": list(found.too_large),
        "more": found.more,
    }  # fmt: skip


def _told(found: Findings) -> Iterator[str]:
    for overlap in found.overlaps:
        yield f"overlap: {' and '.join(overlap.rules)} both hit at {_facts(overlap.example)}"
    for gap in found.gaps:
        cells = ", ".join(f"{key} '{cell}'" for key, cell in gap.where.items())
        where = f"where {cells}, " if cells else ""
        yield f"gap: {where}for example at {_facts(gap.example)}"
    for row in found.shadowed:
        yield f"never decides: {row.rule}; {', '.join(row.by)} go before it, for example at {_facts(row.example)}"
    for impossible in found.impossible:
        yield f"never hits: {impossible.rule}; no value passes its cell of {impossible.column}"
    for question in found.too_large:
        yield f"too large to examine: {question}"
    if found.more:
        yield "there are more"


def _facts(facts: Mapping[str, Any]) -> str:
    return ", ".join(
        f"{key} {value if isinstance(value, str) else _shown(_tupled(value))}" for key, value in facts.items()
    )


def _tupled(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
