"""The back office in a real browser: a referred application, a referred claim, and a second person for the money."""

import random
from datetime import timedelta

import pytest

from claims.models import Claim
from customers.services.accounts import register_customer
from insureweb.kernel import clock
from insureweb.kernel.actors import Actor
from insureweb.kernel.periods import business_date
from insureweb.ops.portfolio import buying, claiming
from insureweb.ops.portfolio.people import Person
from insureweb.ops.portfolio.staff import hire_staff
from insureweb.pages.staff_codes import current_staff_codes
from policies.contract.models import Policy
from policies.sale.models import Application
from products.selectors import offered
from tests.functional import steps

pytestmark = [pytest.mark.functional, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SYSTEM = Actor.system("test")


@pytest.fixture
def someone(house):
    """An account and a person of thirty; staff with their second factors."""
    at = clock.now()
    hire_staff(by=SYSTEM, at=at)
    user = register_customer(email="ma@example.com", language="zh-hans", by=SYSTEM, at=at)
    number = steps.thirty_year_old(clock.today() - timedelta(days=60), 15)
    born = clock.today().replace(year=clock.today().year - 30, month=1, day=1)
    return user, Person("马致远", user.email, born, number, "13800138002", steps.ACCOUNT, 2)


def apply_for_guard(someone, at, ill=""):
    user, person = someone
    item = offered("anlan-guard", at)
    return buying.apply_for(
        product_code=item.code, product=item.product, plan="standard", person=person, user=user, ill=ill, at=at
    )


def sign_in(visitor, kind, email, prefix):
    person = visitor(kind, f"staff-{email.partition('@')[0]}-{kind}")
    person.go(f"{prefix}/staff/")
    person.type('input[name="login"]', email)
    person.tap('main form button:not([type="button"])')
    person.type('input[name="code"]', steps.mailed_code(email))
    person.tap('main form button:not([type="button"])')
    code = next(found.code for found in current_staff_codes() if found.email == email)
    person.type('input[name="code"]', code)
    person.tap('main form button:not([type="button"])')
    assert person.path.startswith(f"{prefix}/staff/"), person.path
    return person


def open_case(person, queue, number):
    person.go(queue)
    person.picture("queue")
    person.tap(f'tr:has-text("{number}") a, li:has-text("{number}") a, article:has-text("{number}") a')


@pytest.mark.parametrize(("kind", "prefix"), [("desktop-en", "/en"), ("desktop-zh", "")])
def test_an_underwriter_accepts_what_the_rules_referred(kind, prefix, visitor, someone, deliver):
    application = apply_for_guard(someone, clock.now(), ill="hospital_stay")
    assert application.state == "referred"
    deliver()
    person = sign_in(visitor, kind, "underwriter@anlan.example", prefix)
    person.picture("dashboard")
    open_case(person, f"{prefix}/staff/policies/referral/", application.no)
    person.tap('button[name="action"][value="take"]')
    person.picture("case")
    person.choose('[name="outcome"][value="accept"]')
    person.type('[name="words_zh_hans"]', "资料齐全，按标准费率承保。")
    person.type('[name="words_en"]', "The papers are complete; accepted at the standard rate.")
    person.tap('button[name="action"][value="decide"]')
    person.picture("decided")
    assert Application.objects.get().state == "accepted"


def test_a_referred_claim_is_paid_by_two_people(visitor, someone, deliver, settings):
    settings.CLOCK_OFFSET = -timedelta(days=60)
    user, person = someone
    application = apply_for_guard(someone, clock.now())
    buying.pay(application.orders.get(), user, clock.now())
    deliver()
    settings.CLOCK_OFFSET = timedelta(0)
    now = clock.now()
    claim = claiming.report_stay(
        policy=Policy.objects.get(), coverage="hospital_cash", user=user, person=person, nights=40,
        happened=business_date(now) - timedelta(days=45), chance=random.Random(1), at=now,
    )  # fmt: skip
    deliver()
    assert Claim.objects.get().state == "referred"

    adjuster = sign_in(visitor, "desktop-en", "claims.adjuster@anlan.example", "/en")
    open_case(adjuster, "/en/staff/claims/claim/queue/", claim.no)
    adjuster.tap('button[name="action"][value="take"]')
    adjuster.picture("case")
    adjuster.choose('[name="decision"][value="pay"]')
    adjuster.type('[name="note"]', "Discharge summary read, stay confirmed by telephone.")
    adjuster.tap('button[name="action"][value="decide"]')
    adjuster.picture("decided")
    assert Claim.objects.get().amount_paid == 0, "nobody pays alone"

    approver = sign_in(visitor, "desktop-en", "claims.approver@anlan.example", "/en")
    open_case(approver, "/en/staff/claims/claim/queue/?view=second", claim.no)
    approver.picture("second-look")
    approver.type('[name="reason"]', "Checked against the file.")
    approver.tap('button[name="action"][value="release"]')
    deliver()
    paid = Claim.objects.get()
    assert (paid.state, paid.amount_paid) == ("paid", paid.amount_approved)
