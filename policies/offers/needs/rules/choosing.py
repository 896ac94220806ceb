"""Filling each share of a budget with the largest cover it pays for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from policies.offers.needs.rules.advice import Wish


@dataclass(frozen=True, slots=True)
class Priced:
    """A product's plan with its price for this person, and which of its facts are only the file's examples."""

    product: str
    plan: str
    price: Decimal
    order: int
    content_hash: str
    facts: Mapping[str, str]
    assumed: tuple[str, ...]
    people: int = 1


@dataclass(frozen=True, slots=True)
class Part:
    """One cover of the proposal: its share, and what fills it; `cheapest` says what the least would have cost."""

    wish: Wish
    share: int
    taken: Priced | None
    cheapest: Decimal | None

    @property
    def is_filled(self) -> bool:
        return self.taken is not None


def fill(wishes: Sequence[Wish], shares: Sequence[int], found: Mapping[str, Sequence[Priced]]) -> tuple[Part, ...]:
    """What the law asks for takes its least from the whole budget. Then, in the order of the wishes, each takes the
    dearest plan that its share and what was left over before can pay; then, once more, the covers that came away empty,
    from all that is left.

    A product is proposed once.
    """
    taken: dict[str, Priced] = {}
    budget = Decimal(sum(shares))
    for wish in wishes:
        if wish.is_must:
            budget -= _take(wish, budget, found, taken, least=True)
    left = Decimal(0)
    for wish, share in zip(wishes, shares, strict=True):
        left += share
        if not wish.is_must:
            price = _take(wish, min(left, budget), found, taken)
            left, budget = left - price, budget - price
    for wish in wishes:
        if wish.need not in taken:
            budget -= _take(wish, budget, found, taken)
    return tuple(
        Part(wish, share, taken.get(wish.need), min((one.price for one in found.get(wish.need, ())), default=None))
        for wish, share in zip(wishes, shares, strict=True)
    )


def _take(
    wish: Wish,
    left: Decimal,
    found: Mapping[str, Sequence[Priced]],
    taken: dict[str, Priced],
    *,
    least: bool = False,
) -> Decimal:
    """Take the dearest plan that is paid for, or the least; its price, or nothing."""
    used = {one.product for one in taken.values()}
    fitting = [one for one in found.get(wish.need, ()) if one.price <= left and one.product not in used]
    if not fitting:
        return Decimal(0)
    if least:
        best = min(fitting, key=lambda one: (one.price, one.order))
    else:
        best = max(fitting, key=lambda one: (one.price, -one.order))
    taken[wish.need] = best
    return best.price
