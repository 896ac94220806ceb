"""What an examination of a decision table found, in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from products.drafting.fact_words import fact_label, facts_in_words
from products.rules import table_analysis
from products.rules.decisions import DecisionTable
from products.rules.definition import Definition
from products.rules.fact_domains import domains_of


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: its tone (bad for an error, waiting for a warning), what it says, facts that show it."""

    tone: str
    title: str
    example: str = ""


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything found; `is_clean` when there is nothing to say."""

    found: tuple[Finding, ...]
    unanswered: tuple[str, ...]
    more: bool

    @property
    def is_clean(self) -> bool:
        return not self.found and not self.unanswered

    @property
    def errors(self) -> int:
        return sum(finding.tone == "bad" for finding in self.found)


def findings_of(table: DecisionTable, definition: Definition) -> Findings:
    """Overlaps and gaps, rules that never decide, with one example of each."""
    result = table_analysis.examine(table, domains_of(definition))

    def told(facts: Mapping[str, Any]) -> str:
        return facts_in_words(definition, facts, table)

    found = [
        Finding("bad", _("%(one)s and %(other)s hit together.") % {"one": hit.rules[0], "other": hit.rules[1]},
                told(hit.example))
        for hit in result.overlaps
    ]  # fmt: skip
    found += [
        Finding("bad", _("No rule answers: %(facts)s") % {"facts": told(gap.where) or _("anything")}, told(gap.example))
        for gap in result.gaps
    ]
    found += [
        Finding("waiting", _("%(rule)s never decides; %(others)s come first.")
                % {"rule": one.rule, "others": ", ".join(one.by)}, told(one.example))
        for one in result.shadowed
    ]  # fmt: skip
    found += [
        Finding("waiting", _("%(rule)s can never hit: its cell of %(column)s passes no value.")
                % {"rule": one.rule, "column": fact_label(definition, one.column, table)})
        for one in result.impossible
    ]  # fmt: skip
    words = {"overlaps": _("overlaps"), "shadowed": _("rules that never decide"), "gaps": _("gaps")}
    return Findings(tuple(found), tuple(words[name] for name in result.too_large), result.more)
