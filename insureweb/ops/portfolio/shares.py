"""The portfolio's people shared out between processes, one for each core.

A share's purchases, prices and dates come from its own dice, and its public numbers from a block of their own, so that
the result is the same however the processes happen to overlap.
"""

import logging
import multiprocessing
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing.connection import Connection

from django.db import connection, connections

from customers.models import User
from insureweb.ops.portfolio.make import Portfolio, Share, Size

SCHEMA = "portfolio_numbers"
BLOCK = 5_000


class ShareFailed(Exception):
    """A share's process ended before its work; what went wrong stands on its error output."""


@dataclass
class Result:
    """What all shares made, and whom the rules turned away."""

    made: Counter[str] = field(default_factory=Counter)
    turned_away: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Task:
    """What every share is told."""

    now: datetime
    seed: int
    size: Size
    staff: dict[str, User]

    def carry_out(self, share: Share, progress: Callable[[datetime], None]) -> Result:
        ease_this_connection()
        _open_block(share)
        portfolio = Portfolio(now=self.now, seed=self.seed, size=self.size, staff=self.staff, share=share)
        portfolio.run(progress)
        return Result(portfolio.made, portfolio.turned_away)


def ease_this_connection() -> None:
    """Invented data may be lost with the machine; waiting for the disk thousands of times is not worth it."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")


def carry_out_in_shares(task: Task, processes: int, progress: Callable[[datetime], None]) -> Result:
    """Every share in its own process, the first one here.

    Raises:
        ShareFailed: one of them did not finish.
    """
    connections.close_all()  # a connection belongs to one process
    context = multiprocessing.get_context("fork")
    others = []
    for index in range(1, processes):
        receiver, sender = context.Pipe(duplex=False)
        process = context.Process(target=_in_child, args=(task, Share(index, processes), sender), daemon=True)
        process.start()
        sender.close()
        others.append((process, receiver))
    result = task.carry_out(Share(0, processes), progress)
    for process, receiver in others:
        try:
            theirs: Result = receiver.recv()
        except EOFError as error:
            raise ShareFailed("Another process of the portfolio failed; the reason stands above.") from error
        process.join()
        result.made.update(theirs.made)
        result.turned_away.update(theirs.turned_away)
    _close_blocks()
    return result


def _in_child(task: Task, share: Share, sender: Connection) -> None:
    logging.getLogger("django.request").setLevel(logging.ERROR)
    sender.send(task.carry_out(share, lambda _at: None))


def _number_sequences() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND starts_with(sequencename, 'number_')"
        )
        return [name for (name,) in cursor.fetchall()]


def _open_block(share: Share) -> None:
    """Later shares draw from sequences that hide those of the house and begin at their own block."""
    if not share.index:
        return
    names = _number_sequences()
    schema = f"{SCHEMA}_{share.index}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {schema}")
        for name in names:
            cursor.execute(f'CREATE SEQUENCE {schema}."{name}" START {share.index * BLOCK + 1}')
        cursor.execute(f"SET search_path TO {schema}, public")


def _close_blocks() -> None:
    """From now on the house goes on behind the last block."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace WHERE starts_with(nspname, %s) ORDER BY nspname", [SCHEMA])
        for (schema,) in cursor.fetchall():
            for name in _number_sequences():
                cursor.execute(f"""SELECT setval('public."{name}"', nextval('{schema}."{name}"'))""")
            cursor.execute(f"DROP SCHEMA {schema} CASCADE")
