"""Orders made before orders had items are carried over, and back again."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests.factories import policies as made

pytestmark = pytest.mark.django_db(transaction=True)


def migrate(name):
    executor = MigrationExecutor(connection)
    executor.migrate([("policies", name)])


def rows(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def test_every_order_keeps_its_application_amount_insurer_and_liveness():
    paid, waiting, closed = made.policy(), made.order(), made.order()
    type(closed).objects.filter(pk=closed.pk).update(state="cancelled")
    newest = max(key[1] for key in MigrationExecutor(connection).loader.graph.leaf_nodes("policies"))
    items = "SELECT order_id, application_id, insurer_code, amount, is_live FROM policies_orderitem ORDER BY order_id"
    before = rows(items)
    assert [row[-1] for row in before] == [True, True, False]
    try:
        migrate("0005_needs_checks")
        orders = rows("SELECT id, application_id, insurer_shares -> 0 ->> 'insurer' FROM policies_order ORDER BY id")
        assert orders == [row[:3] for row in before]
    finally:
        migrate(newest)
    assert rows(items) == before
    assert waiting.pk in {row[0] for row in before}
    assert paid.order_no
