"""The whole sale through the services: quote, application, decision, order, payment, policy."""

from datetime import timedelta
from decimal import Decimal

import pytest

from customers.actors import actor_of
from customers.models import Consent
from insureweb.finance.models import LedgerTransaction
from insureweb.finance.states import Verdict
from insureweb.kernel import clock
from policies.contract.models import Policy, PolicyVersion
from policies.sale.models import Order
from policies.sale.services.answers import accept_new_price
from policies.sale.services.orders import expire_order
from policies.sale.states import ApplicationState, OrderState
from policies.underwriting.models import Referral
from tests.factories import policies as made

pytestmark = pytest.mark.django_db


def test_the_published_example_costs_what_the_tariff_says():
    assert made.quote().total == Decimal("174.25")


def test_an_accepted_application_has_its_order_at_once():
    application = made.submitted()
    assert application.state == ApplicationState.ACCEPTED
    order = Order.objects.get(applications=application)
    assert (order.state, order.amount) == (OrderState.OPEN, Decimal("174.25"))
    assert Consent.objects.filter(subject_no=application.no).count() == 5


def test_captured_money_makes_one_policy_with_its_ledger_rows():
    policy = made.policy()
    assert policy.premium == Decimal("174.25")
    assert policy.period.lower > policy.issued_at
    version = PolicyVersion.objects.get(policy=policy)
    assert [coverage["code"] for coverage in version.terms["coverages"]] == ["death", "hospital_cash"]
    kinds = set(LedgerTransaction.objects.values_list("kind", flat=True))
    assert kinds == {"premium_received", "premium_recognised"}
    order = Order.objects.get(no=policy.order_no)
    assert (order.state, order.applications.get().state) == (OrderState.ISSUED, ApplicationState.ISSUED)


def test_a_second_word_of_the_gateway_changes_nothing():
    order = made.order()
    payment = made.payment(order)
    made.capture(payment)
    made.capture(payment)
    assert Policy.objects.count() == 1


def test_a_chronic_illness_goes_to_a_person_and_a_serious_one_is_declined():
    referred = made.referred()
    assert referred.state == ApplicationState.REFERRED
    assert Referral.objects.get(subject_no=referred.no).sum_insured == Decimal(200_000)
    declined = made.declined()
    assert declined.state == ApplicationState.DECLINED
    assert "serious illness" in declined.decision.reasons[0].en


def test_money_for_an_order_that_was_closed_goes_back():

    order = made.order()
    payment = made.payment(order)
    late = clock.now() + timedelta(minutes=31)
    expire_order(order=order, by=made.SYSTEM, at=late)
    assert made.capture(payment, at=late).verdict == Verdict.IN_SUSPENSE
    assert not Policy.objects.exists()


def test_another_age_waits_for_the_buyers_yes():

    application = made.answered(made.buyer(42))
    assert application.proposed_quote.total == Decimal("348.25")
    assert application.quote.total == Decimal("174.25")
    agreed = accept_new_price(application=application, by=actor_of(application.user), at=clock.now())
    assert (agreed.premium, agreed.proposed_quote) == (Decimal("348.25"), None)
