"""Submitting: consents are kept, the product's table decides at once, an accepted sale gets its order."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from customers.services.consents import ConsentItem, record_consents
from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.context import use_case
from insureweb.kernel.money import Money
from insureweb.kernel.outbox import publish
from insureweb.kernel.periods import age_on, business_date
from insureweb.kernel.states import transition
from policies.contract.rules.period import first_day_of_cover
from policies.contract.selectors import death_sum_in_force
from policies.events import ApplicationSubmitted
from policies.offers.rosters.rules.columns import is_group
from policies.offers.rules.care import needs_a_person
from policies.offers.selectors import product_of
from policies.sale.checks import check_open_for_answers
from policies.sale.forms import Answers
from policies.sale.models import Application
from policies.sale.rules import journey
from policies.sale.rules.groups import GROUPS, answers_in, questions_of
from policies.sale.selectors.sums import sum_at_risk
from policies.sale.selectors.texts import consent_hash
from policies.sale.services.answers import fit_price_to_person, write_answers
from policies.sale.services.applications import SUBJECT
from policies.sale.services.gates import check_insurable_interest, check_minor_death_cap
from policies.sale.services.locking import lock_application
from policies.sale.services.orders import new_order, order_for
from policies.sale.states import APPLICATION_MACHINE, ApplicationState
from policies.underwriting.models import UnderwritingDecision
from policies.underwriting.services import decide_by_table, open_referral
from policies.underwriting.states import Outcome
from products.compiled import CompiledProduct
from products.rules.answers import answers_as_facts

STATE_AFTER = {
    Outcome.ACCEPT: ApplicationState.ACCEPTED,
    Outcome.LOAD: ApplicationState.OFFERED,
    Outcome.EXCLUDE: ApplicationState.OFFERED,
    Outcome.REFER: ApplicationState.REFERRED,
    Outcome.POSTPONE: ApplicationState.POSTPONED,
    Outcome.DECLINE: ApplicationState.DECLINED,
}
CALL_FIRST = _(
    "The policyholder is 65 or older, so a person calls first to make sure this cover is understood and wanted."
)
EXISTING_SUM = "existing_sum_insured"


@use_case
def submit_application(
    *, application: Application, consents: tuple[str, ...], language: str, by: Actor, at: datetime
) -> Application:
    """Hand in the application. A second time gives back what became of the first.

    When the insured has had a birthday the application stays a draft with the new price in `proposed_quote`.

    Raises:
        Refused: something is not answered, a consent is missing, or the price is no longer held.
    """
    return hand_in(lock_application(application), consents, language, by=by, at=at)


def hand_in(locked: Application, consents: tuple[str, ...], language: str, *, by: Actor, at: datetime) -> Application:
    """As `submit_application`, for an application whose row the caller holds."""
    if locked.state != ApplicationState.DRAFT:
        return locked
    check_open_for_answers(locked, at)
    product = product_of(locked.quote)
    check_complete(locked, product, consents)
    check_insurable_interest(locked, locked.read_answers(), at)
    check_minor_death_cap(locked, at)
    fit_price_to_person(locked, by=by, at=at)
    if locked.proposed_quote_id is not None:
        locked.save(update_fields=["proposed_quote"])
        return locked
    _keep_consents(locked, product, consents, language, by=by, at=at)
    decision = _decide(locked, product, by=by, at=at)
    apply_decision(locked, decision, by=by, at=at, submitted_at=at, quote=locked.quote, expires_at=locked.expires_at)
    code = product.definition.code
    publish(ApplicationSubmitted(application_no=locked.no, product_code=code, outcome=str(decision.outcome)), at=at)
    if locked.state == ApplicationState.ACCEPTED:
        new_order(locked, by=by, at=at)
    return locked


@use_case
def apply_in_full(
    *,
    application: Application,
    answers: Answers,
    consents: tuple[str, ...],
    language: str,
    by: Actor,
    at: datetime,
) -> Application:
    """Every answer and the submission in one go; a draft comes back when a new price waits for a yes.

    Raises:
        Refused, AnswersInvalid: as `save_answers` and `submit_application`; nothing is kept then.
    """
    locked = lock_application(application)
    if locked.state != ApplicationState.DRAFT:
        return locked
    write_answers(locked, answers, by=by, at=at)
    steps = journey.steps_of(product_of(locked.quote).definition)
    if locked.proposed_quote_id is not None or journey.next_open(steps, locked.saved) != journey.CHECK:
        return locked
    return hand_in(locked, consents, language, by=by, at=at)


def check_complete(application: Application, product: CompiledProduct, consents: tuple[str, ...]) -> None:
    """Raises `Refused`: a question group or a consent is missing, or a new price waits for a yes."""
    steps = journey.steps_of(product.definition)
    missing = journey.next_open(steps, application.saved)
    if missing != journey.CHECK:
        raise Refused("not_complete", _("Some questions are still open."), field=missing)
    if application.proposed_quote_id is not None:
        raise Refused("price_open", _("Look at the new price first."), field=journey.PRICE)
    if set(consents) != {consent.key for consent in product.consents}:
        raise Refused("consents_missing", _("Every statement has to be read and ticked."), field=journey.CHECK)


def _keep_consents(
    application: Application, product: CompiledProduct, keys: tuple[str, ...], language: str, *, by: Actor, at: datetime
) -> None:
    items = [
        ConsentItem(consent.key, consent.version, consent_hash(product, consent, language), language)
        for consent in product.consents
        if consent.key in keys
    ]
    if items:
        record_consents(
            user=application.user, items=items, subject_kind=SUBJECT, subject_no=application.no, by=by, at=at
        )


def _decide(application: Application, product: CompiledProduct, *, by: Actor, at: datetime) -> UnderwritingDecision:
    born = application.holder.birth_date
    calls_first = born is not None and needs_a_person(age_on(born, first_day_of_cover(at)), business_date(at))
    return decide_by_table(
        subject_kind=SUBJECT,
        subject_no=application.no,
        version=application.quote.product_version,
        facts=underwriting_facts(application, product, at),
        needs_a_person=CALL_FIRST if calls_first else None,
        by=by,
        at=at,
    )


def underwriting_facts(application: Application, product: CompiledProduct, at: datetime) -> Mapping[str, Any]:
    """Everything a table may ask for: the price's facts, the answers, and what the platform knows of the people.

    Of a group these are the facts of its strictest member, and no single person's.
    """
    day, told = first_day_of_cover(at), application.read_answers()
    facts: dict[str, Any] = dict(product.read_facts(application.quote.facts, application.quote.plan))
    for group in GROUPS:
        facts |= answers_as_facts(questions_of(product.definition, group), answers_in(told, group))
    if is_group(product.definition):
        return facts
    facts |= {
        "age": age_on(application.insured.birth_date, day),
        "sex": application.insured.sex,
        "holder_age": age_on(application.holder.birth_date, day),
        "relationship": application.relationship,
    }
    columns = {column.key for column in product.definition.tables["underwriting"].columns}
    if EXISTING_SUM in columns:
        facts[EXISTING_SUM] = death_sum_in_force(application.insured, at)
    return facts


def apply_decision(
    application: Application, decision: UnderwritingDecision, *, by: Actor, at: datetime, **fields: Any
) -> None:
    """Move the application to what underwriting said, with the premium a loading makes."""
    transition(
        application,
        APPLICATION_MACHINE,
        STATE_AFTER[Outcome(decision.outcome)],
        by=by,
        at=at,
        decision=decision,
        loading_percent=decision.loading_percent,
        premium=application.with_loading(decision.loading_percent).amount,
        **fields,
    )
    if decision.outcome == Outcome.REFER:
        open_case(application, decision, by=by, at=at)


def open_case(
    application: Application,
    decision: UnderwritingDecision,
    *,
    asked_by_customer: bool = False,
    by: Actor,
    at: datetime,
) -> None:
    """Give the application to the underwriters."""
    amount = Money(sum_at_risk(application), application.currency)
    open_referral(cause=decision, sum_insured=amount, asked_by_customer=asked_by_customer, by=by, at=at)


@use_case
def accept_terms(*, application: Application, by: Actor, at: datetime) -> Application:
    """The customer agrees to the loading or exclusion; the order is made. A second time changes nothing.

    Raises:
        Refused: nothing was offered, or the price is no longer held.
    """
    locked = lock_application(application)
    if locked.state == ApplicationState.ACCEPTED:
        return locked
    if locked.expires_at <= at:
        raise Refused("offer_expired", _("This offer was held until its date and has passed."))
    transition(locked, APPLICATION_MACHINE, ApplicationState.ACCEPTED, by=by, at=at, terms_accepted_at=at)
    order_for(locked, by=by, at=at)
    return locked
