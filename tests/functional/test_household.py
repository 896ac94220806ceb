"""A family on one phone: three people, two insurers, one order, three policies; one of them cancelled again."""

import re
from datetime import date
from decimal import Decimal

import pytest

from customers.actors import actor_of
from insureweb.finance.models import Payment, Refund
from insureweb.finance.verification import verify_ledger
from insureweb.kernel import clock
from insureweb.ops.portfolio.people import resident_id
from policies.contract.models import Policy
from policies.offers.services import create_quote
from policies.sale.forms import InsuredAnswer, Person
from policies.sale.models import Order
from policies.sale.services.answers import save_answers
from policies.sale.services.applications import start_application
from tests.factories import customers
from tests.factories import policies as made
from tests.functional.steps import mailed_code

pytestmark = [pytest.mark.functional, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

MEDICAL, ACCIDENT = "anlan-medical", "anlan-accident"


def insure(user, code, relationship, name="", age=44, order=21, **facts):
    """An accepted application for one person of the family."""
    at = clock.now()
    quote = create_quote(product_code=code, raw_facts={"age": str(age), **facts}, plan="standard",
                         owner_token="family", user=user, by=actor_of(user), at=at)  # fmt: skip
    application = start_application(quote=quote, user=user, by=actor_of(user), at=at)
    insured = InsuredAnswer("self")
    if relationship != "self":
        number = resident_id("330106", date(clock.today().year - age, 1, 1), order)
        insured = InsuredAnswer(relationship, insured=Person(name, number, ""))
    parts = {"insured": insured} | (
        {} if code == ACCIDENT else {"beneficiary": None, "suitability": {"purpose": "bills"}}
    )
    answers = made.answers(application, **parts)
    application = made.submit(save_answers(application=application, answers=answers, by=actor_of(user), at=at))
    assert application.state == "accepted", application.state
    return application


@pytest.fixture
def family(house):
    """He is covered for accidents, his wife and his mother for hospital bills."""
    user = customers.customer("chen@example.com")
    customers.person(user, born=made.born_at(44), name="陈立群")
    return user, [
        insure(user, ACCIDENT, "self", occupation_class="2"),
        insure(user, MEDICAL, "spouse", "许知秋", 43, 22, social_insurance="yes"),
        insure(user, MEDICAL, "parent", "韩素梅", 62, 24, social_insurance="yes"),
    ]


def test_a_family_of_three_pays_one_order_and_gets_three_policies(family, visitor, deliver):
    user, applications = family
    person = visitor("phone-zh", "household-phone-zh")
    person.go("/account/login/?next=/my/")
    person.type('input[name="login"]', user.email)
    person.tap('main form button:not([type="button"])')
    person.type('input[name="code"]', mailed_code(user.email))
    person.tap('main form button:not([type="button"])')
    person.picture("my")
    person.tap('main a[href="/orders/together/"]')
    assert not person.page.locator('main input[type="checkbox"]:checked').count(), "nothing is ticked for the customer"
    person.tap("main form .buttons button")
    person.picture("nothing-chosen")
    for application in applications:
        person.choose(f'[name="applications"][value="{application.no}"]')
    person.picture("together")
    person.tap("main form .buttons button")
    person.picture("pay")
    total = sum(application.premium for application in applications)
    person.sees(f"{total:,}")
    person.tap("main form button.button--block")
    person.tap('button[name="pay"]')
    deliver()
    person.page.wait_for_url(re.compile(r"/done/$"), timeout=15_000)
    person.picture("issued")
    order = Order.objects.get(state="issued")
    policies = {policy.application_no: policy for policy in Policy.objects.all()}
    assert set(policies) == {application.no for application in applications}
    assert {policy.order_no for policy in policies.values()} == {order.no}
    assert {policy.insurer.code for policy in policies.values()} == {"anlan-life", "anlan-property"}
    assert Payment.objects.get().captured_amount == total

    mother = policies[applications[2].no]
    person.go(f"/policies/{mother.no}/")
    person.tap(f'form[action$="/{mother.no}/acknowledge/"] button')
    cancel_in_the_browser(person, mother)
    deliver()
    order.refresh_from_db()
    assert (order.state, Refund.objects.get().amount) == ("issued", mother.premium)
    assert Policy.objects.filter(state="in_force").count() == 2
    assert not verify_ledger().problems
    assert total - Payment.objects.get().refunded_amount > Decimal(0)


def cancel_in_the_browser(person, policy):
    person.go(f"/policies/{policy.no}/cancel/")
    person.picture("cancel")
    person.tap("main form button")
    assert Policy.objects.get(no=policy.no).state == "cancelled"
