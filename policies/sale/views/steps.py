"""The pages of an application: for each step how it is read, what it shows, where its words are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from insureweb.kernel.periods import business_date
from policies.offers.rosters.rules.columns import is_group
from policies.offers.rules.care import needs_a_person
from policies.offers.selectors import product_of
from policies.sale.forms import (
    NAMED,
    NONE,
    OTHER,
    QUESTION_PREFIX,
    SOME,
    STATUTORY,
    YES,
    Answers,
    AnswersInvalid,
    none_of,
    others_insurable,
    read_beneficiary,
    read_company,
    read_consents,
    read_health,
    read_insured,
    read_questions,
)
from policies.sale.models import Application
from policies.sale.relationships import Relationship
from policies.sale.rules import journey
from policies.sale.rules.groups import GROUPS, answers_in, before, first_open, following, questions_of
from policies.sale.rules.interest import BENEFICIARIES, MOST_NAMED, SELF
from policies.sale.selectors.pages import own_of, people_of
from policies.sale.services.answers import price_facts
from policies.sale.views.questions import first_control, initial_of, shown
from products.regions import provinces
from products.rules.definition import INSURABLE_INTEREST, Definition
from products.rules.questions import Question, asked_of, asks_one_by_one
from products.selectors import needs_region

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

    @property
    def facts(self) -> Raw:
        """The facts of the price, when a question looks at them."""
        return price_facts(self.application)


@dataclass(frozen=True, slots=True)
class StepPage:
    template: str
    read: Callable[[Asking, Raw], Answers]
    context: Callable[[Asking], dict[str, Any]]


# --- Who is insured ---


def _read_insured(asking: Asking, raw: Raw) -> Answers:
    if is_group(asking.definition):
        regions = [code for code, _name in _region_choices(asking.application)]
        return Answers(insured=read_company(raw, today=asking.today, regions=regions))
    people = people_of(asking.application.user)
    insures_people = asking.definition.insured == "person"
    answer = read_insured(
        raw,
        today=asking.today,
        own=people.own,
        known=people.by_key,
        insures_people=insures_people,
        weighs_interest=_weighs_interest(asking),
        regions=[code for code, _name in _region_choices(asking.application)],
    )
    return Answers(insured=answer)


def _weighs_interest(asking: Asking) -> bool:
    return INSURABLE_INTEREST in asking.definition.gates


def _region_choices(application: Application) -> list[tuple[str, Any]]:
    """The provinces, when it makes a difference where the policyholder lives."""
    return list(provinces().items()) if needs_region(application.quote.product_version) else []


def _company_context(asking: Asking) -> dict[str, Any]:
    """A company known already has to type its code again: it is shown masked."""
    application = asking.application
    contact = application.read_answers().get(journey.INSURED, {}).get("contact", "")
    return {
        "company": application.holder,
        "is_group": True,
        "insures_people": False,
        "regions": [("", _("Choose")), *regions] if (regions := _region_choices(application)) else [],
        "initial": {"contact_name": contact, "region": application.region},
    }


def _insured_context(asking: Asking) -> dict[str, Any]:
    if is_group(asking.definition):
        return _company_context(asking)
    application, people = asking.application, people_of(asking.application.user)
    myself = f"{people.own.name} {people.own.id_number}" if people.own else ""
    choices = [(SELF, _("Myself"), myself)]
    choices += [(str(party.uuid), str(party.name), str(party.id_number)) for party in people.others]
    somebody = _("A relative, or somebody who agrees to it")
    if not _weighs_interest(asking):
        somebody = _("Husband or wife, child, father or mother")
    choices.append((OTHER, _("Somebody else"), somebody))
    told = application.quote.household_relationship
    if application.insured is not None:
        chosen = SELF if application.insured == application.holder else str(application.insured.uuid)
    elif told in {"", SELF}:
        chosen = SELF if people.own else ""
    else:
        chosen = OTHER
    return {
        "own": people.own,
        "insures_people": asking.definition.insured == "person",
        "who_choices": choices,
        "relationship_choices": _relationships(others_insurable(_weighs_interest(asking))),
        "weighs_interest": _weighs_interest(asking),
        "regions": [("", _("Choose")), *regions] if (regions := _region_choices(application)) else [],
        "initial": {
            "insured": chosen,
            "relationship": application.relationship or told,
            "region": application.region,
            **_evidence_told(application),
        },
    }


def _evidence_told(application: Application) -> dict[str, str]:
    told = application.read_answers().get(journey.INSURED, {})
    fields = {"is_supported": "insured_supported", "has_agreed": "insured_agrees"}
    return {field: YES for part, field in fields.items() if told.get(part)}


def _relationships(names: Any) -> list[tuple[str, Any]]:
    return [(name, Relationship(name).label) for name in names]


# --- Questions, a group a page ---


def _read_health(asking: Asking, raw: Raw) -> Answers:
    return Answers(health=read_health(raw, asking.definition, today=asking.today, facts=asking.facts))


def _health_context(asking: Asking) -> dict[str, Any]:
    told = asking.application.read_answers().get(journey.HEALTH, {})
    questions = asking.definition.health_questions
    listed = none_of(questions, asking.facts)
    return {
        "questions": [shown(question) for question in questions if question.key in listed],
        "choices": [
            (NONE, _("No"), _("None of these")),
            (SOME, _("Yes"), _("At least one; the next page asks which")),
        ],
        "initial": {"health": told.get("kind", ""), **initial_of(told.get("questions", {}))},
    }


def _read_health_details(asking: Asking, raw: Raw) -> Answers:
    empty = {QUESTION_PREFIX + question.key: "" for question in asking.definition.health_questions}
    raw = {**empty, **raw, "health": SOME}
    return Answers(health=read_health(raw, asking.definition, today=asking.today, facts=asking.facts))


def _read_group(asking: Asking, raw: Raw, group: str) -> Answers:
    questions = questions_of(asking.definition, group)
    answers = read_questions(raw, questions, today=asking.today, facts=asking.facts)
    return Answers(details=answers) if group == journey.DETAILS else Answers(suitability=answers)


def _group_context(asking: Asking, group: str) -> dict[str, Any]:
    told = answers_in(asking.application.read_answers(), group)
    questions = [shown(question) for question in questions_of(asking.definition, group)]
    return {"questions": questions, "initial": initial_of(told)}


def _suitability_context(asking: Asking) -> dict[str, Any]:
    holder = own_of(asking.application)
    age = asking.today.year - holder.birth_date.year if holder and holder.birth_date else 0
    call_first = needs_a_person(age, asking.today)
    return {**_group_context(asking, journey.SUITABILITY), "call_first": call_first}


# --- Question by question ---


def group_of(step: str) -> str:
    """The group a page asks; empty for pages about people, prices and consents."""
    group = journey.INNER.get(step, step)
    return group if group in GROUPS and step != journey.HEALTH else ""


def one_by_one(asking: Asking, step: str) -> bool:
    """Whether this page shows one question of its group at a time."""
    group = group_of(step)
    return bool(group) and asks_one_by_one(questions_of(asking.definition, group))


def question_now(asking: Asking, step: str, key: str) -> Question | None:
    """The question the address names, when it is asked; otherwise the first open one, or the first of all."""
    questions, told = _group(asking, step)
    asked = asked_of(questions, told, asking.facts)
    named = next((question for question in asked if question.key == key), None)
    return named or first_open(questions, told, asking.facts) or next(iter(asked), None)


def question_after(asking: Asking, step: str, key: str) -> str:
    """The key of the question that follows in the group; empty at its end."""
    questions, told = _group(asking, step)
    later = following(questions, told, asking.facts, key)
    return later.key if later else ""


def question_context(asking: Asking, step: str, question: Question) -> dict[str, Any]:
    """What the page of one question shows."""
    questions, told = _group(asking, step)
    earlier = before(questions, told, asking.facts, question.key)
    asked = [one.key for one in asked_of(questions, told, asking.facts)]
    return {
        "questions": [shown(question)],
        "question_key": question.key,
        "number": asked.index(question.key) + 1 if question.key in asked else 1,
        "previous": earlier.key if earlier else "",
        "initial": initial_of(told),
    }


def _group(asking: Asking, step: str) -> tuple[tuple[Question, ...], dict[str, Any]]:
    group = group_of(step)
    return questions_of(asking.definition, group), answers_in(asking.application.read_answers(), group)


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
    journey.DETAILS: StepPage(
        "policies/apply/questions.html",
        partial(_read_group, group=journey.DETAILS),
        partial(_group_context, group=journey.DETAILS),
    ),
    journey.SUITABILITY: StepPage(
        "policies/apply/suitability.html", partial(_read_group, group=journey.SUITABILITY), _suitability_context
    ),
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
    for question in (*definition.questions, *definition.suitability):
        if name == QUESTION_PREFIX + question.key:
            return first_control(name, question)
    return f"id_{name}_0" if name in {"insured", "health", "beneficiary"} else f"id_{name}"
