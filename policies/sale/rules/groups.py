"""The groups of questions in an application: what is asked in each, what is answered, what comes next."""

from collections.abc import Mapping, MutableMapping
from typing import Any

from policies.sale.rules.journey import DETAILS, HEALTH, SUITABILITY
from products.rules.definition import Definition
from products.rules.questions import Question, asked_of

GROUPS = (HEALTH, DETAILS, SUITABILITY)
Stored = Mapping[str, Any]


def questions_of(definition: Definition, group: str) -> tuple[Question, ...]:
    """Every question a group may ask."""
    groups = {
        HEALTH: definition.health_questions,
        DETAILS: definition.detail_questions,
        SUITABILITY: definition.suitability,
    }
    return groups[group]


def answers_in(told: Stored, group: str) -> dict[str, Any]:
    """The answers of a group as they are stored."""
    part = told.get(group, {})
    return dict(part.get("questions", {}) if group == HEALTH else part)


def put_answers(told: MutableMapping[str, Any], group: str, answers: Mapping[str, Any], *, kind: str = "some") -> None:
    """Write the answers of a group into what is stored; `kind` says how the health declaration began."""
    told[group] = {"kind": kind, "questions": dict(answers)} if group == HEALTH else dict(answers)


def kept(questions: tuple[Question, ...], answers: Stored, facts: Stored) -> dict[str, Any]:
    """The answers to what is still asked; a change may have made a later question pointless."""
    return {one.key: answers[one.key] for one in asked_of(questions, answers, facts) if one.key in answers}


def first_open(questions: tuple[Question, ...], answers: Stored, facts: Stored) -> Question | None:
    """The first question asked and not answered."""
    return next((one for one in asked_of(questions, answers, facts) if one.key not in answers), None)


def following(questions: tuple[Question, ...], answers: Stored, facts: Stored, key: str) -> Question | None:
    """The question after this one; at the end the first one still open."""
    asked = asked_of(questions, answers, facts)
    later = [one.key for one in asked].index(key) + 1 if key in {one.key for one in asked} else len(asked)
    return asked[later] if later < len(asked) else first_open(questions, answers, facts)


def before(questions: tuple[Question, ...], answers: Stored, facts: Stored, key: str) -> Question | None:
    """The question in front of this one."""
    found = None
    for one in asked_of(questions, answers, facts):
        if one.key == key:
            return found
        found = one
    return None
