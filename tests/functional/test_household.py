"""A family on one phone: three people, two insurers, one order, three policies; one of them cancelled again."""

import re
from decimal import Decimal

import pytest

from insureweb.finance.models import Payment, Refund
from insureweb.finance.verification import verify_ledger
from policies.contract.models import Policy
from policies.offers.models import Quote
from policies.sale.models import Order
from tests.factories import customers
from tests.factories import policies as made
from tests.functional.steps import mailed_code

pytestmark = [pytest.mark.functional, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def family(house):
    """He is covered for accidents, his wife and his mother for hospital bills."""
    user = customers.customer("chen@example.com")
    customers.person(user, born=made.born_at(44), name="陈立群")
    return user, [
        made.insured_by(user, made.ACCIDENT, occupation_class="2"),
        made.insured_by(user, made.MEDICAL, "spouse", age=43, social_insurance="yes"),
        made.insured_by(user, made.MEDICAL, "parent", age=62, social_insurance="yes"),
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
    # 195.00 for him; 436.00 and 1,829.00 with the factor 0.95 of two people on one product.
    total = Decimal("195.00") + Decimal("414.20") + Decimal("1737.55")
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


def test_a_visitor_prices_the_household_on_a_phone_and_keeps_a_quote_for_everyone(visitor):
    person = visitor("phone-zh", "household-price-phone-zh")
    person.go(f"/products/{made.MEDICAL}/")
    person.tap(f'a[href^="/household/{made.MEDICAL}/"]')
    person.picture("empty")
    person.tap('button[value="add"]')
    for number, (relationship, age) in enumerate((("self", 44), ("spouse", 12), ("parent", 62)), start=1):
        person.page.select_option(f'[name="p{number}_relationship"]', relationship)
        for part, text in enumerate(birth(age)):
            person.type(f'[name="p{number}_born_{part}"]', text)
        person.page.select_option(f'[name="p{number}_social_insurance"]', "yes")
    person.page.locator('[name="p3_born_2"]').press("Enter")
    person.page.wait_for_selector(".error-summary")
    person.picture("too-young")
    person.type('[name="p2_born_2"]', birth(43)[2])
    person.tap('.buttons button[value="price"]')
    for amount in ("392.40", "1,646.10", "2,430.90", "2,701.00"):
        person.sees(amount)
    person.picture("prices")
    person.tap('button[value="quote"]')
    person.picture("household")
    assert person.page.locator('a[href$="/apply/"]').count() == Quote.objects.count() == 3
    person.go("/quotes/saved/")
    person.picture("saved")


def birth(age):
    day = made.born_at(age)
    return str(day.day), str(day.month), str(day.year)


def cancel_in_the_browser(person, policy):
    person.go(f"/policies/{policy.no}/cancel/")
    person.picture("cancel")
    person.tap("main form button")
    assert Policy.objects.get(no=policy.no).state == "cancelled"
