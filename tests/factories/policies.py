"""Quotes, applications, orders and policies in any state, reached through the services. Every person is invented."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from customers.actors import actor_of
from customers.models import User
from insureweb.finance.gateways.base import Outcome, PaymentFacts
from insureweb.finance.models import Payment
from insureweb.finance.services.payments import open_cashier
from insureweb.finance.services.settlement import Settled, gateway_actor, settle_payment
from insureweb.kernel import clock
from insureweb.kernel.actors import Actor
from policies.contract.models import Policy
from policies.offers.models import Quote
from policies.offers.needs.models import NeedsCheck
from policies.offers.needs.services import save_answer, start_check
from policies.offers.selectors import product_of
from policies.offers.services import create_quote
from policies.sale.forms import NONE, STATUTORY, Answers, BeneficiaryAnswer, HealthAnswer, InsuredAnswer, Person
from policies.sale.models import Application, Order
from policies.sale.services.answers import save_answers
from policies.sale.services.applications import start_application
from policies.sale.services.orders import pay_order
from policies.sale.services.submission import submit_application
from products.models import ProductVersion
from tests.factories import customers
from tests.factories.products import published_version

SYSTEM = Actor.system("tests")
GUARD, HOME = "anlan-guard", "anlan-home"
MEDICAL, ACCIDENT = "anlan-medical", "anlan-accident"
GUARD_FACTS = {"age": "30", "occupation_class": "2"}
_numbers = count(1)


def product(code: str = GUARD, at: datetime | None = None) -> ProductVersion:
    """A product of the catalogue on sale, with its insurer's books open."""
    return published_version(code, at=at or clock.now())


def born_at(age: int, at: datetime | None = None) -> date:
    """A birthday half a year ago that makes somebody this old now and tomorrow."""
    day = (at or clock.now()).date() - timedelta(days=180)
    return date(day.year - age, day.month, min(day.day, 28))


def buyer(age: int = 30, *, at: datetime | None = None, known: bool = True) -> User:
    """An account whose own person is known, of this age."""
    user = customers.customer(f"buyer{next(_numbers)}-{uuid4().hex[:6]}@example.com")
    if known:
        customers.person(user, born=born_at(age, at))
    return user


def quote(
    user: User | None = None, *, at: datetime | None = None, code: str = GUARD, token: str = "", plan: str = "standard",
    **facts: Any,
) -> Quote:  # fmt: skip
    at = at or clock.now()
    product(code, at)
    return create_quote(
        product_code=code, raw_facts=GUARD_FACTS | facts, plan=plan, owner_token=token or uuid4().hex, user=user,
        by=actor_of(user), at=at,
    )  # fmt: skip


def application(user: User | None = None, *, at: datetime | None = None, **facts: Any) -> Application:
    """An application just begun."""
    user, at = user or buyer(at=at), at or clock.now()
    return start_application(quote=quote(user, at=at, **facts), user=user, by=actor_of(user), at=at)


def answers(
    asked: Application, *, health: Mapping[str, bool] | None = None, purpose: str = "family", **parts: Any
) -> Answers:
    """Answers that the table accepts, unless told otherwise."""
    questions = product_of(asked.quote).definition.health_questions
    told = {question.key: False for question in questions if not question.when} | dict(health or {})
    details = {question.key for question in product_of(asked.quote).definition.detail_questions}
    fields: dict[str, Any] = {
        "insured": InsuredAnswer("self"),
        "details": {"height": 170, "weight": 65} if {"height", "weight"} == details else None,
        "health": HealthAnswer("some" if health else NONE, told),
        "suitability": {"purpose": purpose},
        "beneficiary": BeneficiaryAnswer(STATUTORY, ()),
    }
    return Answers(**(fields | parts))


def answered(user: User | None = None, *, at: datetime | None = None, **told: Any) -> Application:
    """An application with every answer, not handed in."""
    at = at or clock.now()
    parts = ("health", "purpose", "insured", "suitability", "beneficiary")
    facts = {key: value for key, value in told.items() if key not in parts}
    begun = application(user, at=at, **facts)
    given = answers(begun, **{key: value for key, value in told.items() if key in parts})
    return save_answers(application=begun, answers=given, by=actor_of(begun.user), at=at)


def consents_of(asked: Application) -> tuple[str, ...]:
    return tuple(consent.key for consent in product_of(asked.quote).consents)


def submit(asked: Application, *, at: datetime | None = None) -> Application:
    return submit_application(
        application=asked, consents=consents_of(asked), language="en", by=actor_of(asked.user), at=at or clock.now()
    )


def submitted(user: User | None = None, *, at: datetime | None = None, **told: Any) -> Application:
    return submit(answered(user, at=at, **told), at=at)


def insured_by(
    user: User, code: str, relationship: str = "self", *, age: int = 44, health: Mapping[str, bool] | None = None,
    **facts: Any,
) -> Application:  # fmt: skip
    """An application, handed in, for one person of the account's family on hospital bills or accidents."""
    at, by = clock.now(), actor_of(user)
    product(code, at)
    begun = start_application(
        quote=create_quote(
            product_code=code, raw_facts={"age": str(age), **facts}, plan="standard", owner_token="family", user=user,
            by=by, at=at,
        ),
        user=user, by=by, at=at,
    )  # fmt: skip
    insured = InsuredAnswer("self")
    if relationship != "self":
        insured = InsuredAnswer(relationship, insured=new_person(born=born_at(age, at)))
    benefit_on_death = {} if code == ACCIDENT else {"beneficiary": None}
    given = answers(begun, insured=insured, health=health, purpose="bills", **benefit_on_death)
    return submit(save_answers(application=begun, answers=given, by=by, at=at))


def referred(user: User | None = None, **told: Any) -> Application:
    return submitted(user, **({"health": {"chronic_illness": True}} | told))


def declined(user: User | None = None, **told: Any) -> Application:
    return submitted(user, **({"health": {"serious_illness": True}} | told))


def order(user: User | None = None, *, at: datetime | None = None, **told: Any) -> Order:
    """An order waiting for payment."""
    return Order.objects.select_related("user").get(applications=submitted(user, at=at, **told))


def payment(of: Order, *, at: datetime | None = None) -> Payment:
    """A payment the buyer was sent to the cashier with."""
    by, at = actor_of(of.user), at or clock.now()
    asked = pay_order(order=of, gateway="sandbox", return_path="/my/", by=by, at=at)
    open_cashier(payment=asked, by=by, at=at)
    asked.refresh_from_db()
    return asked


def capture(asked: Payment, *, at: datetime | None = None) -> Settled:
    """What the gateway's signed word about the whole amount does."""
    facts = PaymentFacts(asked.no, Outcome.DONE, f"T{asked.no}", asked.money)
    return settle_payment(payment=asked, facts=facts, by=gateway_actor("sandbox"), at=at or clock.now())


def policy(user: User | None = None, *, at: datetime | None = None, **told: Any) -> Policy:
    """An issued policy, paid through the sandbox gateway."""
    asked = order(user, at=at, **told)
    capture(payment(asked, at=at), at=at)
    return Policy.objects.select_related("insurer", "product_version", "user", "holder", "insured").get(
        order_no=asked.no
    )


def new_person(*, born: date | None = None, name: str = "林知夏", sex: str = "female", phone: str = "") -> Person:
    """A person as typed, with an invented resident ID."""
    return Person(name, customers.resident_id(born=born or born_at(30), sex=sex), phone)


def underwriter(limit: int = 1_000_000) -> User:
    """A member of staff who may decide up to this sum alone."""
    return customers.colleague("underwriter", underwriting_limit=limit).user


NEEDS_ANSWERS = {
    "young": {"age": "30", "sex": "female", "occupation_class": "1", "dependants": "none", "social_insurance": "yes",
              "held": [], "budget": "1000"},
    "family": {"age": "35", "sex": "male", "dependants": "many", "loan": "yes", "home": "own", "car": "insured",
               "held": [], "budget": "3000"},
    "company": {"members": "20", "occupation_class": "2", "premises": "yes", "credit_sales": "no", "budget": "20000"},
    "high_end": {"age": "45", "sex": "female", "dependants": "some", "loan": "no", "home": "own", "travel": "often",
                 "held": ["medical"], "budget": "20000"},
}  # fmt: skip


def needs_check(
    persona: str = "family", *, user: User | None = None, token: str = "", at: datetime | None = None, **changed: Any
) -> NeedsCheck:
    """A complete needs check with its result; `changed` answers differ from the usual ones, None leaves one open."""
    at, by = at or clock.now(), actor_of(user)
    check = start_check(persona=persona, owner_token=token or uuid4().hex, user=user, by=by, at=at)
    for key, answer in (NEEDS_ANSWERS[persona] | changed).items():
        if answer is not None:
            given = answer if isinstance(answer, list) else [answer]
            check = save_answer(check=check, question=key, given=given, by=by, at=at)
    return check
