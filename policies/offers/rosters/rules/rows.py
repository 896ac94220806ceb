"""One row of a roster: text in, a member out, or every reason against it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from customers.rules.details import DetailInvalid, read_name
from insureweb.kernel.periods import age_on
from insureweb.kernel.resident_id import ResidentId, ResidentIdInvalid, read_resident_id
from policies.offers.rosters.rules.columns import ID_NUMBER, NAME, Column, folded
from products.rules.definition import Definition, FactValue, Input
from products.rules.facts import FactsInvalid, Problem, read_fact
from products.rules.platform_facts import GROUP_SIZE

# A spreadsheet keeps 15 digits of a number and fills up with noughts; such a number was not mistyped.
ROUNDED = "000"


@dataclass(frozen=True, slots=True)
class CellProblem:
    """What is wrong in one column: a stable code with its figures, as it is stored."""

    column: str
    code: str
    values: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        return {
            "column": self.column,
            "code": self.code,
            "values": {key: str(value) for key, value in self.values.items()},
        }


class RowWrong(ValueError):
    """A row that cannot be taken over; every problem of it."""

    def __init__(self, problems: Sequence[CellProblem]) -> None:
        super().__init__("; ".join(f"{problem.column}: {problem.code}" for problem in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A row that is right."""

    name: str
    id_number: str
    facts: Mapping[str, FactValue]


class RowReader:
    """Reads the rows of one product's roster; `first_day` is the day from which the members would be covered."""

    def __init__(
        self, definition: Definition, columns: Sequence[Column], *, today: dt.date, first_day: dt.date
    ) -> None:
        self.columns = [(column, column.item) for column in columns if column.item is not None]
        self.labels = {column.key: _labels(item) for column, item in self.columns}
        self.person_inputs = [item for item in definition.inputs if item.person and item.key != GROUP_SIZE]
        self.today, self.first_day = today, first_day

    def read(self, cells: Mapping[str, str]) -> MemberRow:
        """The member of a row.

        Raises:
            RowWrong: with every problem of the row.
        """
        problems: list[CellProblem] = []
        name = _name(cells.get(NAME, ""), problems)
        person = _person(cells.get(ID_NUMBER, ""), self.today, problems)
        facts = dict(self._facts(cells, problems))
        if person is not None:
            facts |= self._told_by(person, problems)
        if problems or person is None:
            raise RowWrong(problems)
        return MemberRow(name, person.number, facts)

    def _facts(self, cells: Mapping[str, str], problems: list[CellProblem]) -> dict[str, FactValue]:
        found = {}
        for column, item in self.columns:
            text = cells.get(column.key, "")
            try:
                found[column.key] = _fact(item, self.labels[column.key].get(folded(text), text))
            except FactsInvalid as invalid:
                problems += [_told(column.key, problem) for problem in invalid.problems.values()]
        return found

    def _told_by(self, person: ResidentId, problems: list[CellProblem]) -> dict[str, FactValue]:
        """The facts the identity number tells: age on the first day of cover, sex."""
        facts: dict[str, FactValue] = {}
        for item in self.person_inputs:
            value: int | str = age_on(person.birth_date, self.first_day) if item.person == "age" else person.sex
            try:
                facts[item.key] = read_fact(item, value)
            except FactsInvalid:
                bounds = {"value": value, "low": item.minimum, "high": item.maximum}
                problems.append(CellProblem(ID_NUMBER, f"{item.person}_outside", bounds))
        return facts


def _labels(item: Input) -> dict[str, str]:
    """Words of an option in either language -> its value, so that a file may be written in words."""
    return {folded(words): option.text for option in item.options for words in option.label.as_dict().values()}


def _fact(item: Input, text: str) -> FactValue:
    if not text:
        raise FactsInvalid({item.key: Problem("required")})
    return read_fact(item, text)


def _told(column: str, problem: Problem) -> CellProblem:
    return CellProblem(column, problem.code, dict(problem.values))


def _name(text: str, problems: list[CellProblem]) -> str:
    try:
        return read_name(text)
    except DetailInvalid as invalid:
        problems.append(CellProblem(NAME, f"name_{invalid.code}", {}))
        return ""


def _person(text: str, today: dt.date, problems: list[CellProblem]) -> ResidentId | None:
    if not text:
        problems.append(CellProblem(ID_NUMBER, "required", {}))
        return None
    try:
        return read_resident_id(text, today=today)
    except ResidentIdInvalid as invalid:
        rounded = invalid.code == "check_digit" and text.strip().endswith(ROUNDED)
        problems.append(CellProblem(ID_NUMBER, "id_rounded" if rounded else f"id_{invalid.code}", {}))
        return None
