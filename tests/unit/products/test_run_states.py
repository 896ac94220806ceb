"""Every move of a run, for every owner."""

from itertools import product

import pytest

from insureweb.kernel.actors import Actor
from insureweb.kernel.states import IllegalMove, NotAllowed
from products.states import VERSION_RUN, RunState

OWNERS = ["system", "product_manager", "actuary", "risk_manager", "underwriter", "auditor", "customer"]
ALLOWED = {
    ("running", "finished"): {"system"},
    ("running", "stopped"): {"system", "product_manager", "actuary", "risk_manager"},
}


def actor(owner: str) -> Actor:
    if owner in ("system", "customer"):
        return Actor(owner, "1", owner)
    return Actor("staff", "1", owner, frozenset({owner}))


@pytest.mark.parametrize(("source", "target", "owner"), list(product(RunState.values, RunState.values, OWNERS)))
def test_moves(source: str, target: str, owner: str) -> None:
    owners = ALLOWED.get((source, target))
    if owners is not None and owner in owners:
        VERSION_RUN.check_move(source, target, actor(owner))
        return
    with pytest.raises(IllegalMove if owners is None else NotAllowed):
        VERSION_RUN.check_move(source, target, actor(owner))
