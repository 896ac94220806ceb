"""Who, why and which request: kept for the running code and handed to PostgreSQL once a transaction.

History triggers read it with `current_setting('insureweb.context', true)`, so bulk updates and raw SQL inside a
service are attributed as well as single saves.
"""

import functools
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ParamSpec, TypeVar

from django.db import connection, transaction

from insureweb.kernel.actors import Actor

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Context:
    actor: Actor
    reason: str = ""
    request_id: str = ""

    def as_json(self) -> str:
        return json.dumps(
            {
                "kind": self.actor.kind,
                "id": self.actor.id,
                "label": self.actor.label,
                "reason": self.reason,
                "request": self.request_id,
            },
            ensure_ascii=False,
        )


_current: ContextVar[Context | None] = ContextVar("insureweb_context", default=None)


def current() -> Context:
    return _current.get() or Context(Actor.anonymous())


@contextmanager
def acting(actor: Actor, *, reason: str = "", request_id: str | None = None) -> Iterator[Context]:
    """Let everything inside be done by this actor for this reason; the request id is inherited unless given."""
    before = current()
    context = Context(actor, reason, before.request_id if request_id is None else request_id)
    token = _current.set(context)
    try:
        yield context
    finally:
        _current.reset(token)


_depth: ContextVar[int] = ContextVar("insureweb_use_case_depth", default=0)


def _told() -> tuple[object, str] | None:
    return getattr(connection, "_insureweb_told", None)


def _tell_database(context: Context) -> None:
    """Hand the context to the open transaction; it ends with the transaction and is sent only when it changed."""
    told = (connection.atomic_blocks[0], context.as_json())
    if _told() == told:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('insureweb.context', %s, true)", [told[1]])
    connection._insureweb_told = told  # type: ignore[attr-defined]


def use_case(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Make a service: one transaction, with the actor and the reason known to the history.

    The service takes keyword arguments only, among them `by: Actor` and `at: datetime` (aware); an optional `reason`
    is stored with every row the service changes. A service called by a service joins its transaction without a
    savepoint: whoever wants to survive a refusal from inside wraps that call in `transaction.atomic()`.
    """

    @functools.wraps(function)
    def service(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        if args:
            raise TypeError(f"{function.__name__}() takes keyword arguments only.")
        actor = _checked_actor(function.__name__, kwargs)
        outer, told_before, depth = current(), _told(), _depth.get()
        reason = str(kwargs.get("reason") or (outer.reason if depth else ""))
        token = _depth.set(depth + 1)
        try:
            with acting(actor, reason=reason) as context, transaction.atomic(savepoint=depth == 0):
                _tell_database(context)
                result = function(*args, **kwargs)
                if depth and context != outer:
                    _tell_database(outer)
            return result
        except BaseException:
            connection._insureweb_told = told_before  # type: ignore[attr-defined]
            raise
        finally:
            _depth.reset(token)

    service.is_use_case = True  # type: ignore[attr-defined]
    return service


def _checked_actor(name: str, kwargs: dict[str, Any]) -> Actor:
    actor, at = kwargs.get("by"), kwargs.get("at")
    if not isinstance(actor, Actor):
        raise TypeError(f"{name}() needs by=Actor.")
    if not isinstance(at, datetime) or at.tzinfo is None:
        raise TypeError(f"{name}() needs at=an instant with a time zone.")
    return actor
