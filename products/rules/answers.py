"""Answers to the questions of an application: untrusted text in, typed values out, every wrong one named."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from insureweb.kernel.resident_id import ResidentIdInvalid, read_resident_id
from products.rules.facts import (
    FactsInvalid,
    Problem,
    Wrong,
    check_within,
    decimal_number,
    one_spelling,
    plain_text,
    read_day,
    read_yes_or_no,
    whole_number,
)
from products.rules.identifiers import IdentifierInvalid, read_company_code, read_plate, read_vin
from products.rules.questions import Question

SHORTEST_ADDRESS = 5
MAX_ROSTER_CHARACTERS = 40_000
SHOWN_BAD_ROWS = 8
TODAY = "today"
_CELLS = re.compile(r"[\t,;\uff0c\uff1b]")


def read_answers(
    questions: Iterable[Question], raw: Mapping[str, Any], *, today: dt.date, facts: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Typed answers to the questions asked; a question whose conditions do not hold is not, whatever came for it.

    Args:
        facts: the facts of the price, for conditions that look at an input.

    Raises:
        FactsInvalid: a required answer is missing, or one is not of its type, among the options, or within its bounds.
    """
    found: dict[str, Any] = {}
    problems: dict[str, Problem] = {}
    values = dict(facts or {})
    for question in questions:
        if not question.is_asked(values):
            continue
        try:
            found[question.key] = values[question.key] = read_answer(question, raw.get(question.key), today)
        except Wrong as wrong:
            problems[question.key] = wrong.problem
    if problems:
        raise FactsInvalid(problems)
    return found


def read_answer(question: Question, raw: Any, today: dt.date) -> Any:
    """One typed answer; the empty text when an optional question is left out.

    Raises:
        Wrong
    """
    is_list = isinstance(raw, list | tuple)
    if not is_list and not isinstance(raw, bool) and not _given(raw):
        if question.required:
            raise Wrong("required")
        return ""
    return _READERS[question.type](question, raw, today)


def _given(raw: Any) -> bool:
    return raw is not None and not (isinstance(raw, str) and not raw.strip())


def answers_as_json(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Answers as they are stored: text, booleans, and lists of rows of text; typed again by their question."""
    return {key: _plain(value) for key, value in answers.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, bool | str):
        return value
    if isinstance(value, list | tuple):
        return [answers_as_json(row) for row in value]
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def answers_as_facts(questions: Iterable[Question], stored: Mapping[str, Any]) -> dict[str, Any]:
    """Stored answers as decision tables take them: a roster counts by its rows, an answer left out is absent."""
    facts = {}
    for question in questions:
        value = stored.get(question.key)
        if value is None or (value == "" and question.type not in ("text", "choice")):
            continue
        facts[question.key] = len(value) if isinstance(value, list) else value
    return facts


# --- readers by type ---


def _text(question: Question, raw: Any, _today: dt.date) -> str:
    return plain_text(raw, limit=question.max_length)


def _choice(question: Question, raw: Any, _today: dt.date) -> str:
    text = plain_text(raw, limit=question.max_length)
    if text not in {option.text for option in question.options}:
        raise Wrong("not_an_option")
    return text


def _integer(question: Question, raw: Any, _today: dt.date) -> int:
    value = whole_number(raw)
    check_within(Decimal(value), question.minimum, question.maximum)
    return value


def _decimal(question: Question, raw: Any, _today: dt.date) -> Decimal:
    value = decimal_number(raw)
    check_within(value, question.minimum, question.maximum)
    return one_spelling(value)


def _money(question: Question, raw: Any, today: dt.date) -> Decimal:
    value = _decimal(question, raw, today)
    if value != value.quantize(Decimal("0.01")):
        raise Wrong("too_precise")
    return value


def _date(question: Question, raw: Any, today: dt.date) -> dt.date:
    day = read_day(raw)
    earliest, latest = _day(question.earliest, today), _day(question.latest, today)
    if earliest and day < earliest:
        raise Wrong("too_early", day=earliest)
    if latest and day > latest:
        raise Wrong("too_late", day=latest)
    return day


def _day(text: str, today: dt.date) -> dt.date | None:
    return today if text == TODAY else dt.date.fromisoformat(text) if text else None


def _resident_id(_question: Question, raw: Any, today: dt.date) -> str:
    try:
        return read_resident_id(plain_text(raw), today=today).number
    except ResidentIdInvalid as invalid:
        raise Wrong(f"id_{invalid.code}") from None


def _identifier(read: Callable[[str], str]) -> Callable[[Question, Any, dt.date], str]:
    def reader(_question: Question, raw: Any, _today: dt.date) -> str:
        try:
            return read(plain_text(raw))
        except IdentifierInvalid as invalid:
            raise Wrong(invalid.code) from None

    return reader


def _address(question: Question, raw: Any, _today: dt.date) -> str:
    text = " ".join(plain_text(raw, limit=question.max_length).split())
    if len(text) < SHORTEST_ADDRESS or not any(character.isalpha() for character in text):
        raise Wrong("address_too_short")
    return text


# --- rosters ---


@dataclass(frozen=True, slots=True)
class BadRows:
    """The lines of a roster that cannot be taken, each with its column and problem; `more` beyond those listed."""

    rows: tuple[tuple[int, Any, Problem], ...]
    more: int

    def __str__(self) -> str:
        listed = [
            str(Problem("bad_row", (("line", line), ("column", column), ("problem", problem.message))).message)
            for line, column, problem in self.rows
        ]
        if self.more:
            listed.append(str(Problem("more_rows", (("count", self.more),)).message))
        return " ".join(listed)


def _roster(question: Question, raw: Any, today: dt.date) -> list[dict[str, Any]]:
    """The rows of a list; all wrong lines are told together."""
    lines = _roster_lines(question, raw)
    if len(lines) > question.max_rows:
        raise Wrong("too_many_rows", limit=question.max_rows)
    rows, wrong = [], []
    for number, cells in lines:
        row, problems = _roster_row(question, cells, today)
        rows.append(row)
        wrong += [(number, column, problem) for column, problem in problems]
    if wrong:
        raise Wrong("bad_rows", rows=BadRows(tuple(wrong[:SHOWN_BAD_ROWS]), max(0, len(wrong) - SHOWN_BAD_ROWS)))
    return rows


def _roster_lines(question: Question, raw: Any) -> list[tuple[int, Mapping[str, Any] | None]]:
    """(line, cells by column) from lines of text or from a list of mappings; None for cells that do not fit."""
    keys = [column.key for column in question.columns]
    if isinstance(raw, list | tuple):
        return [(number, row if isinstance(row, Mapping) else None) for number, row in enumerate(raw, start=1)]
    lines: list[tuple[int, Mapping[str, Any] | None]] = []
    for number, line in enumerate(plain_text(raw, limit=MAX_ROSTER_CHARACTERS).splitlines(), start=1):
        if line.strip():
            cells = [cell.strip() for cell in _CELLS.split(line)]
            lines.append((number, dict(zip(keys, cells, strict=True)) if len(cells) == len(keys) else None))
    return lines


def _roster_row(
    question: Question, cells: Mapping[str, Any] | None, today: dt.date
) -> tuple[dict[str, Any], list[tuple[Any, Problem]]]:
    if cells is None or set(cells) - {column.key for column in question.columns}:
        return {}, [(question.text, Problem("wrong_cells", (("count", len(question.columns)),)))]
    row, problems = {}, []
    for column in question.columns:
        try:
            row[column.key] = read_answer(column, cells.get(column.key), today)
        except Wrong as wrong:
            problems.append((column.text, wrong.problem))
    return row, problems


_READERS: dict[str, Callable[[Question, Any, dt.date], Any]] = {
    "boolean": lambda _question, raw, _today: read_yes_or_no(raw),
    "choice": _choice,
    "text": _text,
    "integer": _integer,
    "decimal": _decimal,
    "money": _money,
    "date": _date,
    "resident_id": _resident_id,
    "company_code": _identifier(read_company_code),
    "plate": _identifier(read_plate),
    "vin": _identifier(read_vin),
    "address": _address,
    "roster": _roster,
}
