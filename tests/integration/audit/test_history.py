"""Whoever writes, and however: the change is kept, with who and why; and what is kept cannot be changed."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from customers.models import Unit
from insureweb.audit.models import AccessLog, Change
from insureweb.audit.selectors import history_of
from insureweb.kernel.actors import Actor
from insureweb.kernel.context import acting, use_case
from insureweb.kernel.localized import Localized

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 19, 4, tzinfo=UTC)
HE_MIN = Actor("staff", "7", "He Min", frozenset({"underwriter"}))
NAME = Localized(zh_hans="核保部", en="Underwriting")


@use_case
def open_unit(*, code: str, by: Actor, at: datetime, reason: str = "") -> Unit:
    return Unit.objects.create(code=code, name=NAME)


@use_case
def rename_all(*, name: Localized, by: Actor, at: datetime, reason: str = "") -> None:
    Unit.objects.update(name=name)


def test_a_creation_is_one_line_with_who_why_and_which_request():
    with acting(Actor.anonymous(), request_id="r-42"):
        unit = open_unit(code="uw", by=HE_MIN, at=NOW, reason="new department")
    (change,) = history_of(unit)
    assert (change.operation, change.before) == ("I", None)
    assert (change.actor_kind, change.actor_id, change.actor_label) == ("staff", "7", "He Min")
    assert (change.reason, change.request_id) == ("new department", "r-42")
    assert change.transaction_id > 0


def test_a_bulk_update_keeps_the_old_value_of_every_row():
    units = [open_unit(code=code, by=HE_MIN, at=NOW) for code in ("uw", "uw-2")]
    rename_all(name=Localized(zh_hans="新契约部", en="New business"), by=HE_MIN, at=NOW, reason="reorganised")
    for unit in units:
        change = history_of(unit).first()
        assert (change.operation, change.reason) == ("U", "reorganised")
        assert change.before == {"name": NAME.as_dict()}


def test_raw_sql_is_seen_and_named_after_the_database_role_outside_a_service():
    unit = open_unit(code="uw", by=HE_MIN, at=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('insureweb.context', '', true)")
        cursor.execute("DELETE FROM customers_unit WHERE id = %s", [unit.pk])
    change = history_of(unit).first()
    assert (change.operation, change.actor_kind) == ("D", "database")
    assert change.before["code"] == "uw"


def test_an_update_that_changes_nothing_leaves_no_line():
    unit = open_unit(code="uw", by=HE_MIN, at=NOW)
    unit.save()
    assert history_of(unit).count() == 1


def test_nested_services_keep_their_own_actor_and_give_the_outer_one_back():
    @use_case
    def outer_service(*, by: Actor, at: datetime, reason: str = "") -> list[Unit]:
        first = Unit.objects.create(code="a-1", name=NAME)
        second = open_unit(code="b-1", by=Actor.system("clock"), at=at, reason="inner")
        return [first, second, Unit.objects.create(code="c-1", name=NAME)]

    units = outer_service(by=HE_MIN, at=NOW, reason="outer")
    lines = [(history_of(unit).get().actor_label, history_of(unit).get().reason) for unit in units]
    assert lines == [("He Min", "outer"), ("clock", "inner"), ("He Min", "outer")]


def test_after_a_refused_inner_service_the_outer_context_still_holds():
    @use_case
    def failing_service(*, by: Actor, at: datetime) -> None:
        Unit.objects.create(code="lost", name=NAME)
        raise LookupError

    @use_case
    def patient_service(*, by: Actor, at: datetime) -> Unit:
        with pytest.raises(LookupError), transaction.atomic():
            failing_service(by=Actor.system("clock"), at=at)
        return Unit.objects.create(code="kept", name=NAME)

    unit = patient_service(by=HE_MIN, at=NOW)
    assert history_of(unit).get().actor_label == "He Min"
    assert not Unit.objects.filter(code="lost").exists()


@pytest.mark.django_db(transaction=True)
def test_the_context_ends_with_its_transaction():
    open_unit(code="uw", by=HE_MIN, at=NOW)
    Unit.objects.update(code="uw-3")
    assert Change.objects.first().actor_kind == "database"


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_change SET reason = 'other'",
        "DELETE FROM audit_change",
        "TRUNCATE audit_change",
        "UPDATE audit_accesslog SET reason = 'other'",
        "DELETE FROM audit_accesslog",
        "TRUNCATE audit_accesslog",
        "TRUNCATE customers_unit CASCADE",
    ],
)
def test_history_cannot_be_rewritten(sql):
    open_unit(code="uw", by=HE_MIN, at=NOW)
    AccessLog.objects.create(
        kind="reveal",
        subject="customers_party",
        actor_kind="staff",
        actor_id="7",
        actor_label="He Min",
        reason="call",
        at=NOW,
    )
    with (
        pytest.raises(DatabaseError, match=r"append-only|truncated"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


def test_looking_needs_a_reason():
    with pytest.raises(IntegrityError, match="access_has_a_reason"), transaction.atomic():
        AccessLog.objects.create(
            kind="reveal",
            subject="customers_party",
            actor_kind="staff",
            actor_id="7",
            actor_label="He Min",
            reason="",
            at=NOW,
        )


def test_a_service_says_who_and_when():
    with pytest.raises(TypeError, match="by=Actor"):
        open_unit(code="uw", at=NOW)
    with pytest.raises(TypeError, match="time zone"):
        open_unit(code="uw", by=HE_MIN, at=NOW.replace(tzinfo=None))
    with pytest.raises(TypeError, match="keyword"):
        open_unit("uw", by=HE_MIN, at=NOW)
