"""Rows that many tests start from: made once a process by the services, from then on put back by COPY."""

from collections.abc import Callable
from typing import Any

from django.db import connection, transaction

Copies = list[tuple[str, bytes]]
_kept: dict[str, Copies] = {}


def made_once(name: str, make: Callable[[], object]) -> None:
    """Call `make` and keep the rows it adds; the next time add the very same rows, with the same keys.

    For what only adds rows: changes of rows that stood before are not kept. Keys are never drawn twice, because a
    sequence does not go back with its transaction.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        if name in _kept:
            _put_back(cursor, _kept[name])
            return
        before = _last_keys(cursor)
        make()
        _kept[name] = [
            (table, _read(cursor, f'COPY (SELECT * FROM "{table}" WHERE "{key}" > {before[table, key]}) TO STDOUT'))
            for (table, key), last in _last_keys(cursor).items()
            if last > before[table, key]
        ]


def _last_keys(cursor: Any) -> dict[tuple[str, str], int]:
    """The highest primary key of every table whose key is one number, by table and column."""
    cursor.execute(
        "SELECT c.relname, a.attname FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid"
        " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]"
        " WHERE i.indisprimary AND i.indnatts = 1 AND a.atttypid IN ('int4'::regtype, 'int8'::regtype)"
        " AND c.relnamespace = 'public'::regnamespace"
    )
    keys = cursor.fetchall()
    highest = (f"SELECT '{table}', '{key}', coalesce(max(\"{key}\"), 0) FROM \"{table}\"" for table, key in keys)
    cursor.execute(" UNION ALL ".join(highest))
    return {(table, key): last for table, key, last in cursor.fetchall()}


def _read(cursor: Any, statement: str) -> bytes:
    with cursor.copy(statement) as copy:
        return b"".join(bytes(part) for part in copy)


def _put_back(cursor: Any, copies: Copies) -> None:
    """Triggers stand aside: they did their work when the rows were made."""
    cursor.execute("SET LOCAL session_replication_role = replica")
    for table, rows in copies:
        with cursor.copy(f'COPY "{table}" FROM STDIN') as copy:
            copy.write(rows)
    cursor.execute("SET LOCAL session_replication_role = origin")
