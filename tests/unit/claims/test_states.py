"""Every move of every machine of claims, by every kind of actor and role."""

from itertools import product

import pytest

from claims.states import CLAIM, LIVE, REVIEW, SETTLEMENT, TONES, ClaimState
from customers.roles import Role
from insureweb.kernel.actors import Actor, ActorKind
from insureweb.kernel.states import IllegalMove, NotAllowed, StateMachine

ACTORS = [
    *(Actor(kind, kind, kind) for kind in ActorKind.values),
    *(Actor("staff", role, role, frozenset({role})) for role in Role.values),
]


@pytest.mark.parametrize("machine", [CLAIM, SETTLEMENT, REVIEW], ids=lambda machine: machine.name)
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


def test_claims_begin_as_drafts_and_end_withdrawn() -> None:
    assert CLAIM.initial == {ClaimState.DRAFT}
    assert CLAIM.final == {ClaimState.WITHDRAWN}


def test_a_machine_never_refuses_what_a_person_looks_at() -> None:
    system = Actor.system("claims")
    with pytest.raises(NotAllowed):
        CLAIM.check_move(ClaimState.REFERRED, ClaimState.REFUSED, system)
    CLAIM.check_move(ClaimState.SUBMITTED, ClaimState.REFUSED, system)


def test_everyone_else_keeps_their_hands_off_decisions() -> None:
    for (source, target), owners in CLAIM.moves.items():
        if target in (ClaimState.APPROVED, ClaimState.REFUSED) and source == ClaimState.REFERRED:
            assert owners == {"claims_adjuster", "claims_approver"}


def test_each_state_says_what_it_means() -> None:
    assert set(TONES) == set(ClaimState)
    assert all(ClaimState(state).tone for state in ClaimState.values)
    assert ClaimState.REFUSED not in LIVE
