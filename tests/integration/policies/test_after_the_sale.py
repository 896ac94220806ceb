"""What follows a sale: papers, messages, cooling-off, refund, renewal, the end; and what waits for the customer."""

from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.actors import actor_of
from customers.models import Message
from customers.services.parties import record_person
from insureweb.documents.models import Document
from insureweb.finance.gateways.base import MovementFacts, Outcome
from insureweb.finance.models import LedgerTransaction, Payment, Refund
from insureweb.finance.services.refunds import settle_refund
from insureweb.finance.services.settlement import gateway_actor
from insureweb.finance.states import REFUND_MACHINE
from insureweb.kernel import clock, outbox
from insureweb.kernel.checks import Refused
from insureweb.kernel.periods import age_on, business_date, midnight
from insureweb.kernel.states import transition
from policies import tasks
from policies.contract import ports
from policies.contract.checks import check_can_cancel
from policies.contract.models import Policy, PolicyChange
from policies.contract.rules.period import first_day_of_cover
from policies.contract.selectors import coverage_terms, death_sum_in_force, policy_in_force_on, version_at
from policies.contract.services import acknowledge_receipt, cancel_in_cooling_off
from policies.offers.services import create_quote, reprice_quote
from policies.renewal.models import RenewalNotice
from policies.renewal.services import make_renewal_quote, send_renewal_notice
from policies.sale.forms import BeneficiaryAnswer, NamedPerson
from policies.sale.models import Application, Order, SaleTraceEntry
from policies.sale.rules import journey
from policies.sale.services.issuing import give_back
from policies.sale.services.tracing import SaleSubject, record_page
from policies.selectors import needs_me_now, policies_of
from products.rules.facts import FactsInvalid
from products.selectors import ProductNotOnSale, offered
from tests.factories import customers
from tests.factories import policies as made

pytestmark = pytest.mark.django_db


def test_the_policy_comes_as_a_signed_document_with_a_message():
    policy = made.policy()
    for _turn in range(2):
        outbox.drain(at=clock.now())
    document = Document.objects.get(subject_no=policy.no)
    assert document.renditions.count() == 2
    kinds = set(Message.objects.filter(subject_no=policy.no).values_list("kind", "channel"))
    assert kinds == {("policy_issued", "inbox"), ("policy_issued", "mail")}


def test_named_beneficiaries_stand_in_the_contract():
    person = NamedPerson(made.new_person(), "spouse", Decimal(100))
    policy = made.policy(beneficiary=BeneficiaryAnswer("named", (person,)))
    (named,) = policy.beneficiaries.all()
    assert (named.relationship, named.share_percent) == ("spouse", Decimal(100))


def test_cancelling_in_the_cooling_off_period_gives_everything_back():
    policy = made.policy()
    by, at = actor_of(policy.user), clock.now()
    acknowledge_receipt(policy=policy, by=by, at=at)
    first = cancel_in_cooling_off(policy=policy, reason="Too much", by=by, at=at)
    assert cancel_in_cooling_off(policy=policy, by=by, at=at) == first
    assert Refund.objects.get().amount == policy.premium
    assert PolicyChange.objects.get().amount == -policy.premium
    assert LedgerTransaction.objects.filter(kind="premium_returned").count() == 1
    outbox.drain(at=at)
    order = Order.objects.get(no=policy.order_no)
    assert order.state in {"refunding", "refunded"}
    policy.refresh_from_db()
    assert not policy_in_force_on(policy, business_date(at) + timedelta(days=5))
    assert not Document.objects.filter(subject_no=policy.no, state="issued").exists()


def gateway_gave_back(refund):
    if refund.state == "requested":
        transition(refund, REFUND_MACHINE, "sent", by=made.SYSTEM, at=clock.now())
    facts = MovementFacts(refund.no, Outcome.DONE)
    settle_refund(refund=refund, facts=facts, by=gateway_actor("sandbox"), at=clock.now())


def test_a_confirmed_refund_finishes_the_order():
    policy = made.policy()
    cancel_in_cooling_off(policy=policy, by=actor_of(policy.user), at=clock.now())
    told = {"order_no": policy.order_no, "application_no": policy.application_no, "amount": policy.price}
    give_back(**told, by=made.SYSTEM, at=clock.now())
    for _turn in range(2):
        gateway_gave_back(Refund.objects.get())
    assert Order.objects.get(no=policy.order_no).state == "refunded"


def test_the_gateway_may_be_quicker_than_our_own_word():
    policy = made.policy()
    at = clock.now()
    cancel_in_cooling_off(policy=policy, by=actor_of(policy.user), at=at)
    gateway_gave_back(Refund.objects.get())
    assert Order.objects.get(no=policy.order_no).state == "issued"
    outbox.drain(at=at)
    assert Order.objects.get(no=policy.order_no).state == "refunded"


def test_after_the_cooling_off_period_the_reason_is_said():
    policy = made.policy()
    acknowledged = acknowledge_receipt(policy=policy, by=actor_of(policy.user), at=clock.now())
    with pytest.raises(Refused) as refusal:
        check_can_cancel(acknowledged, acknowledged.cooling_off_until)
    assert refusal.value.code == "cooling_off_over"
    check_can_cancel(acknowledged, acknowledged.cooling_off_until - timedelta(seconds=1))


def test_another_app_may_stand_in_the_way_of_cancelling(monkeypatch):
    def no(policy, at):
        raise Refused("claimed", "A claim was paid.")

    monkeypatch.setattr(ports, "_cancellation", [no])
    with pytest.raises(Refused, match="claim"):
        check_can_cancel(made.policy(), clock.now())


def test_another_app_may_stop_binding_and_the_money_goes_back(monkeypatch):
    def no(**risk):
        raise Refused("paused", "Sales are paused.")

    order = made.order()
    payment = made.payment(order)
    monkeypatch.setattr(ports, "_binding", [no])
    made.capture(payment)
    payment.refresh_from_db()
    assert payment.state == "in_suspense"
    assert not Policy.objects.exists()


def test_cover_and_terms_at_an_instant():
    policy = made.policy()
    start, end = policy.period.lower, policy.period.upper
    terms = {term.code: term for term in coverage_terms(policy, start)}
    assert terms["death"].limit == Decimal(200_000)
    assert terms["hospital_cash"].daily_amount == Decimal(100)
    assert version_at(policy, end - timedelta(seconds=1)).number == 1
    assert not policy_in_force_on(policy, business_date(start) - timedelta(days=1))
    assert policy_in_force_on(policy, business_date(start))
    assert not policy_in_force_on(policy, business_date(end))


def test_cover_on_the_same_life_is_added_up_over_accounts():
    policy = made.policy()
    at = clock.now()
    assert death_sum_in_force(policy.insured, at) == Decimal(200_000)
    elsewhere = made.buyer(known=False)

    same = record_person(
        owner=elsewhere, name="陈安澜", id_number=policy.insured.id_number.open(), phone="", is_self=True,
        by=actor_of(elsewhere), at=at,
    )  # fmt: skip
    assert death_sum_in_force(same, at) == Decimal(200_000)


def test_a_renewal_is_priced_at_the_age_then_reached_and_told_once():
    policy = made.policy(made.buyer(40))
    at = policy.period.upper - timedelta(days=20)
    quote = make_renewal_quote(policy=policy, by=made.SYSTEM, at=at)
    assert quote.facts["age"] == "41"
    assert quote.total > policy.premium
    assert tasks.send_renewal_notices() == 0
    send_renewal_notice(policy=policy, by=made.SYSTEM, at=at)
    assert send_renewal_notice(policy=policy, by=made.SYSTEM, at=at) is None
    assert RenewalNotice.objects.count() == 1
    (need,) = [need for need in needs_me_now(policy.user, at) if need.kind == "renew"]
    assert need.amount.amount == quote.total


def test_a_renewal_that_is_not_possible_says_why():
    policy = made.policy(made.buyer(45), age="45")
    at = policy.period.upper - timedelta(days=10)
    notice = send_renewal_notice(policy=policy, by=made.SYSTEM, at=at)
    assert notice.quote is None
    assert "cannot" in Message.objects.filter(kind="renewal_notice").first().body.en


def test_the_schedule_closes_notices_and_ends(time_machine):
    policy, order, draft = made.policy(), made.order(), made.application()
    time_machine.move_to(clock.now() + timedelta(minutes=31))
    assert tasks.close_what_is_over() == 1
    order.refresh_from_db()
    assert order.state == "expired"
    time_machine.move_to(draft.expires_at)
    tasks.close_what_is_over()
    draft.refresh_from_db()
    assert draft.state == "expired"
    time_machine.move_to(policy.period.upper - timedelta(days=29))
    assert tasks.send_renewal_notices() == 1
    assert tasks.send_renewal_notices() == 0
    time_machine.move_to(policy.period.upper)
    assert tasks.end_policies() == 1
    policy.refresh_from_db()
    assert (policy.state, policy.ended_at) == ("expired", policy.period.upper)


def test_what_waits_for_the_customer_soonest_first(django_assert_num_queries):
    user, at = made.buyer(), clock.now()
    assert needs_me_now(user, at) == []
    made.policy(user)
    made.order(user)
    made.application(user)
    with django_assert_num_queries(6):
        kinds = [need.kind for need in needs_me_now(user, at)]
    assert kinds == ["pay", "continue", "acknowledge"]
    assert policies_of(user).count() == 1


def test_replay_agrees_and_says_so():
    quote = made.quote()
    out = StringIO()
    call_command("replay", quote.no, stdout=out)
    assert "identical" in out.getvalue()
    with pytest.raises(CommandError):
        call_command("replay", "BJ0")


def test_the_trace_of_a_sale_is_printed_in_order():
    application = made.submitted()
    common = {"status": 200, "body_hash": "0" * 64, "language": "en", "user_id": None, "request_id": ""}
    subjects = [
        SaleSubject(quote_no=application.quote.no),
        SaleSubject(application.no, application.quote.no, step="check"),
    ]
    for subject in subjects:
        record_page(subject=subject, route="apply", action="shown", at=clock.now(), **common)
    out = StringIO()
    call_command("show_trace", application.no, "--shown", stdout=out)
    assert "2 pages." in out.getvalue()
    with pytest.raises(CommandError):
        call_command("show_trace", "TB0")
    assert SaleTraceEntry.objects.count() == 2


def test_products_off_sale_and_wrong_facts_are_refused():
    user, at = made.buyer(), clock.now()
    made.product()
    common = {"plan": "standard", "owner_token": "x", "user": user, "by": actor_of(user), "at": at}
    with pytest.raises(ProductNotOnSale):
        create_quote(product_code="nothing", raw_facts={}, **common)
    with pytest.raises(FactsInvalid) as invalid:
        create_quote(product_code=made.GUARD, raw_facts={"age": "17"}, **common)
    assert set(invalid.value.messages) == {"age", "occupation_class"}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(quoted=st.integers(18, 45), real=st.integers(18, 45))
def test_the_price_always_follows_the_real_age(db, quoted, real):
    at = clock.now()
    application = made.answered(made.buyer(real, at=at), at=at, age=str(quoted))
    insured_age = age_on(application.insured.birth_date, first_day_of_cover(at))
    assert insured_age == real
    fair = reprice_quote(quote=application.quote, changed_facts={"age": str(real)}, user=None, by=made.SYSTEM, at=at)
    standing = application.proposed_quote or application.quote
    assert standing.total == fair.total
    assert standing.facts["age"] == str(real) or quoted == real
    if application.proposed_quote:
        assert application.quote.total != fair.total


def test_a_birthday_before_handing_in_prices_again():
    at = clock.now()
    user = made.buyer(known=False)
    tomorrow = first_day_of_cover(at)
    born = tomorrow.replace(year=tomorrow.year - 41) + timedelta(days=1)
    customers.person(user, born=born)
    application = made.answered(user, at=at, age="40")
    assert application.proposed_quote is None
    later = midnight(tomorrow) + timedelta(hours=9)
    submitted = made.submit(application, at=later)
    assert submitted.state == "draft"
    assert submitted.proposed_quote.facts["age"] == "41"
    assert not Order.objects.exists()


def test_a_home_is_insured_without_health_or_beneficiary():

    made.product(made.HOME)
    definition = offered(made.HOME, clock.now()).definition
    steps = journey.steps_of(definition)
    assert journey.HEALTH not in steps
    assert journey.BENEFICIARY not in steps


def test_pages_stay_at_a_handful_of_queries(django_assert_max_num_queries):

    policy = made.policy()
    client = customers.sign_in(Client(), policy.user)
    order = made.order(policy.user)
    draft = made.answered(policy.user)
    pages = {
        reverse("policies:policy", args=[policy.no]): 14,
        reverse("policies:pay", args=[order.no]): 8,
        reverse("policies:apply", args=[draft.no, "insured"]): 8,
        reverse("policies:apply", args=[draft.no, "check"]): 8,
    }
    for address in pages:
        client.get(address)
    for address, most in pages.items():
        with django_assert_max_num_queries(most):
            assert client.get(address).status_code == 200


def test_the_way_of_the_money_is_in_balance():
    policy = made.policy()
    cancel_in_cooling_off(policy=policy, by=actor_of(policy.user), at=clock.now())
    assert Payment.objects.get().refunded_amount == policy.premium
    assert Application.objects.get().state == "issued"
