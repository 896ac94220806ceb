"""State machines: an enum, a table of moves with their owners, one function that moves, one trigger that guards.

The Python table and the PostgreSQL guard come from the same object, so they cannot disagree.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.context import use_case
from insureweb.kernel.fixed_query import lock_row

Record = TypeVar("Record", bound=models.Model)
MACHINES: dict[str, "StateMachine"] = {}


class IllegalMove(Refused):
    """The table has no such move."""


class NotAllowed(Refused):
    """The move exists, but not for this actor."""


class StateMachine:
    """The life of one kind of record.

    `moves` maps (from, to) to the actor kinds or staff roles that may make the move.
    """

    def __init__(
        self,
        name: str,
        states: type[models.TextChoices],
        *,
        initial: Iterable[models.TextChoices],
        moves: Mapping[tuple[Any, Any], set[str]],
        column: str = "state",
    ) -> None:
        self.name, self.states, self.column = name, states, column
        self.initial = frozenset(str(state) for state in initial)
        self.moves = {(str(a), str(b)): frozenset(str(owner) for owner in who) for (a, b), who in moves.items()}
        named = {state for move in self.moves for state in move} | self.initial
        if not named <= set(states.values):
            raise ValueError(f"{name}: the table names states the enum does not have.")
        if name in MACHINES and MACHINES[name].states.__qualname__ != states.__qualname__:
            raise ValueError(f"Two state machines are called {name}.")
        MACHINES[name] = self

    def field(self, **kwargs: Any) -> models.CharField:
        first = next(iter(self.initial)) if len(self.initial) == 1 else models.NOT_PROVIDED
        defaults: dict[str, Any] = {"max_length": 24, "choices": self.states.choices, "default": first}
        kwargs = defaults | kwargs
        return models.CharField(**kwargs)

    def following(self, state: str) -> list[str]:
        return [target for (source, target) in self.moves if source == state]

    @property
    def final(self) -> frozenset[str]:
        return frozenset(set(self.states.values) - {source for source, _target in self.moves})

    def check_move(self, source: str, target: str, by: Actor) -> None:
        """Raises `IllegalMove` or `NotAllowed`, each with words for a reader."""
        owners = self.moves.get((str(source), str(target)))
        words = {"now": self.states(source).label, "wanted": self.states(target).label}
        if owners is None:
            raise IllegalMove("illegal_move", _("This is “%(now)s” and cannot become “%(wanted)s”.") % words)
        if not by.is_one_of(owners):
            raise NotAllowed("not_allowed", _("You may not set this to “%(wanted)s”.") % words)

    def guard(self) -> pgtrigger.Trigger:
        """BEFORE INSERT OR UPDATE trigger with the same table, for writers that go round the services."""
        firsts = ", ".join(f"'{state}'" for state in sorted(self.initial))
        pairs = ", ".join(f"'{a}>{b}'" for a, b in sorted(self.moves)) or "''"
        column = self.column
        body = f"""
            IF TG_OP = 'INSERT' THEN
                IF NEW.{column} NOT IN ({firsts}) THEN
                    RAISE EXCEPTION '{self.name}: % is no first state', NEW.{column} USING ERRCODE = 'check_violation';
                END IF;
            ELSIF OLD.{column} IS DISTINCT FROM NEW.{column}
                  AND (OLD.{column} || '>' || NEW.{column}) NOT IN ({pairs}) THEN
                RAISE EXCEPTION '{self.name}: % may not become %', OLD.{column}, NEW.{column}
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """
        return pgtrigger.Trigger(
            name=f"{self.name}_{column}_guard"[:43],
            when=pgtrigger.Before,
            operation=pgtrigger.Insert | pgtrigger.UpdateOf(column),
            func=body,
        )


@use_case
def _move(
    *, record: Any, machine: StateMachine, target: str, changes: dict[str, Any], by: Actor, at: datetime, reason: str
) -> Any:
    locked = lock_row(record)
    machine.check_move(getattr(locked, machine.column), target, by)
    for target_record in (locked, record):
        setattr(target_record, machine.column, str(target))
        for name, value in changes.items():
            setattr(target_record, name, value)
    locked.save(update_fields=[machine.column, *changes])
    return record


def transition(
    record: Record, machine: StateMachine, target: Any, *, by: Actor, at: datetime, reason: str = "", **changes: Any
) -> Record:
    """Move a record: lock its row, check the table and the owner, write the state and the other fields given.

    Raises:
        IllegalMove, NotAllowed: with a sentence for the reader; nothing is written.
    """
    moved: Record = _move(
        record=record, machine=machine, target=str(target), changes=changes, by=by, at=at, reason=reason
    )
    return moved
