"""The answers of an application as the person checks them, each group with its step."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from customers.models import Party
from insureweb.kernel.sealed import MASKS
from insureweb.kernel.templatetags.house import day_text
from policies.sale.forms import STATUTORY
from policies.sale.models import Application
from policies.sale.relationships import Relationship
from policies.sale.rules import journey
from policies.sale.rules.groups import GROUPS, answers_in, questions_of
from policies.sale.rules.interest import STAFF
from policies.sale.selectors.pages import step_title
from products.compiled import CompiledProduct
from products.rules.definition import Definition, Question
from products.rules.platform_facts import GROUP_SIZE


@dataclass(frozen=True, slots=True)
class Group:
    """One step with its answers; `change` names the page that asks them."""

    title: str
    change: str
    rows: list[tuple[str, Any]]


def answered(application: Application, product: CompiledProduct) -> list[Group]:
    """Every group in the order of the steps."""
    told, definition = application.read_answers(), product.definition
    rows = {
        journey.INSURED: lambda: _people(application, told),
        journey.BENEFICIARY: lambda: _beneficiaries(told[journey.BENEFICIARY]),
    }
    for group in GROUPS:
        rows[group] = partial(group_rows, definition, group, told)
    steps = [step for step in journey.steps_of(definition) if step in rows]
    groups = [Group(step_title(definition, step), step, rows[step]()) for step in steps]
    return [group for group in groups if group.rows]


def _people(application: Application, told: dict[str, Any]) -> list[tuple[str, Any]]:
    rows = [(_("Policyholder"), _masked(application.holder))]
    if application.relationship == STAFF:
        members = application.quote.facts[GROUP_SIZE]
        return [
            *rows,
            (_("Contact"), f"{told[journey.INSURED]['contact']} {application.holder.phone}"),
            (_("Insured"), _("%(members)s people of the roster") % {"members": members}),
        ]
    if application.relationship != "self":
        rows.append((str(Relationship(application.relationship).label), _masked(application.insured)))
    return rows + evidence_rows(told)


def evidence_rows(told: dict[str, Any]) -> list[tuple[str, Any]]:
    """What was told of somebody beyond the nearest, where the law asks for more than the relation."""
    words = {
        "is_supported": _("One of you raises, keeps or looks after the other"),
        "has_agreed": _("The insured agrees that you take out the insurance"),
    }
    evidence = told.get(journey.INSURED, {})
    return [(label, yes_or_no(evidence[part])) for part, label in words.items() if part in evidence]


def _masked(party: Party) -> str:
    return f"{party.name} {party.id_number}"


def group_rows(definition: Definition, group: str, told: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Questions of a group with their answers, and what is worked out from these."""
    questions, answers = questions_of(definition, group), answers_in(told, group)
    rows = [
        (str(question.text), answer_words(question, answers.get(question.key)))
        for question in questions
        if question.key in answers or not question.when
    ]
    of_group = [one for one in definition.derived if one.sources <= answers.keys()]
    return rows + [(str(one.label), str(one.value(answers))) for one in of_group]


def _beneficiaries(told: dict[str, Any]) -> list[tuple[str, Any]]:
    if told["kind"] == STATUTORY:
        return [(_("Death benefit goes to"), _("My family by law"))]
    parties = Party.objects.in_bulk([person["party"] for person in told["people"]])
    return [
        (str(Relationship(person["relationship"]).label), f"{parties[person['party']].name} {person['share']}%")
        for person in told["people"]
    ]


def yes_or_no(answer: bool) -> str:
    return _("Yes") if answer else _("No")


def answer_words(question: Question, answer: Any) -> str:
    """An answer as the reader sees it."""
    if isinstance(answer, bool):
        return yes_or_no(answer)
    if isinstance(answer, list):
        return "; ".join(
            ", ".join(answer_words(column, row.get(column.key)) for column in question.columns) for row in answer
        )
    if question.type == "resident_id" and answer:
        return MASKS["identity"](answer)
    option = next((option for option in question.options if option.text == answer), None)
    if option:
        return str(option.label)
    if question.type == "date" and answer:
        return day_text(date.fromisoformat(answer))
    return f"{answer or ''} {question.unit or ''}".strip()
