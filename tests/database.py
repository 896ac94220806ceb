"""Emptying tables that refuse TRUNCATE, without losing the rows that migrations made."""

from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations

KEPT = "migrated"


def allow_flush_of_guarded_tables() -> None:
    """Let Django's flush, which transactional and live-server tests end with, pass the triggers against TRUNCATE.

    Sequences go on where they are, so that rows put back later never meet new ones with the same key.
    """
    original = DatabaseOperations.execute_sql_flush

    def execute_sql_flush(self: DatabaseOperations, sql_list: list[str]) -> None:
        if not sql_list:
            return
        begin = ["SET LOCAL session_replication_role = replica"]
        end = ["SET LOCAL session_replication_role = origin"]
        emptying = [statement.replace("RESTART IDENTITY", "") for statement in sql_list]
        original(self, [*begin, *emptying, *_restoring_statements(), *end])

    DatabaseOperations.execute_sql_flush = execute_sql_flush


def remember_migrated_rows() -> None:
    """Copy every table that has rows right after the migrations."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {KEPT} CASCADE")
        cursor.execute(f"CREATE SCHEMA {KEPT}")
        for table in connection.introspection.table_names(cursor):
            if table == "django_migrations":
                continue
            name = connection.ops.quote_name(table)
            cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {name})")
            if cursor.fetchone()[0]:
                cursor.execute(f"CREATE TABLE {KEPT}.{name} AS TABLE {name}")


def _restoring_statements() -> list[str]:
    """Statements that put the rows back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [KEPT])
        return [f'INSERT INTO public."{table}" SELECT * FROM {KEPT}."{table}"' for (table,) in cursor.fetchall()]
