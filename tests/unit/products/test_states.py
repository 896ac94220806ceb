"""Every move of a product version, for every owner."""

from itertools import product

import pytest

from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.states import IllegalMove, NotAllowed
from products.states import PRODUCT_VERSION, VersionState

OWNERS = ["system", "product_manager", "risk_manager", "underwriter", "customer", "anonymous"]
PUBLISHERS = {"system", "product_manager"}
ALLOWED = {
    ("draft", "in_review"): PUBLISHERS,
    ("draft", "withdrawn"): PUBLISHERS,
    ("in_review", "draft"): PUBLISHERS,
    ("in_review", "published"): PUBLISHERS,
    ("in_review", "withdrawn"): PUBLISHERS,
    ("published", "suspended"): PUBLISHERS | {"risk_manager"},
    ("published", "withdrawn"): PUBLISHERS,
    ("suspended", "published"): PUBLISHERS,
    ("suspended", "withdrawn"): PUBLISHERS,
}


def actor(owner: str) -> Actor:
    if owner in ("system", "customer", "anonymous"):
        return Actor(owner, "1", owner)
    return Actor("staff", "1", owner, frozenset({owner}))


@pytest.mark.parametrize(("source", "target", "owner"), list(product(VersionState.values, VersionState.values, OWNERS)))
def test_moves(source: str, target: str, owner: str) -> None:
    owners = ALLOWED.get((source, target))
    expected: type[Refused] | None = IllegalMove if owners is None else None if owner in owners else NotAllowed
    if expected is None:
        PRODUCT_VERSION.check_move(source, target, actor(owner))
    else:
        with pytest.raises(expected):
            PRODUCT_VERSION.check_move(source, target, actor(owner))


def test_ends() -> None:
    assert PRODUCT_VERSION.initial == {"draft"}
    assert PRODUCT_VERSION.final == {"withdrawn"}
