"""Competitors' prices beside the price of a version for the same facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from products.compiled import CompiledProduct
from products.models import CompetitorPrice, ProductVersion
from products.rules.facts import FactsInvalid, still_asked
from products.rules.rating import NotPriceable
from products.rules.what_if import change_in_percent

MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Beside:
    """A competitor's price and ours: how much dearer we are (less than nothing: cheaper), or why we have no price."""

    theirs: CompetitorPrice
    facts: tuple[tuple[Any, str], ...]
    ours: Decimal | None
    why: str = ""

    @property
    def difference(self) -> Decimal | None:
        return None if self.ours is None else self.ours - self.theirs.price

    @property
    def percent(self) -> Decimal | None:
        return None if self.ours is None else change_in_percent(self.theirs.price, self.ours)


def standing_prices(version: ProductVersion, **same: Any) -> list[CompetitorPrice]:
    """What stands, the newest sighting first; only what was noted for the `same` plan and facts where they are told."""
    standing = CompetitorPrice.objects.filter(product=version.product_id, withdrawn_at__isnull=True, **same)
    return list(standing[:MOST_SHOWN])


def beside(product: CompiledProduct, prices: Iterable[CompetitorPrice]) -> list[Beside]:
    """Each price with ours for its facts."""
    return [_beside(product, theirs) for theirs in prices]


def _beside(product: CompiledProduct, theirs: CompetitorPrice) -> Beside:
    facts = facts_in_words(product, theirs.facts)
    try:
        asked = still_asked(product.definition, theirs.facts)
        return Beside(theirs, facts, product.price(product.read_facts(asked, theirs.plan)).total)
    except FactsInvalid as error:
        return Beside(theirs, facts, None, " ".join(str(words) for words in error.messages.values()))
    except NotPriceable as error:
        return Beside(theirs, facts, None, str(error))


def facts_in_words(product: CompiledProduct, facts: Mapping[str, str]) -> tuple[tuple[Any, str], ...]:
    """Stored facts with the names and options of the version's inputs."""
    inputs = product.definition.inputs_by_key
    told = []
    for key, value in facts.items():
        item = inputs.get(key)
        option = next((one for one in item.options if one.text == value), None) if item else None
        told.append((item.label if item else key, str(option.label) if option else value))
    return tuple(told)
