"""Runs of a version over past business: begun by a person, done by the worker part by part, each part once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.context import use_case
from insureweb.kernel.outbox import Event, parked_deliveries, publish, send_again
from insureweb.kernel.states import NotAllowed, transition
from products.messages import refusal_words
from products.models import ProductVersion
from products.models.runs import VersionRun
from products.services.review import lock_version
from products.states import VERSION_RUN, RunState

PART = 500
MAY_RUN = frozenset({"product_manager", "actuary", "risk_manager"})
WORKER = Actor.system("version runs")

Item = tuple[int, Any]  # primary key, what the work needs of the record


@dataclass(frozen=True, slots=True)
class Work:
    """One kind of run: its table, the event that asks for the next part, its records, and what is done with them.

    `book` gives how many records there are and the last key; `next_items` the next so many after `run.after_id`;
    `do` writes what came of them and adds it to the fields of the run, which is saved afterwards.
    """

    model: type[VersionRun]
    event: Callable[..., Event]
    book: Callable[[ProductVersion, datetime], tuple[int, int]]
    next_items: Callable[[Any, int], Sequence[Item]]
    do: Callable[[Any, Sequence[Item], datetime], None]


@use_case
def start_run(*, work: Work, version: ProductVersion, by: Actor, at: datetime) -> Any:
    """Begin a run over the book as it is now.

    Raises:
        NotAllowed: the actor is neither product manager, actuary nor risk manager.
        Refused: such a run of this version is at work.
    """
    check_may_run(by)
    locked = lock_version(version)
    if work.model._default_manager.filter(version=locked, state=RunState.RUNNING).exists():
        raise Refused("run_at_work", refusal_words("run_at_work"))
    total, through = work.book(locked, at)
    run = work.model._default_manager.create(
        version=locked,
        content_hash=locked.content_hash,
        total=total,
        through_id=through,
        started_at=at,
        started_by_kind=by.kind,
        started_by_id=by.id,
        started_by_label=by.label,
    )
    publish(work.event(run_id=run.pk, done=0), at=at)
    return run


@use_case
def do_next_part(*, work: Work, run_id: int, done: int, by: Actor, at: datetime) -> Any:
    """Do the part that follows the first `done` records. A part done already changes nothing, so it may be asked twice.

    What came of the part, the place reached and the request for the next part are written together or not at all. A
    run whose version was changed meanwhile stops.
    """
    runs = work.model._default_manager.select_for_update(of=("self",)).select_related("version__product")
    run = runs.get(pk=run_id)
    if not run.is_running or run.done != done:
        return run
    if run.is_outdated:
        return transition(run, VERSION_RUN, RunState.STOPPED, by=by, at=at, finished_at=at)
    items = work.next_items(run, PART)
    if items:
        work.do(run, items, at)
        run.after_id, run.done = items[-1][0], run.done + len(items)
        run.total = max(run.total, run.done)
    if len(items) < PART:
        # What left the book while the run was at work is no part of it.
        run.total = run.done
        run.save()
        return transition(run, VERSION_RUN, RunState.FINISHED, by=by, at=at, finished_at=at)
    run.save()
    publish(work.event(run_id=run.pk, done=run.done), at=at)
    return run


@use_case
def stop_run(*, run: VersionRun, by: Actor, at: datetime) -> VersionRun:
    """Stop a run at work; what it found so far stays.

    Raises:
        NotAllowed: the actor may not.
        IllegalMove: it is over.
    """
    return transition(run, VERSION_RUN, RunState.STOPPED, by=by, at=at, finished_at=at)


def is_stuck(work: Work, run: VersionRun) -> bool:
    """Whether the worker gave up on the next part."""
    return run.is_running and parked_deliveries(work.event(run_id=run.pk, done=run.done)).exists()


@use_case
def resume_run(*, work: Work, run: VersionRun, by: Actor, at: datetime) -> None:
    """Have the worker try again where it gave up; nothing done so far is done twice.

    Raises:
        NotAllowed: the actor is neither product manager, actuary nor risk manager.
    """
    check_may_run(by)
    for delivery in parked_deliveries(work.event(run_id=run.pk, done=run.done)):
        send_again(delivery, at=at)


def check_may_run(by: Actor) -> None:
    """Raises NotAllowed: the actor is neither product manager, actuary nor risk manager."""
    if not by.is_one_of(MAY_RUN):
        raise NotAllowed("not_allowed", refusal_words("run_not_allowed"))
