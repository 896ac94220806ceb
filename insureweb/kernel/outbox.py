"""Transactional outbox: what happened is written with the change itself and delivered afterwards.

One row per event and handler. A handler runs in one transaction with its done-mark, so a delivery that dies half-way
leaves nothing behind; effects outside the database (mail, gateway) must be idempotent by their own key. Failed
deliveries back off and are parked after `MAX_ATTEMPTS`; a person sees them in the back office and sends them again.
"""

import dataclasses
import logging
import typing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from celery import current_app
from django.db import connection, models, transaction
from django.utils.translation import gettext_lazy as _

from insureweb.kernel import clock
from insureweb.kernel.actors import Actor
from insureweb.kernel.context import acting, current

logger = logging.getLogger(__name__)
MAX_ATTEMPTS = 8
BACK_OFF = [timedelta(seconds=seconds) for seconds in (5, 15, 60, 300, 900, 3600, 10800)]
BATCH = 100
EVERY = models.Q()


class DeliveryState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    DONE = "done", _("Delivered")
    PARKED = "parked", _("Needs a person")


class Delivery(models.Model):
    """One event on its way to one handler."""

    event = models.CharField(_("event"), max_length=80)
    handler = models.CharField(_("handler"), max_length=160)
    payload = models.JSONField(_("content"))
    request_id = models.CharField(_("request id"), max_length=64, blank=True, default="")
    state = models.CharField(_("state"), max_length=8, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    created_at = models.DateTimeField(_("created"))
    due_at = models.DateTimeField(_("due"))
    done_at = models.DateTimeField(_("delivered"), null=True, blank=True)
    error = models.TextField(_("error"), blank=True, default="")

    class Meta:
        app_label = "kernel"
        verbose_name = _("outbox delivery")
        verbose_name_plural = _("outbox deliveries")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["due_at", "id"], name="delivery_waiting", condition=models.Q(state=DeliveryState.WAITING)
            ),
            models.Index(fields=["event"], name="delivery_parked", condition=models.Q(state=DeliveryState.PARKED)),
        ]

    def __str__(self) -> str:
        return f"{self.event} → {self.handler}"


@dataclass(frozen=True)
class Event:
    """Base of everything that happened. Fields are plain values: text, numbers, Decimal, dates, None."""


@dataclass(frozen=True)
class Handler:
    name: str
    function: Callable[..., None]
    event: type[Event]
    outside_transaction: bool


_handlers: dict[str, Handler] = {}
_by_event: dict[str, list[Handler]] = {}


def event_name(event: type[Event]) -> str:
    return f"{event.__module__}.{event.__qualname__}"


def subscribe(
    event: type[Event], *, outside_transaction: bool = False
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register `handler(event, *, at)`; it may be called again for the same event and must bear it.

    With `outside_transaction` the handler runs with no transaction open: for calls over a network.
    """

    def register(function: Callable[..., None]) -> Callable[..., None]:
        handler = Handler(f"{function.__module__}.{function.__qualname__}", function, event, outside_transaction)
        if handler.name not in _handlers:
            _handlers[handler.name] = handler
            _by_event.setdefault(event_name(event), []).append(handler)
        return function

    return register


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value


def _payload(event: Event) -> dict[str, Any]:
    return {field.name: _plain(getattr(event, field.name)) for field in dataclasses.fields(event)}


READERS: dict[type, Callable[[str], Any]] = {
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
    Decimal: Decimal,
}


def _revived(event: type[Event], payload: dict[str, Any]) -> Event:
    hints = typing.get_type_hints(event)
    values: dict[str, Any] = {}
    for name, value in payload.items():
        kinds = typing.get_args(hints[name]) or (hints[name],)
        read = next((read for kind, read in READERS.items() if kind in kinds), None)
        values[name] = read(value) if read and isinstance(value, str) else value
    return event(**values)


_noted: ContextVar[list[int] | None] = ContextVar("insureweb_noted_deliveries", default=None)


@contextmanager
def noting() -> Iterator[list[int]]:
    """The rows that are published inside, by their ids. Whoever notes them also delivers them: no worker is woken."""
    noted: list[int] = []
    token = _noted.set(noted)
    try:
        yield noted
    finally:
        _noted.reset(token)


def publish(event: Event, *, at: datetime) -> None:
    """Write the event for each of its handlers into the open transaction; delivery starts after commit.

    Raises:
        RuntimeError: outside a transaction the event could be lost or come true too early.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("Events are published inside a use case.")
    handlers = _by_event.get(event_name(type(event)), [])
    if not handlers:
        return
    payload = _payload(event)
    rows = Delivery.objects.bulk_create(
        Delivery(
            event=event_name(type(event)),
            handler=handler.name,
            payload=payload,
            created_at=at,
            due_at=at,
            request_id=current().request_id,
        )
        for handler in handlers
    )
    noted = _noted.get()
    if noted is not None:
        noted.extend(row.pk for row in rows)
    elif not any(hook[1] is _wake_relay for hook in connection.run_on_commit):
        transaction.on_commit(_wake_relay, robust=True)


def _wake_relay() -> None:
    """Ask the worker to deliver now. The schedule does so anyway, so a broker that is away only costs seconds."""
    current_app.send_task("insureweb.kernel.tasks.relay_outbox", retry=False, ignore_result=True)


def deliver_next(
    *, at: datetime, skip: frozenset[int] = frozenset(), among: models.Q = EVERY, only: int | None = None
) -> int | None:
    """Deliver the oldest waiting row that is due and free, or the `only` one; its id, or None when there is none."""
    with transaction.atomic():
        due = Delivery.objects.select_for_update(skip_locked=True).filter(
            among, state=DeliveryState.WAITING, due_at__lte=at
        )
        wanted = due.filter(pk=only) if only else due.exclude(pk__in=skip)
        delivery = wanted.order_by("due_at", "id").first()
        if delivery is None:
            return None
        handler = _handlers.get(delivery.handler)
        if handler is not None and handler.outside_transaction:
            # Claimed by moving it into the future, so that the network call holds no lock.
            delivery.due_at = at + BACK_OFF[2]
            delivery.save(update_fields=["due_at"])
        else:
            _attempt(delivery, handler, at)
            return delivery.pk
    _attempt(delivery, handler, at)
    return delivery.pk


def _attempt(delivery: Delivery, handler: Handler | None, at: datetime) -> None:
    delivery.attempts += 1
    try:
        if handler is None:
            raise LookupError(f"No handler {delivery.handler}.")
        event = _revived(handler.event, delivery.payload)
        with acting(Actor.system("outbox"), request_id=delivery.request_id):
            if handler.outside_transaction:
                handler.function(event, at=at)
            else:
                with transaction.atomic(), connection.cursor() as cursor:
                    handler.function(event, at=at)
                    # What would only fail at commit fails here, where it can be written down.
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                    cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    except Exception as error:  # noqa: BLE001  whatever went wrong, the row must say so and wait
        _postpone(delivery, error, at)
    else:
        delivery.state, delivery.done_at, delivery.error = DeliveryState.DONE, at, ""
    delivery.save(update_fields=["state", "attempts", "due_at", "done_at", "error"])


def _postpone(delivery: Delivery, error: Exception, at: datetime) -> None:
    delivery.error = f"{type(error).__name__}: {error}"[:500]
    logger.warning("outbox_delivery_failed", extra={"delivery": delivery.pk, "error": type(error).__name__})
    if delivery.attempts >= MAX_ATTEMPTS:
        delivery.state = DeliveryState.PARKED
    else:
        delivery.due_at = at + BACK_OFF[min(delivery.attempts, len(BACK_OFF)) - 1]


def drain(*, at: datetime, limit: int = 10_000, among: models.Q = EVERY) -> int:
    """Deliver everything due, including what the handlers publish; each row at most once a call. The number tried."""
    tried: set[int] = set()
    while len(tried) < limit:
        done = deliver_next(at=at, skip=frozenset(tried), among=among)
        if done is None:
            break
        tried.add(done)
    return len(tried)


def hold_back(*, among: models.Q, until: datetime) -> int:
    """Keep waiting rows from being delivered before an instant; how many."""
    return Delivery.objects.filter(among, state=DeliveryState.WAITING).update(due_at=until)


def deliver_as_of_creation(identifier: int) -> bool:
    """Deliver a row that was held back as if at the instant it was written; False when another process has it."""
    with transaction.atomic():
        waiting = Delivery.objects.select_for_update(skip_locked=True).filter(
            pk=identifier, state=DeliveryState.WAITING
        )
        delivery = waiting.first()
        if delivery is None:
            return False
        waiting.update(due_at=delivery.created_at)
        with clock.moved_to(delivery.created_at):
            return deliver_next(at=delivery.created_at, only=identifier) is not None


def send_again(delivery: Delivery, *, at: datetime) -> None:
    """Give a parked delivery a fresh set of attempts."""
    Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.PARKED).update(
        state=DeliveryState.WAITING, attempts=0, due_at=at
    )


def parked_deliveries(event: Event) -> models.QuerySet[Delivery]:
    """Deliveries of this very event that were tried often enough and now need a person."""
    parked = Delivery.objects.filter(state=DeliveryState.PARKED, event=event_name(type(event)))
    return parked.filter(payload=_payload(event))


def oldest_age(at: datetime) -> timedelta:
    """How long the oldest waiting delivery has been waiting; the health of the relay."""
    oldest = Delivery.objects.filter(state=DeliveryState.WAITING).aggregate(models.Min("created_at"))
    created: datetime | None = oldest["created_at__min"]
    return timedelta(0) if created is None else max(at - created, timedelta(0))


def parked_count() -> int:
    return Delivery.objects.filter(state=DeliveryState.PARKED).count()
