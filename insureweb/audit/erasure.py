"""The one door through which an append-only row may go: erasing a prospect's data when its time is over.

pgtrigger's own context manager puts a second command into each statement, which server-side binding refuses; here the
setting is written by itself, for the rest of the transaction, and taken back.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, models, transaction

from insureweb.audit.models import AppendOnly

TRIGGER = "append_only"


@contextmanager
def erasing(*of: type[AppendOnly]) -> Iterator[None]:
    """Inside the block rows of these tables may be deleted. Opens a transaction of its own; a failure inside undoes
    everything, the permission too.
    """
    names = [trigger.get_pgid(model) for model in of for trigger in _triggers(model)]
    with transaction.atomic():
        _allow("{" + ",".join(names) + "}")
        yield
        _allow("{}")


def _triggers(model: type[models.Model]) -> list:
    return [trigger for trigger in model._meta.triggers if trigger.name == TRIGGER]  # type: ignore[attr-defined]


def _allow(names: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", [names])
