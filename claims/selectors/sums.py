"""The sum as people read it: each stored step with its words and its figure in both languages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import ngettext

from claims.models import ClaimDecision
from claims.rules.benefit import DAYS, PERCENT
from claims.words import LINE_NOTES, LINE_WORDS, OPERATORS, in_both
from insureweb.kernel.localized import Localized
from insureweb.kernel.templatetags.house import day_text, money_text


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the column: operator, words, small print, figure, clause."""

    operator: str
    what: Localized
    note: Localized | None
    figure: Localized
    clause: str
    kind: str

    @property
    def is_total(self) -> bool:
        return self.kind == "total"


def rows_of(decision: ClaimDecision) -> list[Row]:
    """The stored steps of a decision, the last one as the total."""
    lines = decision.lines
    return [_row(line, decision.currency, is_last=index == len(lines)) for index, line in enumerate(lines, start=1)]


def _row(line: Mapping[str, Any], currency: str, *, is_last: bool) -> Row:
    code, operator = line["code"], line["operator"]
    kind = "total" if is_last else "sub" if operator == "=" else ""
    note = LINE_NOTES.get(code) if line["notes"] else None
    return Row(
        operator=OPERATORS[operator],
        what=in_both(LINE_WORDS[code]),
        note=in_both(note, **_notes(line["notes"])) if note else None,
        figure=_figure(line, currency),
        clause=line["clause"],
        kind=kind,
    )


def _figure(line: Mapping[str, Any], currency: str) -> Localized:
    value = Decimal(line["value"])
    if line["unit"] == DAYS:
        return in_both(
            "%(text)s", text=lambda: ngettext("%(count)s day", "%(count)s days", int(value)) % {"count": value}
        )
    if line["unit"] == PERCENT:
        return in_both("%(count)s%%", count=f"{value.normalize():f}")
    return in_both("%(amount)s", amount=money_text(value, currency))


def _notes(notes: Mapping[str, str]) -> dict[str, Any]:
    return {name: _note(name, text) for name, text in notes.items()}


def _note(name: str, text: str) -> Any:
    if name in ("admitted", "discharged"):
        return lambda: day_text(date.fromisoformat(text))
    if name == "limit" or (name == "used" and "." in text):
        return money_text(Decimal(text))
    return text
