"""One order for contracts of several insurers: paid together, issued together or not at all, given back one by one."""

import threading
from contextlib import contextmanager, suppress
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection
from django.test import Client
from django.urls import reverse

from customers.actors import actor_of
from insureweb.finance.gateways.base import MovementFacts, Outcome
from insureweb.finance.models import LedgerTransaction, Payment, PaymentShare, Refund
from insureweb.finance.selectors import balances
from insureweb.finance.services.refunds import request_refund, settle_refund
from insureweb.finance.services.settlement import gateway_actor
from insureweb.finance.states import REFUND_MACHINE
from insureweb.finance.verification import verify_ledger
from insureweb.kernel import clock, outbox
from insureweb.kernel.checks import Refused
from insureweb.kernel.money import Money
from insureweb.kernel.states import transition
from policies.contract import ports
from policies.contract.models import Policy
from policies.contract.services import cancel_in_cooling_off
from policies.offers.services import reprice_quote
from policies.sale.models import Application, Order, OrderItem
from policies.sale.selectors.traces import trace_of
from policies.sale.services import orders
from policies.sale.services.applications import withdraw_application
from policies.sale.services.orders import create_joint_order
from policies.sale.states import ORDER_MACHINE
from products.rules.facts import FactsInvalid
from tests.factories import customers
from tests.factories import policies as made
from tests.integration.policies.test_races import RACERS, race

LIFE, PROPERTY = "anlan-life", "anlan-property"
pytestmark = pytest.mark.django_db


def accepted_pair(user=None):
    """174.25 with the life insurer and 195.00 with the property insurer, each with an order of its own."""
    user = user or made.buyer()
    return [made.submitted(user), made.submitted(user, code="anlan-accident")]


def joint(applications, at=None):
    return create_joint_order(applications=applications, by=actor_of(applications[0].user), at=at or clock.now())


def given_back(refund):
    transition(refund, REFUND_MACHINE, "sent", by=made.SYSTEM, at=clock.now())
    facts = MovementFacts(refund.no, Outcome.DONE)
    settle_refund(refund=refund, facts=facts, by=gateway_actor("sandbox"), at=clock.now())


def cancel(policy):
    """Cancelled by its holder, the sale told, and the money back."""
    cancel_in_cooling_off(policy=policy, by=actor_of(policy.user), at=clock.now())
    given_back(Refund.objects.latest("id"))
    outbox.drain(at=clock.now())


def income(insurer):
    return next(line.amount for line in balances(insurer_code=insurer) if line.code == "premium_income")


def test_two_insurers_one_payment_two_policies_and_both_books_whole():
    order = joint(accepted_pair())
    assert order.shares == [(LIFE, Money.of("174.25")), (PROPERTY, Money.of("195.00"))]
    payment = made.payment(order)
    assert payment.amount == Decimal("369.25")
    made.capture(payment)
    policies = Policy.objects.order_by("id")
    assert [(policy.insurer.code, policy.premium) for policy in policies] == [
        (LIFE, Decimal("174.25")), (PROPERTY, Decimal("195.00")),
    ]  # fmt: skip
    assert {policy.order_no for policy in policies} == {order.no}
    shares = PaymentShare.objects.filter(payment=payment).values_list("insurer_code", "captured_amount")
    assert set(shares) == {(LIFE, Decimal("174.25")), (PROPERTY, Decimal("195.00"))}
    assert (income(LIFE), income(PROPERTY)) == (Decimal("174.25"), Decimal("195.00"))
    assert not verify_ledger().problems
    made.capture(payment)
    assert Policy.objects.count() == 2


def test_cancelling_one_gives_back_its_part_and_the_other_stands():
    order = joint(accepted_pair())
    made.capture(made.payment(order))
    life, accident = Policy.objects.order_by("id")
    cancel(life)
    order.refresh_from_db()
    assert (order.state, Refund.objects.get().amount) == ("issued", Decimal("174.25"))
    assert (income(LIFE), income(PROPERTY)) == (Decimal(0), Decimal("195.00"))
    accident.refresh_from_db()
    assert accident.state == "in_force"
    with pytest.raises(Refused, match="195"):
        request_refund(payment=Payment.objects.get(), amount=Money.of("195.01"), reason="x", by=made.SYSTEM,
                       at=clock.now())  # fmt: skip
    cancel(accident)
    order.refresh_from_db()
    assert order.state == "refunded"
    assert Payment.objects.get().state == "refunded"
    assert not verify_ledger().problems


def test_one_shut_gate_and_nothing_is_issued(monkeypatch):
    order = joint(accepted_pair())
    payment = made.payment(order)

    def no(*, insurer_code, **risk):
        if insurer_code == PROPERTY:
            raise Refused("paused", "Sales are paused.")

    monkeypatch.setattr(ports, "_binding", [no])
    made.capture(payment)
    payment.refresh_from_db()
    assert payment.state == "in_suspense"
    assert not Policy.objects.exists()
    assert set(Application.objects.values_list("state", flat=True)) == {"accepted"}
    outbox.drain(at=clock.now())
    assert Refund.objects.get().amount == Decimal("369.25")
    assert not LedgerTransaction.objects.filter(kind="premium_recognised").exists()
    assert not verify_ledger().problems


def test_choosing_anew_closes_the_orders_before_and_late_money_goes_back():
    first, second = accepted_pair()
    alone = Order.objects.get(applications=first)
    late = made.payment(alone)
    together = joint([first, second])
    assert joint([second, first]) == together
    made.capture(late)
    late.refresh_from_db()
    assert late.state == "in_suspense"
    assert not Policy.objects.exists()
    assert joint([first]) != together
    assert sorted(Order.objects.values_list("state", flat=True)) == ["awaiting_payment", *["cancelled"] * 3]
    assert Order.objects.filter(applications=second, state="awaiting_payment").first() is None


def test_withdrawing_one_closes_the_order_and_the_other_may_still_be_paid():
    first, second = accepted_pair()
    together = joint([first, second])
    withdraw_application(application=first, by=actor_of(first.user), at=clock.now())
    together.refresh_from_db()
    assert together.state == "cancelled"
    made.capture(made.payment(joint([second])))
    assert Policy.objects.get().application_no == second.no


def refused(applications, at=None):
    with pytest.raises(Refused) as refusal:
        create_joint_order(applications=applications, by=made.SYSTEM, at=at or clock.now())
    return refusal.value.code


def test_what_cannot_share_an_order():
    first, second = accepted_pair()
    assert refused([]) == "nothing_chosen"
    assert refused([first, made.submitted()]) == "not_together"
    assert refused([first, made.referred(first.user)]) == "not_accepted"
    assert refused([first, second], at=second.expires_at) == "quote_expired"
    made.capture(made.payment(joint([first])))
    assert refused([first, second]) == "not_accepted"


def test_an_order_over_its_time_is_made_anew():
    pair = accepted_pair()
    old = joint(pair)
    new = joint(pair, at=clock.now() + timedelta(minutes=31))
    old.refresh_from_db()
    assert (old.state, new.state) == ("expired", "awaiting_payment")


def test_the_customer_ticks_what_to_pay_and_sees_every_contract(django_assert_max_num_queries):
    first, second = accepted_pair()
    stranger = made.submitted()
    client = customers.sign_in(Client(), first.user)
    address = reverse("policies:pay_together")
    page = client.get(address).content.decode()
    assert first.no in page
    assert stranger.no not in page
    assert "checked" not in page
    assert client.post(address, {"applications": [stranger.no]}).status_code == 409
    answer = client.post(address, {"applications": [first.no, second.no]})
    order = Order.objects.latest("id")
    assert answer["Location"] == reverse("policies:pay", args=[order.no])
    with django_assert_max_num_queries(9):
        page = client.get(answer["Location"]).content.decode()
    for words in ("369.25", "174.25", "195.00", "安澜行安"):
        assert words in page
    made.capture(made.payment(order))
    done = client.get(reverse("policies:paid", args=[order.no])).content.decode()
    for policy in Policy.objects.all():
        assert policy.no in done
    assert "pay" in {entry.route for entry in trace_of(second.no)}


# --- The price for people of a household insured together ------------------------------------------------------------


def family(**mother):
    """He is 44, she is 43, his mother is 62: 436, 436 and 1,829 yuan when each pays alone."""
    user = made.buyer(44)
    told = {"social_insurance": "yes"}
    return [
        made.insured_by(user, made.MEDICAL, **told),
        made.insured_by(user, made.MEDICAL, "spouse", age=43, **told),
        made.insured_by(user, made.MEDICAL, "parent", age=62, **told, **mother),
    ]


def prices(order):
    return [str(line.amount) for line in order.items.order_by("id")]


def test_three_of_a_household_in_one_order():
    him, her, mother = family()
    assert [str(one.premium) for one in (him, her, mother)] == ["436.00", "436.00", "1829.00"]
    order = joint([him, her, mother])
    assert prices(order) == ["392.40", "392.40", "1646.10"]
    made.capture(made.payment(order))
    policies = Policy.objects.order_by("id")
    assert [str(policy.premium) for policy in policies] == prices(order)
    assert {policy.quote.facts["insured_together"] for policy in policies} == {"3"}
    assert income(LIFE) == Decimal("2430.90")
    cancel(policies[2])
    assert [str(policy.premium) for policy in Policy.objects.filter(state="in_force").order_by("id")] == ["392.40"] * 2
    assert not verify_ledger().problems


def test_whoever_is_declined_does_not_count():
    him, her, mother = family(health={"serious_illness": True})
    assert mother.state == "declined"
    assert refused([him, her, mother]) == "not_accepted"
    assert prices(joint([him, her])) == ["414.20", "414.20"]


def test_every_new_order_counts_anew():
    him, her, mother = family()
    joint([him, her, mother])
    assert prices(joint([her, mother])) == ["414.20", "1737.55"]
    alone = orders.create_order(application=him, by=actor_of(him.user), at=clock.now())
    assert prices(alone) == ["436.00"]
    held = him.expires_at
    him.refresh_from_db()
    assert (him.expires_at, him.quote.facts["insured_together"]) == (held, "1")


def standing_at(*applications):
    """The price each application stands at, and how many people it counts."""
    now = Application.objects.select_related("quote").in_bulk([one.pk for one in applications])
    return [(str(now[one.pk].premium), now[one.pk].quote.facts["insured_together"]) for one in applications]


def test_with_an_order_that_ends_unpaid_its_price_is_over():
    him, her, mother = family()
    order = joint([him, her, mother])
    alone = [("436.00", "1"), ("436.00", "1"), ("1829.00", "1")]
    assert standing_at(him, her, mother) == [("392.40", "3"), ("392.40", "3"), ("1646.10", "3")]
    orders.expire_order(order=order, by=made.SYSTEM, at=order.expires_at)
    assert standing_at(him, her, mother) == alone
    joint([him, her, mother])
    joint([her, mother])
    assert standing_at(him, her, mother) == [alone[0], ("414.20", "2"), ("1737.55", "2")]
    withdraw_application(application=mother, by=actor_of(mother.user), at=clock.now())
    assert standing_at(him, her) == alone[:2]


def test_one_person_insured_twice_counts_once_and_other_products_do_not_count():
    user = made.buyer(44)
    twice = [made.insured_by(user, made.MEDICAL, social_insurance="yes") for _time in range(2)]
    other = made.insured_by(user, made.ACCIDENT, occupation_class="2")
    assert prices(joint([*twice, other])) == ["436.00", "436.00", "195.00"]


def test_nobody_claims_a_household_on_the_way_in():
    with pytest.raises(FactsInvalid, match="insured_together: unknown_field"):
        made.insured_by(made.buyer(44), made.MEDICAL, social_insurance="yes", insured_together="3")


def test_a_price_for_another_number_is_never_issued():
    him, her, _mother = family()
    order = joint([him, her])
    payment = made.payment(order)
    wrong = reprice_quote(quote=him.quote, changed_facts={"insured_together": "3"}, user=him.user, by=made.SYSTEM,
                          at=clock.now())  # fmt: skip
    Application.objects.filter(pk=him.pk).update(quote=wrong)
    made.capture(payment)
    payment.refresh_from_db()
    assert payment.state == "in_suspense"
    assert not Policy.objects.exists()


# --- Races -----------------------------------------------------------------------------------------------------------


def order_at_once():
    pair = accepted_pair()
    for order in Order.objects.all():
        withdraw_order(order)
    return race(lambda: joint(pair).no)


def withdraw_order(order):
    transition(order, ORDER_MACHINE, "cancelled", by=made.SYSTEM, at=clock.now())


def without_lock(monkeypatch):
    """Every racer reads the applications before one of them makes its order."""
    barrier = threading.Barrier(RACERS)

    def read(applications):
        found = list(Application.objects.filter(pk__in=[one.pk for one in applications]).order_by("pk"))
        with suppress(threading.BrokenBarrierError):
            barrier.wait(timeout=2)
        return found

    make = orders._make_order

    def make_together(applications, **when):
        with suppress(threading.BrokenBarrierError):
            barrier.wait(timeout=2)
        return make(applications, **when)

    monkeypatch.setattr(orders, "lock_sharing", read)
    monkeypatch.setattr(orders, "_make_order", make_together)


@contextmanager
def without_constraint():
    name = "order_item_one_live_for_an_application"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX {name}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            cursor.execute("TRUNCATE policies_orderitem, policies_order CASCADE")
            cursor.execute("SET session_replication_role = origin")
            cursor.execute(f"CREATE UNIQUE INDEX {name} ON policies_orderitem (application_id) WHERE is_live")


def live_orders():
    return OrderItem.objects.filter(is_live=True).values("order").distinct().count()


@pytest.mark.django_db(transaction=True)
def test_every_racer_gets_the_one_order():
    assert len(set(order_at_once())) == 1
    assert live_orders() == 1


@pytest.mark.django_db(transaction=True)
def test_the_index_holds_when_the_lock_is_missing(monkeypatch):
    without_lock(monkeypatch)
    results = order_at_once()
    assert sum(isinstance(result, IntegrityError) for result in results) == RACERS - 1
    assert live_orders() == 1


@pytest.mark.django_db(transaction=True)
def test_without_lock_and_index_an_application_is_in_two_orders(monkeypatch):
    without_lock(monkeypatch)
    with without_constraint():
        order_at_once()
        assert live_orders() > 1
