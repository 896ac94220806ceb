"""Saving answers as they are given. The insured's identity decides age and sex; another price needs the buyer's yes."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from customers.models import Party
from customers.selectors import own_party
from customers.services.parties import record_company, record_person
from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.context import use_case
from insureweb.kernel.periods import age_on
from policies.contract.rules.period import first_day_of_cover
from policies.offers.rosters.rules.columns import is_group
from policies.offers.selectors import product_of
from policies.offers.services import reprice_quote
from policies.sale.checks import check_open_for_answers
from policies.sale.forms import (
    NAMED,
    QUESTION_PREFIX,
    Answers,
    AnswersInvalid,
    BeneficiaryAnswer,
    CompanyAnswer,
    InsuredAnswer,
    OneAnswer,
    Person,
)
from policies.sale.models import Application
from policies.sale.rules import journey
from policies.sale.rules.groups import GROUPS, answers_in, first_open, kept, put_answers, questions_of
from policies.sale.rules.interest import SELF, STAFF, WITH_EVIDENCE
from policies.sale.services.gates import check_insurable_interest, check_minor_death_cap
from policies.sale.services.locking import lock_application
from products.rules.answers import answers_as_json
from products.rules.definition import DECLARED_ELSEWHERE
from products.rules.facts import FactsInvalid
from products.rules.questions import asked_of, needs_facts
from products.rules.regions import ALL_REGIONS
from products.selectors import ProductNotOnSale, check_sold_in


@use_case
def save_answers(*, application: Application, answers: Answers, by: Actor, at: datetime) -> Application:
    """Write down any part of the answers; one call may carry all of them.

    Raises:
        Refused: the application is not open for answers, or a person cannot be recorded.
        AnswersInvalid: the insured is not insurable under this product or by this policyholder.
    """
    locked = lock_application(application)
    write_answers(locked, answers, by=by, at=at)
    return locked


def write_answers(locked: Application, answers: Answers, *, by: Actor, at: datetime) -> None:
    """As `save_answers`, for an application whose row the caller holds."""
    check_open_for_answers(locked, at)
    told = locked.read_answers()
    if isinstance(answers.insured, CompanyAnswer):
        _save_company(locked, told, answers.insured, by=by, at=at)
    elif answers.insured is not None:
        _save_people(locked, told, answers.insured, by=by, at=at)
    _save_questions(locked, told, answers, at)
    settle_groups(locked, told, at)
    if answers.beneficiary is not None:
        _save_beneficiary(locked, told, answers.beneficiary, by=by, at=at)
    locked.answers = json.dumps(told, ensure_ascii=False)
    _check_declared(locked, answers, at)
    locked.save(
        update_fields=[
            "answers", "saved", "holder", "insured", "relationship", "region", "quote", "proposed_quote", "premium",
            "expires_at",
        ]
    )  # fmt: skip


def _save_people(application: Application, told: dict, answer: InsuredAnswer, *, by: Actor, at: datetime) -> None:
    _save_region(application, answer.region, at)
    before = (application.insured_id, application.relationship)
    holder = _recorded(application, answer.holder, "holder", is_self=True, by=by, at=at)
    application.holder = holder or answer.own or own_party(application.user)
    if application.holder is None:
        raise AnswersInvalid({"holder_name": _("Enter your own name and ID number first.")})
    if answer.relationship == SELF:
        application.insured = application.holder
    else:
        application.insured = answer.known or _recorded(application, answer.insured, "insured", by=by, at=at)
    application.relationship = answer.relationship
    told.pop(journey.INSURED, None)
    if answer.relationship in WITH_EVIDENCE:
        told[journey.INSURED] = {"is_supported": answer.is_supported, "has_agreed": answer.has_agreed}
    _check_interest(application, told, at)
    fit_price_to_person(application, by=by, at=at)
    _forget_if_other(application, told, before)
    application.saved[journey.INSURED] = at.isoformat()


def _save_company(application: Application, told: dict, answer: CompanyAnswer, *, by: Actor, at: datetime) -> None:
    """The company holds the contract and stands for the insured, who are the people of its roster."""
    if not is_group(product_of(application.quote).definition):
        raise Refused("no_group_product", _("This product insures one person."))
    _save_region(application, answer.region, at)
    before = (application.insured_id, application.relationship)
    company = record_company(
        owner=application.user, name=answer.name, company_code=answer.company_code, phone=answer.phone, by=by, at=at
    )
    application.holder = application.insured = company
    application.relationship = STAFF
    told[journey.INSURED] = {"contact": answer.contact}
    _forget_if_other(application, told, before)
    application.saved[journey.INSURED] = at.isoformat()


def _forget_if_other(application: Application, told: dict, before: tuple[int | None, str]) -> None:
    """Health was declared, and beneficiaries named, for somebody else."""
    if before[0] and before != (application.insured_id, application.relationship):
        for step in (journey.HEALTH, journey.DETAILS, journey.BENEFICIARY):
            application.saved.pop(step, None)
            told.pop(step, None)


def _save_region(application: Application, region: str, at: datetime) -> None:
    application.region = region
    if region == ALL_REGIONS:
        return
    try:
        check_sold_in(application.quote.product_version, region, at)
    except ProductNotOnSale as refusal:
        raise AnswersInvalid({"region": refusal.message}) from refusal


def _recorded(
    application: Application, person: Person | None, prefix: str, *, is_self: bool = False, by: Actor, at: datetime
) -> Party | None:
    if person is None:
        return None
    try:
        return record_person(
            owner=application.user,
            name=person.name,
            id_number=person.id_number,
            phone=person.phone,
            is_self=is_self,
            by=by,
            at=at,
        )
    except Refused as refusal:
        raise AnswersInvalid({f"{prefix}_{refusal.field or 'name'}": refusal.message}) from refusal


def _check_interest(application: Application, told: dict, at: datetime) -> None:
    """Said at once, at the field where it can be mended."""
    if is_group(product_of(application.quote).definition):
        raise AnswersInvalid({"company_name": _("A company takes out this product for its staff.")})
    try:
        check_insurable_interest(application, told, at)
    except Refused as refusal:
        raise AnswersInvalid({refusal.field: refusal.message}) from refusal


def fit_price_to_person(application: Application, *, by: Actor, at: datetime) -> None:
    """Price the quote for the insured's own age on the first day of cover and sex; the fields of `application` change.
    A group's price stands on the ages its roster was priced with.

    The same total takes effect at once; another one waits in `proposed_quote` for the buyer's yes.

    Raises:
        AnswersInvalid: the product does not take a person of this age or sex.
    """
    application.proposed_quote = None
    product = product_of(application.quote)
    if is_group(product.definition):
        return
    own = {
        "age": str(age_on(application.insured.birth_date, first_day_of_cover(at))),
        "sex": application.insured.sex,
    }
    changed = {
        item.key: own[item.person]
        for item in product.definition.inputs
        if item.person in own and application.quote.facts[item.key] != own[item.person]
    }
    if not changed:
        return
    try:
        quote = reprice_quote(quote=application.quote, changed_facts=changed, user=application.user, by=by, at=at)
    except FactsInvalid as invalid:
        raise AnswersInvalid(
            {_person_field(application): _cannot_insure(product.definition.entry_age, own)}
        ) from invalid
    if quote.total == application.quote.total:
        take_quote(application, quote)
    else:
        application.proposed_quote = quote


def take_quote(application: Application, quote: Any) -> None:
    """Let the application stand on another quote."""
    application.quote, application.proposed_quote = quote, None
    application.premium, application.currency = quote.total, quote.currency
    application.expires_at = quote.expires_at


def _person_field(application: Application) -> str:
    return "insured" if application.relationship == SELF else "insured_id_number"


def _cannot_insure(entry_age: tuple[int, int] | None, own: dict[str, str]) -> Any:
    if entry_age is None:
        return _("This product has no price for this person’s age or sex.")
    words = _("On the first day of cover this person is %(age)s. This product is for ages %(lowest)s to %(highest)s.")
    return words % {"age": own["age"], "lowest": entry_age[0], "highest": entry_age[1]}


def price_facts(application: Application) -> Mapping[str, Any]:
    """The typed facts of the application's price; none when no question of the product looks at them."""
    product, quote = product_of(application.quote), application.quote
    definition = product.definition
    if not needs_facts((*definition.questions, *definition.suitability)):
        return {}
    return product.read_facts(quote.facts, quote.plan)


def _save_questions(application: Application, told: dict, answers: Answers, at: datetime) -> None:
    if answers.health is not None:
        declared = answers_as_json(answers.health.questions or {})
        put_answers(told, journey.HEALTH, declared, kind=answers.health.kind)
        application.saved.pop(journey.HEALTH, None)
        if answers.health.questions is not None:
            _mark_saved(application, told, journey.HEALTH, at)
    for group, given in ((journey.DETAILS, answers.details), (journey.SUITABILITY, answers.suitability)):
        if given is not None:
            put_answers(told, group, answers_as_json(given))
            _mark_saved(application, told, group, at)
    if answers.one is not None:
        _save_one(application, told, answers.one, at)


def _save_one(application: Application, told: dict, one: OneAnswer, at: datetime) -> None:
    """One answer of a group; answers to questions it makes pointless go."""
    given = answers_in(told, one.group) | answers_as_json({one.key: one.value})
    questions = questions_of(product_of(application.quote).definition, one.group)
    put_answers(told, one.group, kept(questions, given, price_facts(application)))
    _mark_saved(application, told, one.group, at)


def _mark_saved(application: Application, told: dict, group: str, at: datetime) -> None:
    """A group counts as answered when nothing asked in it is open."""
    questions = questions_of(product_of(application.quote).definition, group)
    if first_open(questions, answers_in(told, group), price_facts(application)) is None:
        application.saved[group] = at.isoformat()
    else:
        application.saved.pop(group, None)


def settle_groups(application: Application, told: Mapping[str, Any], at: datetime) -> None:
    """Other facts may ask for more in a group, or for nothing at all; a group that asks nothing is answered."""
    definition = product_of(application.quote).definition
    if not needs_facts((*definition.questions, *definition.suitability)):
        return
    facts = price_facts(application)
    for group in GROUPS:
        questions, given = questions_of(definition, group), answers_in(told, group)
        if group in application.saved and first_open(questions, given, facts) is not None:
            application.saved.pop(group)
        elif questions and not asked_of(questions, given, facts):
            application.saved[group] = at.isoformat()


def _check_declared(application: Application, answers: Answers, at: datetime) -> None:
    """Cover declared elsewhere may leave no room; said at once, at its question."""
    said = answers.one.key if answers.one else ""
    if said != DECLARED_ELSEWHERE and DECLARED_ELSEWHERE not in (answers.details or {}):
        return
    try:
        check_minor_death_cap(application, at)
    except Refused as refusal:
        raise AnswersInvalid({f"{QUESTION_PREFIX}{DECLARED_ELSEWHERE}": refusal.message}) from refusal


def _save_beneficiary(
    application: Application, told: dict, answer: BeneficiaryAnswer, *, by: Actor, at: datetime
) -> None:
    people = []
    for index, named in enumerate(answer.people or (), start=1):
        party = _recorded(application, named.person, f"b{index}", by=by, at=at)
        if party is None or party.pk == application.insured_id:
            words = _("The insured cannot receive their own death benefit. Name somebody else.")
            raise AnswersInvalid({f"b{index}_id_number": words})
        people.append(
            {"party": party.pk, "relationship": named.relationship, "share": format(named.share_percent, "f")}
        )
    told[journey.BENEFICIARY] = {"kind": answer.kind, "people": people}
    application.saved.pop(journey.BENEFICIARY, None)
    if answer.kind != NAMED or people:
        application.saved[journey.BENEFICIARY] = at.isoformat()


@use_case
def accept_new_price(*, application: Application, by: Actor, at: datetime) -> Application:
    """The buyer agrees to the price for the insured's real age. A second time changes nothing.

    Raises:
        Refused: the application is not open for answers.
    """
    locked = lock_application(application)
    check_open_for_answers(locked, at)
    if locked.proposed_quote_id is not None:
        take_quote(locked, locked.proposed_quote)
        settle_groups(locked, locked.read_answers(), at)
        locked.save(update_fields=["quote", "proposed_quote", "premium", "currency", "expires_at", "saved"])
    return locked
