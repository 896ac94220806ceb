"""The pages of an application: for each step how it is read, what it shows, where its words are."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from insureweb.kernel.periods import business_date
from policies.offers.selectors import product_of
from policies.sale.forms import (
    NAMED,
    NO,
    NONE,
    OTHER,
    QUESTION_PREFIX,
    SOME,
    STATUTORY,
    YES,
    Answers,
    AnswersInvalid,
    read_beneficiary,
    read_consents,
    read_health,
    read_insured,
    read_questions,
)
from policies.sale.models import Application
from policies.sale.relationships import Relationship
from policies.sale.rules import journey
from policies.sale.rules.care import needs_a_person
from policies.sale.rules.interest import BENEFICIARIES, INSURABLE, MOST_NAMED, SELF
from policies.sale.selectors.pages import own_of, people_of
from products.rules.definition import Definition, Question

Raw = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Asking:
    """One question group of one application at one moment."""

    application: Application
    at: datetime

    @property
    def today(self) -> date:
        return business_date(self.at)

    @property
    def definition(self) -> Definition:
        return product_of(self.application.quote).definition


@dataclass(frozen=True, slots=True)
class StepPage:
    template: str
    read: Callable[[Asking, Raw], Answers]
    context: Callable[[Asking], dict[str, Any]]


# --- Who is insured ---


def _read_insured(asking: Asking, raw: Raw) -> Answers:
    people = people_of(asking.application.user)
    insures_people = asking.definition.insured == "person"
    answer = read_insured(raw, today=asking.today, own=people.own, known=people.by_key, insures_people=insures_people)
    return Answers(insured=answer)


def _insured_context(asking: Asking) -> dict[str, Any]:
    application, people = asking.application, people_of(asking.application.user)
    myself = f"{people.own.name} {people.own.id_number}" if people.own else ""
    choices = [(SELF, _("Myself"), myself)]
    choices += [(str(party.uuid), str(party.name), str(party.id_number)) for party in people.others]
    choices.append((OTHER, _("Somebody else"), _("Husband or wife, child, father or mother")))
    chosen = ""
    if application.insured is not None:
        chosen = SELF if application.insured == application.holder else str(application.insured.uuid)
    elif people.own:
        chosen = SELF
    return {
        "own": people.own,
        "insures_people": asking.definition.insured == "person",
        "who_choices": choices,
        "relationship_choices": _relationships(name for name in INSURABLE if name != SELF),
        "initial": {"insured": chosen, "relationship": application.relationship},
    }


def _relationships(names: Any) -> list[tuple[str, Any]]:
    return [(name, Relationship(name).label) for name in names]


# --- Questions ---


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    """A question as a page shows it: field name, words, equal answers."""

    name: str
    text: str
    hint: str
    kind: str
    options: list[tuple[Any, ...]]
    max_length: int
    value: str = ""
    error: Any = ""


def _shown(question: Question) -> ShownQuestion:
    kinds = {"boolean": "radio", "choice": "radio", "text": "textarea"}
    if question.type == "boolean":
        options: list[tuple[Any, ...]] = [(NO, _("No")), (YES, _("Yes"))]
    else:
        options = [(option.text, option.label, option.hint or "") for option in question.options]
    return ShownQuestion(
        name=QUESTION_PREFIX + question.key,
        text=str(question.text),
        hint=str(question.hint or ""),
        kind=kinds[question.type],
        options=options,
        max_length=question.max_length,
    )


def filled(questions: Sequence[ShownQuestion], raw: Raw, errors: Mapping[str, Any]) -> list[ShownQuestion]:
    """The questions with what was answered and what is wrong with it."""
    return [
        replace(question, value=raw.get(question.name, ""), error=errors.get(question.name, ""))
        for question in questions
    ]


def _initial(told: Mapping[str, Any]) -> dict[str, Any]:
    words = {True: YES, False: NO}
    return {QUESTION_PREFIX + key: words.get(value, value) for key, value in told.items()}


def _read_health(asking: Asking, raw: Raw) -> Answers:
    return Answers(health=read_health(raw, asking.definition, today=asking.today))


def _health_context(asking: Asking) -> dict[str, Any]:
    told = asking.application.read_answers().get(journey.HEALTH, {})
    return {
        "questions": [_shown(question) for question in asking.definition.health_questions],
        "choices": [
            (NONE, _("No"), _("None of these")),
            (SOME, _("Yes"), _("At least one; the next page asks which")),
        ],
        "initial": {"health": told.get("kind", ""), **_initial(told.get("questions", {}))},
    }


def _read_health_details(asking: Asking, raw: Raw) -> Answers:
    empty = {QUESTION_PREFIX + question.key: "" for question in asking.definition.health_questions}
    return Answers(health=read_health({**empty, **raw, "health": SOME}, asking.definition, today=asking.today))


def _read_details(asking: Asking, raw: Raw) -> Answers:
    return Answers(details=read_questions(raw, asking.definition.detail_questions, today=asking.today))


def _details_context(asking: Asking) -> dict[str, Any]:
    told = asking.application.read_answers().get(journey.DETAILS, {})
    return {
        "questions": [_shown(question) for question in asking.definition.detail_questions],
        "initial": _initial(told),
    }


def _read_suitability(asking: Asking, raw: Raw) -> Answers:
    return Answers(suitability=read_questions(raw, asking.definition.suitability, today=asking.today))


def _suitability_context(asking: Asking) -> dict[str, Any]:
    application = asking.application
    told, holder = application.read_answers().get(journey.SUITABILITY, {}), own_of(application)
    age = asking.today.year - holder.birth_date.year if holder and holder.birth_date else 0
    return {
        "questions": [_shown(question) for question in asking.definition.suitability],
        "initial": _initial(told),
        "call_first": needs_a_person(age, asking.today),
    }


# --- Who receives the money ---


def _read_beneficiary(asking: Asking, raw: Raw) -> Answers:
    return Answers(beneficiary=read_beneficiary(raw, today=asking.today))


def _beneficiary_context(asking: Asking) -> dict[str, Any]:
    told = asking.application.read_answers().get(journey.BENEFICIARY, {})
    return {
        "choices": [
            (
                STATUTORY,
                _("My family by law"),
                _("Husband or wife, children and parents share equally; nothing to fill in"),
            ),
            (NAMED, _("People I name"), _("You name up to three, with their shares")),
        ],
        "initial": {"beneficiary": told.get("kind", "")},
    }


def _read_people(asking: Asking, raw: Raw) -> Answers:
    return Answers(beneficiary=read_beneficiary({"b1_name": "", **raw, "beneficiary": NAMED}, today=asking.today))


def _people_context(asking: Asking) -> dict[str, Any]:
    return {
        "relationship_choices": [("", _("Choose")), *_relationships(BENEFICIARIES)],
        "initial": {"b1_share": "100"},
    }


def people_rows(raw: Raw, errors: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows in which beneficiaries are named: for each part its field, value and error."""
    rows = []
    for number in range(1, MOST_NAMED + 1):
        names = {part: f"b{number}_{part}" for part in ("name", "id_number", "relationship", "share")}
        cells = {
            part: {"name": name, "value": raw.get(name, ""), "error": errors.get(name, "")}
            for part, name in names.items()
        }
        rows.append({"number": number, **cells})
    return rows


STEP_PAGES: dict[str, StepPage] = {
    journey.INSURED: StepPage("policies/apply/insured.html", _read_insured, _insured_context),
    journey.HEALTH: StepPage("policies/apply/health.html", _read_health, _health_context),
    journey.HEALTH_DETAILS: StepPage("policies/apply/health_details.html", _read_health_details, _health_context),
    journey.DETAILS: StepPage("policies/apply/questions.html", _read_details, _details_context),
    journey.SUITABILITY: StepPage("policies/apply/suitability.html", _read_suitability, _suitability_context),
    journey.BENEFICIARY: StepPage("policies/apply/beneficiary.html", _read_beneficiary, _beneficiary_context),
    journey.BENEFICIARY_PEOPLE: StepPage("policies/apply/beneficiaries.html", _read_people, _people_context),
}


def read_everything(asking: Asking, raw: Raw) -> tuple[Answers, tuple[str, ...]]:
    """Every step and the consents from one form.

    Raises:
        AnswersInvalid: with the problems of all steps together.
    """
    parts: dict[str, Any] = {}
    errors: dict[str, Any] = {}
    for step in journey.steps_of(asking.definition):
        if step == journey.CHECK:
            continue
        try:
            answers = STEP_PAGES[step].read(asking, raw)
        except AnswersInvalid as invalid:
            errors |= invalid.errors
        else:
            parts[step] = getattr(answers, step)
    consents: tuple[str, ...] = ()
    try:
        consents = read_consents(raw, product_of(asking.application.quote))
    except AnswersInvalid as invalid:
        errors |= invalid.errors
    if errors:
        raise AnswersInvalid(errors)
    return Answers(**parts), consents


def element_id(name: str, definition: Definition) -> str:
    """The id of a field's first control, for the error summary."""
    radios = {"insured", "health", "beneficiary"}
    asked = (*definition.questions, *definition.suitability)
    radios |= {QUESTION_PREFIX + question.key for question in asked if question.type != "text"}
    return f"id_{name}_0" if name in radios else f"id_{name}"
