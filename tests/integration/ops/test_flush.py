"""The suite's own machinery: emptying tables keeps the rows that migrations made."""

from collections.abc import Iterator

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import ProgrammingError, connection


@pytest.fixture
def guarded_table(transactional_db: None) -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute("CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''no''; END'")
        cursor.execute("CREATE TRIGGER guard BEFORE TRUNCATE ON django_session EXECUTE FUNCTION refuse()")
    yield "django_session"
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER guard ON django_session; DROP FUNCTION refuse()")


def test_a_guarded_table_refuses_truncate(guarded_table: str) -> None:
    with pytest.raises(ProgrammingError), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {guarded_table}")


def test_flush_passes_the_guard_and_brings_back_migrated_rows(guarded_table: str) -> None:
    migrated = ContentType.objects.count()
    ContentType.objects.create(app_label="made", model="by_a_test")
    call_command("flush", interactive=False, inhibit_post_migrate=True)
    assert ContentType.objects.count() == migrated > 0
    ContentType.objects.create(app_label="identity", model="continues")
    assert ContentType.objects.count() == migrated + 1
