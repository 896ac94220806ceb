"""Every move of every machine, by every kind of actor and role: allowed exactly where this table says."""

import itertools

import pytest

from insureweb.finance.states import (
    PAYMENT_MACHINE,
    PAYOUT_MACHINE,
    REFUND_MACHINE,
    PaymentState,
    PayoutState,
    RefundState,
    Verdict,
)
from insureweb.kernel.actors import Actor
from insureweb.kernel.states import IllegalMove, NotAllowed

ROLES = [
    "underwriter", "claims_adjuster", "claims_approver", "customer_service", "product_manager", "marketer",
    "risk_manager", "finance", "auditor", "security_admin", "system_admin",
]  # fmt: skip
ACTORS = {
    "anonymous": Actor.anonymous(),
    "customer": Actor("customer", "1", "c"),
    "partner": Actor("partner", "1", "p"),
    "gateway": Actor("gateway", "sandbox", "sandbox"),
    "system": Actor.system("test"),
    "staff": Actor("staff", "1", "s"),
    **{role: Actor("staff", "1", "s", frozenset({role})) for role in ROLES},
}
STAFF = {"staff", *ROLES}
MACHINERY = {"gateway", "system"}
ANYBODY = {"anonymous", "customer", "partner", "system", *STAFF}

# Written down once more, by hand, from what the house wants; not derived from the machines.
EXPECTED = {
    "payment": {
        "created>pending": ANYBODY,
        "created>captured": MACHINERY,
        "created>failed": MACHINERY,
        "created>closed": ANYBODY | MACHINERY,
        "created>unknown": MACHINERY,
        "created>in_suspense": MACHINERY,
        "pending>captured": MACHINERY,
        "pending>failed": MACHINERY,
        "pending>closed": ANYBODY | MACHINERY,
        "pending>unknown": MACHINERY,
        "pending>in_suspense": MACHINERY,
        "unknown>captured": MACHINERY,
        "unknown>failed": MACHINERY,
        "unknown>closed": MACHINERY,
        "unknown>in_suspense": MACHINERY,
        "failed>captured": MACHINERY,
        "failed>in_suspense": MACHINERY,
        "closed>captured": MACHINERY,
        "closed>in_suspense": MACHINERY,
        "captured>refunded": MACHINERY,
        "in_suspense>refunded": MACHINERY,
    },
    "refund": {
        "awaiting_approval>requested": {"finance"},
        "awaiting_approval>rejected": {"finance"},
        "requested>sent": {"system"},
        "sent>succeeded": MACHINERY,
        "sent>failed": MACHINERY,
        "sent>unknown": MACHINERY,
        "unknown>succeeded": MACHINERY,
        "unknown>failed": MACHINERY,
    },
    "payout": {
        "awaiting_approval>approved": {"claims_approver", "finance"},
        "awaiting_approval>rejected": {"claims_approver", "finance"},
        "approved>sent": {"system"},
        "sent>paid": MACHINERY,
        "sent>failed": MACHINERY,
        "sent>unknown": MACHINERY,
        "unknown>paid": MACHINERY,
        "unknown>failed": MACHINERY,
    },
}
MACHINES = {"payment": PAYMENT_MACHINE, "refund": REFUND_MACHINE, "payout": PAYOUT_MACHINE}
CASES = [
    (name, source, target)
    for name, machine in MACHINES.items()
    for source, target in itertools.product(machine.states.values, repeat=2)
]


@pytest.mark.parametrize(("name", "source", "target"), CASES)
def test_a_move_is_open_to_exactly_these_actors(name, source, target):
    allowed = EXPECTED[name].get(f"{source}>{target}", set())
    for who, actor in ACTORS.items():
        if who in allowed:
            MACHINES[name].check_move(source, target, actor)
        else:
            expected = NotAllowed if allowed else IllegalMove
            with pytest.raises(expected):
                MACHINES[name].check_move(source, target, actor)


def test_first_and_last_states():
    assert PAYMENT_MACHINE.initial == {"created", "in_suspense"}
    assert PAYMENT_MACHINE.final == {"refunded"}
    assert REFUND_MACHINE.initial == {"awaiting_approval", "requested"}
    assert REFUND_MACHINE.final == {"succeeded", "failed", "rejected"}
    assert PAYOUT_MACHINE.initial == {"awaiting_approval", "approved"}
    assert PAYOUT_MACHINE.final == {"paid", "failed", "rejected"}


@pytest.mark.parametrize("state", [*PaymentState, *RefundState, *PayoutState, *Verdict], ids=repr)
def test_a_tone_is_one_of_the_five_or_left_to_the_house(state):
    assert state.tone in {None, "good", "moving", "waiting", "bad", "neutral"}
