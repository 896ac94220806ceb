"""Django's PostgreSQL backend with a cheaper look at a kept connection before a request uses it."""

import select
from typing import Any

from django.db.backends.postgresql import base
from psycopg import pq


class DatabaseWrapper(base.DatabaseWrapper):
    """Asks the server whether a connection still works only when there is a reason to doubt it.

    A server that ends a connection says so or closes it, and either can be read from the socket (PostgreSQL
    documentation, "Message Flow", asynchronous operations and termination): an idle connection with nothing to read is
    one that nobody ended. Django's own check sends a statement and waits for its answer in every request.
    """

    def is_usable(self) -> bool:
        return (not self.errors_occurred and _is_quiet(self.connection)) or super().is_usable()


def _is_quiet(connection: Any) -> bool:
    if connection is None or connection.closed or connection.pgconn.transaction_status != pq.TransactionStatus.IDLE:
        return False
    poll = select.poll()
    poll.register(connection.pgconn.socket, select.POLLIN)
    return not poll.poll(0)
