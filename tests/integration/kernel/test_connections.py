"""Kept connections: an ended one is noticed before it is used, a working one is not asked."""

import pytest
from django.conf import settings
from django.db import connection, connections

from insureweb.kernel.shared_cache import SharedCache

pytestmark = pytest.mark.django_db(transaction=True)


def process_number():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def a_new_request():
    """What Django does between two requests."""
    connection.close_if_unusable_or_obsolete()


@pytest.fixture(autouse=True)
def _checks_as_in_production():
    before = connection.health_check_enabled
    connection.health_check_enabled = True
    yield
    connection.health_check_enabled = before


def test_a_working_connection_is_kept_without_a_statement(monkeypatch):
    number = process_number()
    django = "django.db.backends.postgresql.base.DatabaseWrapper"
    monkeypatch.setattr(f"{django}.is_usable", lambda self: pytest.fail("asked"))
    a_new_request()
    assert process_number() == number


def test_a_connection_the_server_ended_is_replaced_before_it_is_used():
    number = process_number()
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [number])
            assert cursor.fetchone() == (True,)
    finally:
        other.close()
    a_new_request()
    assert process_number() != number


def test_a_connection_with_something_to_read_is_asked_and_kept():
    number = process_number()
    with connection.cursor() as cursor:
        cursor.execute("LISTEN house")
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("NOTIFY house")
    finally:
        other.close()
    a_new_request()
    assert process_number() == number


def test_the_shared_cache_keeps_one_client_and_works_as_django_says():
    shared = SharedCache(settings.CACHES["default"]["LOCATION"], {"KEY_PREFIX": "kept-clients"})
    shared.set("a", {"b": [1, 2]}, 60)
    assert shared.get("a") == {"b": [1, 2]}
    assert shared._cache.get_client() is shared._cache.get_client(write=True)
    assert shared.add("a", 1) is False
    shared.delete("a")
    assert shared.get("a", "gone") == "gone"
