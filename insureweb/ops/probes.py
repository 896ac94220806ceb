"""The smallest questions that tell whether a part works; each raises when it does not."""

from secrets import token_hex

from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


class NotReady(Exception):
    """A part answers, but not as it should."""


def database_answers() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def pending_migrations() -> list[str]:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


_seen_up_to_date = False


def nothing_pending() -> None:
    """Reads every migration file, so a process asks only until the answer was yes: code does not change under it."""
    global _seen_up_to_date  # noqa: PLW0603  a process-wide memory is the point
    if _seen_up_to_date:
        return
    pending = pending_migrations()
    if pending:
        raise NotReady(f"{len(pending)} migrations wait, first {pending[0]}")
    _seen_up_to_date = True


def cache_answers() -> None:
    key, value = "insureweb:probe:cache", token_hex(8)
    cache.set(f"{key}:{value}", value, timeout=10)
    if cache.get(f"{key}:{value}") != value:
        raise NotReady("the cache forgets what it was told")
    cache.delete(f"{key}:{value}")
