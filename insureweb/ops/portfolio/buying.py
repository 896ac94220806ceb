"""How an invented customer buys: through the same services as a person at a browser."""

import json
import secrets
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import yaml

from customers.actors import actor_of
from customers.models import User
from customers.selectors import own_party
from insureweb.finance.gateways.sandbox.services import open_trade, pay_trade
from insureweb.finance.services.payments import open_cashier
from insureweb.kernel.localized import Localized
from insureweb.ops.portfolio.people import Person
from insureweb.ops.portfolio.telling import Teller, answers_to, facts_for
from policies.offers.services import create_quote
from policies.sale.forms import Answers, BeneficiaryAnswer, HealthAnswer, InsuredAnswer
from policies.sale.forms import Person as Typed
from policies.sale.models import Application, Order
from policies.sale.rules.journey import pays_on_death
from policies.sale.services.answers import save_answers
from policies.sale.services.applications import start_application
from policies.sale.services.orders import pay_order
from policies.sale.services.submission import submit_application
from policies.underwriting.models import Referral
from policies.underwriting.services import approve_proposal, decide_referral, take_referral
from policies.underwriting.services.referrals import Verdict
from policies.underwriting.states import ReferralState
from products.compiled import CompiledProduct


@cache
def verdict_on(outcome: str) -> Verdict:
    """What an underwriter of the demo says, by its outcome."""
    said = yaml.safe_load((Path(__file__).parent / "verdicts.yaml").read_text("utf-8"))[outcome]
    return Verdict(outcome, said["reason_code"], Localized.read(said["words"]))


def apply_for(
    *, product_code: str, product: CompiledProduct, plan: str, person: Person, user: User, ill: str = "", at: datetime
) -> Application:
    """Quote, answers, consents, decision. `ill` names a health question answered with yes."""
    by = actor_of(user)
    quote = create_quote(
        product_code=product_code,
        raw_facts=facts_for(product, plan, person, at),
        plan=plan,
        owner_token=secrets.token_urlsafe(24),
        user=user,
        by=by,
        at=at,
    )
    application = start_application(quote=quote, user=user, by=by, at=at)
    save_answers(application=application, answers=_answers(product, plan, person, user, ill, at), by=by, at=at)
    application.refresh_from_db()
    consents = tuple(consent.key for consent in product.consents)
    return submit_application(application=application, consents=consents, language="zh-hans", by=by, at=at)


def _answers(product: CompiledProduct, plan: str, person: Person, user: User, ill: str, at: datetime) -> Answers:
    definition = product.definition
    known = own_party(user) is not None
    teller = Teller.of(person, definition.code, at)
    facts = product.read_facts(facts_for(product, plan, person, at), plan)
    health = answers_to(definition.health_questions, teller, facts, {ill: True} if ill else {})
    return Answers(
        insured=InsuredAnswer("self", None if known else Typed(person.name, person.id_number, person.phone)),
        health=HealthAnswer("some" if ill else "none", health) if health else None,
        details=answers_to(definition.detail_questions, teller, facts, {}) or None,
        suitability=answers_to(product.suitability, teller, facts, {}) or None,
        beneficiary=BeneficiaryAnswer("statutory", ()) if pays_on_death(definition) else None,
    )


def decide_at_desk(
    application: Application, underwriters: Sequence[User], verdict: Verdict, at: datetime
) -> Application:
    """What the first underwriter says; above that one's authority the second has to agree."""
    first, second = underwriters
    referral = Referral.objects.get(subject_no=application.no)
    take_referral(referral=referral, underwriter=first, by=actor_of(first), at=at)
    if decide_referral(referral=referral, verdict=verdict, by=actor_of(first), at=at).state == ReferralState.PROPOSED:
        approve_proposal(referral=referral, by=actor_of(second), at=at)
    application.refresh_from_db()
    return application


def pay(order: Order, user: User, at: datetime) -> None:
    """To the cashier and through it; the gateway's notification arrives with the next delivery."""
    by = actor_of(user)
    payment = pay_order(order=order, gateway="sandbox", return_path="/my/", by=by, at=at)
    fields = {
        name: values[0]
        for name, values in parse_qs(urlsplit(open_cashier(payment=payment, by=by, at=at)).query).items()
    }
    trade = open_trade(
        content=json.loads(fields["biz_content"]),
        app_id=fields["app_id"],
        notify_url=fields["notify_url"],
        return_url=fields["return_url"],
        by=by,
        at=at,
    )
    pay_trade(trade=trade, by=by, at=at)
