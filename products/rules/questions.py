"""Questions of the application: typed, and asked only when their conditions hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from insureweb.kernel.localized import Localized
from products.rules.figures import FactValue
from products.rules.unary import Test

QUESTION_TYPES = (
    "boolean", "choice", "text", "integer", "decimal", "money", "date", "resident_id", "company_code", "plate", "vin",
    "address", "roster",
)  # fmt: skip
QUESTION_GROUPS = ("health", "details")
NUMBERS = ("integer", "decimal", "money")
# What a row of a roster may hold.
CELL_TYPES = tuple(type_ for type_ in QUESTION_TYPES if type_ != "roster")
# Types that came later than the page that asks a whole group at once.
OF_A_GROUP = ("boolean", "choice", "text")


@dataclass(frozen=True, slots=True)
class Option:
    """One allowed value of an input or answer, with its words."""

    value: FactValue
    label: Localized
    hint: Localized | None = None

    @property
    def text(self) -> str:
        """The value as a form or a stored fact carries it."""
        return str(self.value)


@dataclass(frozen=True, slots=True)
class Condition:
    """A question is asked when this input or earlier question of its group passes the test."""

    key: str
    type: str
    test: Test
    words: str

    def holds(self, values: Mapping[str, Any]) -> bool:
        """Whether the value passes; a value nobody gave does not."""
        value = values.get(self.key)
        if value is None or value == "":
            return False
        if self.type == "number":
            return self.test(Decimal(len(value)) if isinstance(value, list | tuple) else Decimal(str(value)))
        if self.type == "date" and isinstance(value, str):
            return self.test(dt.date.fromisoformat(value))
        return self.test(value)


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the application: health (yes or no first) or details.

    `earliest` and `latest` bound a date: a day, or "today"; `columns` are the cells of a roster's rows, `max_rows` the
    most rows it takes.
    """

    key: str
    group: str
    type: str
    text: Localized
    hint: Localized | None
    options: tuple[Option, ...]
    max_length: int
    required: bool
    unit: Localized | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    earliest: str = ""
    latest: str = ""
    when: tuple[Condition, ...] = ()
    columns: tuple[Question, ...] = ()
    max_rows: int = 0

    def is_asked(self, values: Mapping[str, Any]) -> bool:
        """Whether the conditions hold for these facts and answers."""
        return all(condition.holds(values) for condition in self.when)


def asked_of(
    questions: Iterable[Question], answers: Mapping[str, Any], facts: Mapping[str, Any]
) -> tuple[Question, ...]:
    """The questions asked, given the answers so far; an answer nobody asks for any more does not count."""
    values, asked = dict(facts), []
    for question in questions:
        if question.is_asked(values):
            asked.append(question)
            if question.key in answers:
                values[question.key] = answers[question.key]
    return tuple(asked)


def asks_one_by_one(questions: Iterable[Question]) -> bool:
    """True when a group is asked one question a page: a later question hangs on an earlier one, or one needs room."""
    return any(question.when or question.type not in OF_A_GROUP for question in questions)


def table_type(type_: str) -> str:
    """What a decision table calls an answer or input of this type; a roster counts by its rows."""
    if type_ in (*NUMBERS, "roster"):
        return "number"
    return type_ if type_ in ("boolean", "date") else "text"


def needs_facts(questions: Iterable[Question]) -> bool:
    """Whether any condition may look at an input."""
    return any(question.when for question in questions)
