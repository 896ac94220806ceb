"""Emptying tables that refuse TRUNCATE, without losing the rows that migrations made."""

from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations

KEPT = "migrated"


def allow_flush_of_guarded_tables() -> None:
    """Let Django's flush, which transactional and live-server tests end with, pass the triggers against TRUNCATE."""
    original = DatabaseOperations.execute_sql_flush

    def execute_sql_flush(self: DatabaseOperations, sql_list: list[str]) -> None:
        if not sql_list:
            return
        begin = ["SET LOCAL session_replication_role = replica"]
        end = ["SET LOCAL session_replication_role = origin"]
        original(self, [*begin, *sql_list, *_restoring_statements(), *end])

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
    """Statements that put the rows back and move each identity sequence past them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [KEPT])
        kept = [row[0] for row in cursor.fetchall()]
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND is_identity = 'YES' AND table_name = ANY(%s)",
            [kept],
        )
        identities = cursor.fetchall()
    rows = [f'INSERT INTO public."{t}" SELECT * FROM {KEPT}."{t}"' for t in kept]
    sequences = [
        f'SELECT setval(pg_get_serial_sequence(\'"{t}"\', \'{c}\'), (SELECT max("{c}") FROM "{t}"))'
        for t, c in identities
    ]
    return [*rows, *sequences]
