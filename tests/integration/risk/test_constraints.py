"""Each named constraint, violated by a writer that goes round the services."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, InternalError, connection, transaction

from insureweb.kernel import clock
from risk.models import Alert, IndicatorReading, RiskEntry, SalePause
from tests.factories import risk as made

pytestmark = pytest.mark.django_db


def refused_by(constraint: str, act: Any) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        act()


def insert_reading(**fields: Any) -> Any:
    values = {
        "indicator": "refused_share", "subject_kind": "product", "subject": "x", "cause": "c", "value": 1, "sample": 1,
        "at": clock.now(),
    }  # fmt: skip
    return lambda: IndicatorReading.objects.create(**(values | fields))


def test_readings() -> None:
    refused_by("reading_value_not_negative", insert_reading(value=-1))
    refused_by("reading_share_is_a_share", insert_reading(value=101))
    insert_reading()()
    refused_by("reading_is_taken_once_for_a_cause", insert_reading())


def test_readings_stay_as_they_are() -> None:
    reading = made.reading(value="1")
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        IndicatorReading.objects.filter(pk=reading.pk).update(value=2)


ALERT_CHANGES = [
    ("alert_closed_with_a_reason", {"closed_at": clock.now()}),
    ("alert_assigned_has_a_person", {"state": "assigned"}),
    ("alert_hit_at_least_once", {"hits": 0}),
    ("alert_words_in_both_languages", {"words": {"en": "Only one"}}),
    ("alert_state_guard|alert: open may not become closed", {"state": "closed"}),
]


@pytest.mark.parametrize(("constraint", "fields"), ALERT_CHANGES)
def test_alerts(constraint: str, fields: dict[str, Any]) -> None:
    alert = made.alert()
    refused_by(constraint, lambda: Alert.objects.filter(pk=alert.pk).update(**fields))


def test_an_alert_was_last_hit_after_it_was_first() -> None:
    alert = made.alert()
    early = alert.opened_at - timedelta(seconds=1)
    refused_by("alert_last_hit_after_the_first", lambda: Alert.objects.filter(pk=alert.pk).update(last_hit_at=early))


def test_one_live_alert_for_a_subject() -> None:
    alert = made.alert()
    copy = {
        field.attname: getattr(alert, field.attname) for field in Alert._meta.fields if field.name not in {"id", "uuid"}
    }
    refused_by("alert_one_live_for_a_subject", lambda: Alert.objects.create(**copy))


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("risk_likelihood_is_1_to_5", {"likelihood": 6}),
        ("risk_impact_is_1_to_5", {"impact": 0}),
        ("risk_says_cause_event_consequence", {"event": ""}),
    ],
)
def test_risks(constraint: str, fields: dict[str, Any]) -> None:
    entry = made.risk()
    refused_by(constraint, lambda: RiskEntry.objects.filter(pk=entry.pk).update(**fields))


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("sale_pause_has_a_reason", {"reason": ""}),
        ("sale_pause_region_is_a_code", {"region": "Shanghai"}),
        ("sale_pause_lifted_by_somebody_for_a_reason", {"lifted_at": clock.now() + timedelta(days=1)}),
        (
            "sale_pause_lifted_after_its_start",
            {"lifted_at": clock.now() - timedelta(days=1), "lifted_by_label": "x", "lifting_reason": "x"},
        ),
    ],
)
def test_pauses(constraint: str, fields: dict[str, Any]) -> None:
    pause = made.paused()
    refused_by(constraint, lambda: SalePause.objects.filter(pk=pause.pk).update(**fields))


def test_one_live_pause_for_a_product_and_region() -> None:
    pause = made.paused()
    refused_by(
        "sale_pause_one_live_for_product_and_region",
        lambda: SalePause.objects.create(product=pause.product, reason="x", starts_at=clock.now()),
    )


def test_what_business_tables_hold_is_seen_by_the_history() -> None:
    entry = made.risk()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_change WHERE table_name = %s", [RiskEntry._meta.db_table])
        assert cursor.fetchone()[0] >= 1
    assert entry.score == 10
