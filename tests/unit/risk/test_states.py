"""Every move of every machine of risk, by every kind of actor and role."""

from itertools import product

import pytest

from customers.roles import Role
from insureweb.kernel.actors import Actor, ActorKind
from insureweb.kernel.states import IllegalMove, NotAllowed, StateMachine
from risk.models import Severity
from risk.states import ALERT, RISK, AlertState, RiskState

ACTORS = [
    *(Actor(kind, kind, kind) for kind in ActorKind.values),
    *(Actor("staff", role, role, frozenset({role})) for role in Role.values),
]


@pytest.mark.parametrize("machine", [ALERT, RISK], ids=lambda machine: machine.name)
def test_every_move_by_everybody(machine: StateMachine) -> None:
    for source, target, actor in product(machine.states.values, machine.states.values, ACTORS):
        owners = machine.moves.get((source, target))
        if owners is None:
            with pytest.raises(IllegalMove):
                machine.check_move(source, target, actor)
        elif actor.is_one_of(owners):
            machine.check_move(source, target, actor)
        else:
            with pytest.raises(NotAllowed):
                machine.check_move(source, target, actor)


def test_alerts_begin_open_are_taken_and_end_closed() -> None:
    assert ALERT.initial == {AlertState.OPEN}
    assert ALERT.final == {AlertState.CLOSED}
    assert (AlertState.OPEN, AlertState.CLOSED) not in ALERT.moves


def test_each_state_has_its_tone() -> None:
    assert [state.tone for state in AlertState] == ["waiting", "moving", "neutral"]
    assert [state.tone for state in RiskState] == ["moving", "neutral"]
    assert [severity.tone for severity in Severity] == ["bad", "waiting"]
