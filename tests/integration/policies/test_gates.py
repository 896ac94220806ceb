"""Gates before a contract on a child: who may take it out, how much over all insurers, and two orders at once."""

import threading

import pytest
from django.db import close_old_connections, connection, transaction

from customers.actors import actor_of
from customers.models import Consent
from customers.services.consents import ConsentItem, record_consents, withdraw_consent
from insureweb.finance.services.settlement import gateway_actor
from insureweb.kernel import clock
from insureweb.kernel.checks import Refused
from insureweb.kernel.localized import Localized
from policies.contract.models import Policy
from policies.contract.selectors import death_sum_in_force
from policies.offers.selectors import product_of
from policies.offers.services import create_quote
from policies.sale.forms import NONE, STATUTORY, Answers, AnswersInvalid, BeneficiaryAnswer, HealthAnswer, InsuredAnswer
from policies.sale.models import Order
from policies.sale.services import issuing
from policies.sale.services.answers import save_answers
from policies.sale.services.applications import start_application
from policies.sale.services.orders import create_order
from policies.underwriting.models import Referral
from policies.underwriting.services import decide_referral, take_referral
from policies.underwriting.services.referrals import Verdict
from tests.factories import policies as made

CODE = "anlan-whole-life"


def child_of(age: int = 8):
    """Somebody's child; the same identity may be known to several accounts."""
    return made.new_person(born=made.born_at(age), name="林小满", sex="female")


def begun(parent, child, amount="100000", *, relationship="child", age=8):
    """An application on a child with its people told."""
    made.product(CODE)
    at = clock.now()
    facts = {"age": str(age), "sex": "female", "sum_insured": amount, "pay_years": "10"}
    quote = create_quote(product_code=CODE, raw_facts=facts, plan="standard", owner_token="x", user=parent,
                         by=actor_of(parent), at=at)  # fmt: skip
    application = start_application(quote=quote, user=parent, by=actor_of(parent), at=at)
    return say(application, insured=InsuredAnswer(relationship, insured=child))


def say(application, **parts):
    by = actor_of(application.user)
    return save_answers(application=application, answers=Answers(**parts), by=by, at=clock.now())


def finished(application, elsewhere="0"):
    """Every answer given; handed in and accepted."""
    definition = product_of(application.quote).definition
    health = {question.key: False for question in definition.health_questions if not question.when}
    purpose = {question.key: question.options[0].text for question in definition.suitability}
    application = say(
        application,
        health=HealthAnswer(NONE, health),
        details={"death_cover_elsewhere": elsewhere} if elsewhere is not None else None,
        suitability=purpose,
        beneficiary=BeneficiaryAnswer(STATUTORY, ()),
    )
    return made.submit(application)


def order_for(parent, child, **told):
    application = finished(begun(parent, child, **told))
    assert application.state == "accepted", application.state
    return Order.objects.select_related("user").get(applications=application)


def refusal(act, *args, **values):
    with pytest.raises((Refused, AnswersInvalid)) as caught:
        act(*args, **values)
    return caught.value


@pytest.mark.django_db
def test_a_parent_insures_a_child_up_to_the_cap():
    parent, child = made.buyer(35), child_of()
    made.capture(made.payment(order_for(parent, child)))
    policy = Policy.objects.get()
    assert policy.relationship == "child"
    assert death_sum_in_force(policy.insured, clock.now()) == 100_000
    # Until the child is 106: whole life on the facts of this very child.
    assert policy.period.upper.year - policy.period.lower.year == 98


@pytest.mark.django_db
def test_nobody_but_a_parent():
    for relationship in ("spouse", "parent"):
        error = refusal(begun, made.buyer(35), child_of(), relationship=relationship)
        assert "relationship" in error.errors


@pytest.mark.django_db
def test_cover_declared_elsewhere_counts_and_is_told_at_its_question():
    application = begun(made.buyer(35), child_of())
    error = refusal(say, application, details={"death_cover_elsewhere": "100001"})
    assert "99,999" in str(error.errors["q_death_cover_elsewhere"])
    say(application, details={"death_cover_elsewhere": "100000"})


@pytest.mark.django_db
def test_cover_in_force_counts_whoever_took_it_out():
    father, mother, child = made.buyer(35), made.buyer(34), child_of()
    made.capture(made.payment(order_for(father, child, amount="200000")))
    application = begun(mother, child, amount="50000")
    assert "q_death_cover_elsewhere" in refusal(finished, application).errors


@pytest.mark.django_db
def test_an_adult_is_asked_nothing_about_it():
    user = made.buyer(30)
    application = begun_for_self(user)
    assert "details" in application.saved
    assert finished(application, elsewhere=None).state == "accepted"


def begun_for_self(user):
    made.product(CODE)
    at = clock.now()
    facts = {"age": "30", "sex": "male", "sum_insured": "300000", "pay_years": "10"}
    quote = create_quote(product_code=CODE, raw_facts=facts, plan="standard", owner_token="x", user=user,
                         by=actor_of(user), at=at)  # fmt: skip
    return say(start_application(quote=quote, user=user, by=actor_of(user), at=at), insured=InsuredAnswer("self"))


def brother_told(user, **evidence):
    """An application on the death of a brother of 30."""
    application = begun_for_self(user)
    brother = made.new_person(born=made.born_at(30), name="林川", sex="male")
    return say(application, insured=InsuredAnswer("family", insured=brother, **evidence))


@pytest.mark.django_db
def test_a_brother_is_insured_on_evidence_and_with_his_consent():
    """The gate asks where it is told and again when the contract is made; a withdrawn consent shuts it."""
    user = made.buyer(30)
    error = refusal(brother_told, user)
    assert set(error.errors) == {"insured_supported"}
    application = finished(brother_told(user, is_supported=True), elsewhere=None)
    assert application.read_answers()["insured"] == {"is_supported": True, "has_agreed": False}
    order = accepted_by_a_person(application)
    payment, by = made.payment(order), gateway_actor("sandbox")
    consent = Consent.objects.get(subject_no=application.no, kind="death_cover")
    withdraw_consent(consent=consent, by=actor_of(user), at=clock.now())
    with transaction.atomic():
        error = refusal(issuing.issue_order, order_no=order.no, payment=payment, by=by, at=clock.now())
    assert error.code == "death_consent"
    again = ConsentItem(consent.kind, consent.version, consent.text_hash, consent.language)
    record_consents(user=user, items=[again], subject_kind="application", subject_no=application.no, by=actor_of(user),
                    at=clock.now())  # fmt: skip
    (policy,) = issuing.issue_order(order_no=order.no, payment=payment, by=by, at=clock.now())
    assert policy.relationship == "family"


def accepted_by_a_person(application):
    """Another relative is referred; an underwriter says yes."""
    assert application.state == "referred"
    underwriter = made.underwriter()
    referral, by = Referral.objects.get(subject_no=application.no), actor_of(underwriter)
    take_referral(referral=referral, underwriter=underwriter, by=by, at=clock.now())
    verdict = Verdict(outcome="accept", reason_code="controlled", words=Localized("同意承保。", "Accepted."))
    decide_referral(referral=referral, verdict=verdict, by=by, at=clock.now())
    order = create_order(application=application, by=actor_of(application.user), at=clock.now())
    return Order.objects.select_related("user").get(no=order.no)


def two_orders_paid_at_once():
    """Both parents buy 200,000 on the same child, and both payments arrive together."""
    child = child_of()
    orders = [order_for(made.buyer(age), child, amount="200000") for age in (35, 34)]
    payments = [made.payment(order) for order in orders]
    start, results = threading.Barrier(2), [None, None]

    def pay(number):
        close_old_connections()
        try:
            start.wait(timeout=20)
            by, at = gateway_actor("sandbox"), clock.now()
            results[number] = issuing.issue_order(order_no=orders[number].no, payment=payments[number], by=by, at=at)
        except Refused as refused:
            results[number] = refused.code
        finally:
            connection.close()

    threads = [threading.Thread(target=pay, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
        assert not thread.is_alive()
    return results


@pytest.mark.django_db(transaction=True)
def test_two_orders_paid_at_once_see_each_other():
    results = two_orders_paid_at_once()
    assert "minor_death_cap" in results
    assert Policy.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_harm_shows(monkeypatch):
    looked = threading.Barrier(2)
    check = issuing.check_minor_death_cap

    def look_together(application, at):
        check(application, at)
        looked.wait(timeout=20)

    monkeypatch.setattr(issuing, "hold_insured", lambda applications: None)
    monkeypatch.setattr(issuing, "check_minor_death_cap", look_together)
    two_orders_paid_at_once()
    assert Policy.objects.count() == 2
