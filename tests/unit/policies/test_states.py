"""Every machine, exhaustively: from × to × who."""

import pytest

from insureweb.kernel.actors import Actor
from insureweb.kernel.states import IllegalMove, NotAllowed
from policies.contract.states import CHANGE_MACHINE, POLICY_MACHINE
from policies.sale.states import APPLICATION_MACHINE, ORDER_MACHINE
from policies.underwriting.states import REFERRAL_MACHINE

MACHINES = [APPLICATION_MACHINE, ORDER_MACHINE, POLICY_MACHINE, CHANGE_MACHINE, REFERRAL_MACHINE]
KINDS = ("anonymous", "customer", "staff", "partner", "gateway", "system")
ROLES = ("underwriter", "claims_adjuster", "claims_approver", "customer_service", "finance", "risk_manager", "auditor")


def actors():
    for kind in KINDS:
        yield Actor(kind, "1", kind)
    for role in ROLES:
        yield Actor("staff", "1", role, frozenset({role}))


CASES = [
    (machine, source, target, actor)
    for machine in MACHINES
    for source in machine.states.values
    for target in machine.states.values
    for actor in actors()
]


def expected(machine, source, target, actor):
    owners = machine.moves.get((source, target))
    if owners is None:
        return IllegalMove
    return None if actor.kind in owners or actor.roles & owners else NotAllowed


def test_every_pair_of_states_answers_every_actor_as_the_table_says():
    for machine, source, target, actor in CASES:
        wanted = expected(machine, source, target, actor)
        if wanted is None:
            machine.check_move(source, target, actor)
        else:
            with pytest.raises(wanted):
                machine.check_move(source, target, actor)


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
def test_every_state_can_be_reached(machine):
    reached = set(machine.initial)
    while True:
        further = {target for source in reached for target in machine.following(source)} - reached
        if not further:
            break
        reached |= further
    assert reached == set(machine.states.values)


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
def test_only_customers_agree_and_only_underwriters_decide(machine):
    for (source, target), owners in machine.moves.items():
        if machine is APPLICATION_MACHINE and source == "offered" and target == "accepted":
            assert owners == {"customer"}
        if machine is APPLICATION_MACHINE and source == "referred" and target in {"accepted", "offered", "declined"}:
            assert owners == {"underwriter"}
        if machine is ORDER_MACHINE and target == "issued":
            assert "customer" not in owners


def test_what_is_over_stays_over():
    assert APPLICATION_MACHINE.final == {"issued", "withdrawn", "expired"}
    assert ORDER_MACHINE.final == {"expired", "cancelled", "refunded"}
    assert POLICY_MACHINE.final == {"surrendered", "cancelled", "expired"}
    assert REFERRAL_MACHINE.final == {"decided", "withdrawn"}
