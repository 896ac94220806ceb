"""Motor cover bought through the services: what was paid splits into premium and tax, and nobody is refused."""

from decimal import Decimal

import pytest

from customers.actors import actor_of
from insureweb.finance import selectors
from insureweb.finance.models import LedgerTransaction
from insureweb.kernel import clock
from policies.contract.models import Policy, PolicyVersion
from policies.offers.selectors import product_of
from policies.offers.services import create_quote
from policies.sale.forms import Answers, InsuredAnswer
from policies.sale.models import Order
from policies.sale.services.answers import save_answers
from policies.sale.services.applications import start_application
from policies.sale.states import ApplicationState
from tests.factories import policies as made

pytestmark = pytest.mark.django_db

CAR = {"vehicle_kind": "family_under_6", "scheme": "e", "record": "first", "energy": "petrol", "displacement": "1.5"}
OWN_CAR = {
    "own_damage_sum": "120000", "vehicle_age": "3", "energy": "petrol", "displacement": "1.5", "driver_age": "35",
    "no_claims": "one_year",
}  # fmt: skip
VEHICLE = {"plate": "", "vin": "LSVAA49J132047371", "engine_number": "EA211", "first_registered": "2024-03-01"}
USE = {"use": "family", "licence_years": "8", "modified": False, "drunk_driving": False}


def submitted(code, facts, plan, details, suitability):
    user, at = made.buyer(), clock.now()
    made.product(code, at)
    quote = create_quote(
        product_code=code, raw_facts=facts, plan=plan, owner_token="t", user=user, by=actor_of(user), at=at
    )  # fmt: skip
    begun = start_application(quote=quote, user=user, by=actor_of(user), at=at)
    assert {question.key for question in product_of(quote).definition.detail_questions} >= details.keys()
    answers = Answers(insured=InsuredAnswer("self"), details=details, suitability=suitability)
    save_answers(application=begun, answers=answers, by=actor_of(user), at=at)
    begun.refresh_from_db()
    return made.submit(begun)


def bought(application):
    made.capture(made.payment(Order.objects.select_related("user").get(applications=application)))
    return Policy.objects.get()


def test_the_tax_of_compulsory_motor_is_owed_to_the_state():
    application = submitted("anlan-motor-compulsory", CAR, "national", VEHICLE, {"knows_limits": "yes_only"})
    assert application.state == ApplicationState.ACCEPTED
    assert Order.objects.get().amount == Decimal("1250.00")
    assert application.with_loading(Decimal(50)).amount == Decimal("1725.00")  # 950 × 1.5 and the tax of 300
    policy = bought(application)
    assert policy.premium == Decimal("950.00")
    assert set(LedgerTransaction.objects.values_list("kind", flat=True)) == {
        "premium_received", "premium_recognised", "tax_collected",
    }  # fmt: skip
    sums = {row.code: row.amount for row in selectors.balances(insurer_code="anlan-property") if row.amount}
    assert {code: str(amount) for code, amount in sums.items()} == {
        "cash_at_gateway": "1250.00", "premium_income": "950.00", "taxes_collected": "300.00",
    }  # fmt: skip


def test_the_worst_record_is_accepted_all_the_same():
    application = submitted(
        "anlan-motor-compulsory", CAR | {"record": "death"}, "national", VEHICLE, {"knows_limits": "advice"}
    )
    assert application.state == ApplicationState.ACCEPTED


def test_voluntary_motor_is_bought_with_its_limits():
    details = {key: value for key, value in VEHICLE.items() if key != "engine_number"} | USE
    application = submitted("anlan-motor-voluntary", OWN_CAR, "standard", details, {"purpose": "own_car"})
    policy = bought(application)
    assert policy.premium == Order.objects.get().amount
    limits = {row["code"]: row["limit"] for row in PolicyVersion.objects.get(policy=policy).terms["coverages"]}
    assert limits["third_party"] == "2000000"
    assert limits["own_damage"] == "120000"
    assert not LedgerTransaction.objects.filter(kind="tax_collected").exists()


def test_a_car_for_hire_is_declined():
    details = {key: value for key, value in VEHICLE.items() if key != "engine_number"} | USE | {"use": "hire"}
    application = submitted("anlan-motor-voluntary", OWN_CAR, "standard", details, {"purpose": "own_car"})
    assert application.state == ApplicationState.DECLINED
