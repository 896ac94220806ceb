"""Readings after events, alerts on their way, the register, and sales that are paused."""

from datetime import timedelta
from decimal import Decimal

import pytest

from customers.actors import actor_of
from insureweb.kernel import clock, outbox
from insureweb.kernel.states import IllegalMove, NotAllowed
from policies.contract.models import Policy
from policies.events import PolicyIssued
from risk import listeners
from risk.lives import measure_lives
from risk.models import Alert, Indicator, IndicatorReading
from risk.selectors import alert_queue, measure_refused_share, risks_to_review
from risk.services import alerts, pauses, register
from risk.states import AlertState, RiskState
from tests.expect import refused
from tests.factories import claims, customers, groups, policies, products
from tests.factories import risk as made

pytestmark = pytest.mark.django_db


def test_an_issued_policy_is_measured_once() -> None:
    policy = policies.policy()
    outbox.drain(at=clock.now())
    per_day = IndicatorReading.objects.get(indicator=Indicator.POLICIES_PER_DAY)
    assert (per_day.subject, per_day.value, per_day.cause) == (products.GUARD, 1, policy.no)
    life = IndicatorReading.objects.get(indicator=Indicator.SUM_PER_PERSON)
    assert (life.value, life.sample) == (Decimal(200_000), 1)
    assert life.subject == policy.insured.id_number_index
    assert not Alert.objects.exists()


def test_a_membership_and_a_policy_of_one_person_add_up() -> None:
    """Whichever comes second is measured; colleagues with nothing else are not."""
    alone = policies.policy()
    lines = groups.staff(5)
    lines[2][:2] = [alone.insured.name.open(), alone.insured.id_number.open()]
    group = groups.policy(lines=lines)
    outbox.drain(at=clock.now())
    read = IndicatorReading.objects.filter(indicator=Indicator.SUM_PER_PERSON, cause=group.no)
    assert [(row.subject, row.value, row.sample) for row in read] == [
        (alone.insured.id_number_index, Decimal(500_000), 2)
    ]
    later = measure_lives(alone.no, clock.now())
    assert {person: measured.value for person, measured in later.items()} == {
        alone.insured.id_number_index: Decimal(500_000)
    }


def test_the_same_event_again_measures_nothing_new() -> None:
    policy = policies.policy()
    outbox.drain(at=clock.now())
    before = IndicatorReading.objects.count()
    event = PolicyIssued(
        policy_no=policy.no, application_no="", order_no="", quote_no="", insurer_code="", product_code=products.GUARD,
        premium=policy.premium, currency="CNY", starts_at=policy.period.lower, ends_at=policy.period.upper,
    )  # fmt: skip
    listeners.measure_issuing(event, at=clock.now() + timedelta(hours=1))
    listeners.measure_life(event, at=clock.now())
    assert IndicatorReading.objects.count() == before


def test_the_refused_share_counts_the_last_decision_of_each_claim() -> None:
    claims.paid()
    claims.refused(claims.referred())
    outbox.drain(at=clock.now())
    measured = measure_refused_share(products.GUARD, clock.now())
    assert measured is not None
    assert (measured.value, measured.sample) == (Decimal(50), 2)
    assert IndicatorReading.objects.filter(indicator=Indicator.REFUSED_SHARE).count() == 1
    assert measure_refused_share("anlan-home", clock.now()) is None


def test_an_alert_says_which_rule_on_which_inputs() -> None:
    alert = made.alert(value="70", sample=20)
    assert (alert.rule, alert.severity, alert.state) == ("AL-11", "high", AlertState.OPEN)
    assert alert.inputs == {"indicator": "refused_share", "value": "70", "sample": "20", "times_usual": "0"}
    assert alert.words.en.startswith("60 per cent")
    assert alert.due_at == alert.opened_at + timedelta(days=3)
    assert len(alert.table_hash) == 64


def test_a_further_hit_counts_up_until_the_alert_is_closed() -> None:
    profile = made.manager()
    alert = made.assigned(profile)
    made.reading()
    alert.refresh_from_db()
    assert alert.hits == 2
    alerts.close_alert(alert=alert, reason="Explained", by=actor_of(profile.user), at=clock.now())
    made.reading()
    assert Alert.objects.count() == 2
    assert list(alert_queue()) == [Alert.objects.latest("id")]


def test_an_alert_is_taken_released_and_closed_by_its_own_person() -> None:
    profile, other = made.manager(), made.manager()
    alert = made.assigned(profile)
    with refused("not_yours"):
        alerts.close_alert(alert=alert, reason="x", by=actor_of(other.user), at=clock.now())
    with refused("reason_needed"):
        alerts.close_alert(alert=alert, reason="  ", by=actor_of(profile.user), at=clock.now())
    alerts.release_alert(alert=alert, by=actor_of(profile.user), at=clock.now())
    assert (alert.state, alert.assigned_to) == (AlertState.OPEN, None)
    with pytest.raises(IllegalMove):
        alerts.close_alert(alert=alert, reason="x", by=actor_of(profile.user), at=clock.now())
    clerk = customers.colleague("customer_service")
    with pytest.raises(NotAllowed):
        alerts.take_alert(alert=alert, staff=clerk.user, by=actor_of(clerk.user), at=clock.now())


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"event": " "}, "text_missing"),
        ({"likelihood": 6}, "off_the_scale"),
        ({"impact": 0}, "off_the_scale"),
        ({"review_date": clock.today() - timedelta(days=1)}, "review_in_the_past"),
    ],
)
def test_wrong_risks_are_named(fields: dict, code: str) -> None:
    with refused(code):
        made.risk(**fields)


def test_a_risk_is_changed_closed_and_opened_again_with_reasons() -> None:
    entry, by, at = made.risk(), made.manager_actor(), clock.now()
    values = made.risk_values(entry.owner, impact=3)
    with refused("reason_needed"):
        register.change_risk(entry=entry, values=values, state="open", reason="", by=by, at=at)
    entry = register.change_risk(entry=entry, values=values, state="open", reason="Insured", by=by, at=at)
    assert entry.score == 6
    entry = register.change_risk(entry=entry, values=values, state="closed", reason="Moved", by=by, at=at)
    assert entry.state == RiskState.CLOSED
    with refused("closed"):
        register.change_risk(entry=entry, values=values, state="closed", reason="x", by=by, at=at)
    entry = register.change_risk(entry=entry, values=values, state="open", reason="Back", by=by, at=at)
    assert entry.state == RiskState.OPEN
    with refused("not_allowed"):
        register.change_risk(
            entry=entry, values=values, state="open", reason="x", by=customers.staff_actor("marketer"), at=at
        )


def test_risks_come_up_for_review() -> None:
    entry = made.risk(review_date=clock.today())
    made.risk()
    assert list(risks_to_review(clock.today())) == [entry]


def test_a_paused_product_takes_no_money_and_binds_nothing() -> None:
    order = policies.order()
    pause = made.paused()
    with refused("sale_paused"):
        policies.payment(order)
    pauses.lift_pause(pause=pause, reason="Price corrected", by=made.manager_actor(), at=clock.now())
    payment = policies.payment(order)
    made.paused()
    policies.capture(payment)
    assert not Policy.objects.exists()


def test_a_pause_in_one_region_stops_that_region() -> None:
    made.paused("310000")
    pauses.check_not_paused(product_code=products.GUARD, at=clock.now())
    pauses.check_not_paused(product_code=products.GUARD, region="110000", at=clock.now())
    with refused("sale_paused"):
        pauses.check_not_paused(product_code=products.GUARD, region="310000", at=clock.now())


def test_pauses_say_no_to_what_makes_no_sense() -> None:
    by, at, product = made.manager_actor(), clock.now(), made.product()
    with refused("reason_needed"):
        pauses.pause_sale(product=product, reason=" ", by=by, at=at)
    with refused("no_region"):
        pauses.pause_sale(product=product, reason="x", region="Mars", by=by, at=at)
    with refused("not_allowed"):
        pauses.pause_sale(product=product, reason="x", by=customers.staff_actor("product_manager"), at=at)
    pause = made.paused()
    with refused("paused_already"):
        made.paused()
    pauses.lift_pause(pause=pause, reason="x", by=by, at=clock.now())
    with refused("lifted_already"):
        pauses.lift_pause(pause=pause, reason="x", by=by, at=clock.now())
