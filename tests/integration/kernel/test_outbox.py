"""What is published is delivered once, whatever fails on the way."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from insureweb.kernel import outbox
from insureweb.kernel.actors import Actor
from insureweb.kernel.context import current, use_case
from insureweb.kernel.outbox import Delivery, DeliveryState, Event, drain, publish, subscribe

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 19, 4, tzinfo=UTC)
seen: list[object] = []


@dataclass(frozen=True)
class LampLit(Event):
    name: str
    amount: Decimal
    on: date
    at_instant: datetime | None = None


@subscribe(LampLit)
def write_down(event: LampLit, *, at: datetime) -> None:
    seen.append(event)


@dataclass(frozen=True)
class LampBroke(Event):
    name: str


@subscribe(LampBroke)
def always_fail(event: LampBroke, *, at: datetime) -> None:
    Delivery.objects.create(event="trace", handler="trace", payload={}, created_at=at, due_at=at + timedelta(days=9))
    raise RuntimeError("no bulb")


@use_case
def light(*, event: Event, by: Actor, at: datetime, fail: bool = False) -> None:
    publish(event, at=at)
    if fail:
        raise RuntimeError("power cut")


@pytest.fixture(autouse=True)
def empty_list():
    seen.clear()


EVENT = LampLit("quay", Decimal("12.30"), date(2026, 5, 19), NOW)


def test_delivered_once_with_its_values_intact():
    light(event=EVENT, by=Actor.system("test"), at=NOW)
    assert seen == []
    assert drain(at=NOW) == 1
    assert seen == [EVENT]
    assert drain(at=NOW) == 0
    assert Delivery.objects.get().state == DeliveryState.DONE


def test_nothing_is_sent_when_the_change_is_rolled_back():
    with pytest.raises(RuntimeError, match="power cut"):
        light(event=EVENT, by=Actor.system("test"), at=NOW, fail=True)
    assert drain(at=NOW) == 0
    assert seen == []


@pytest.mark.django_db(transaction=True)
def test_publishing_needs_a_transaction():
    with pytest.raises(RuntimeError, match="use case"):
        publish(EVENT, at=NOW)


def test_a_failing_handler_leaves_nothing_behind_backs_off_and_is_parked():
    light(event=LampBroke("quay"), by=Actor.system("test"), at=NOW)
    at = NOW
    for attempt in range(1, outbox.MAX_ATTEMPTS + 1):
        assert drain(at=at) == 1
        delivery = Delivery.objects.get()
        assert delivery.attempts == attempt
        assert drain(at=at) == 0, "not before its time"
        at = delivery.due_at + timedelta(seconds=1)
    assert delivery.state == DeliveryState.PARKED
    assert delivery.error == "RuntimeError: no bulb"
    assert outbox.parked_count() == 1
    outbox.send_again(delivery, at=at)
    assert drain(at=at) == 1


def test_oldest_age_measures_the_relay():
    assert outbox.oldest_age(NOW) == timedelta(0)
    light(event=EVENT, by=Actor.system("test"), at=NOW)
    assert outbox.oldest_age(NOW + timedelta(minutes=3)) == timedelta(minutes=3)


def test_the_request_id_travels():
    asked = []

    @dataclass(frozen=True)
    class Asked(Event):
        pass

    globals()["Asked"] = Asked
    subscribe(Asked)(lambda event, *, at: asked.append(current().request_id))
    with transaction.atomic():
        publish(Asked(), at=NOW)
    Delivery.objects.update(request_id="r-1")
    drain(at=NOW)
    assert asked == ["r-1"]
