"""What a version must have before it may be sold. Each rule raises, with words for the product manager."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from insureweb.kernel.checks import Refused
from insureweb.kernel.localized import Localized
from products.messages import refusal_words
from products.rules.definition import ALL_REGIONS, Definition
from products.rules.document import Node
from products.rules.rating import Rating
from products.rules.vectors import VectorFailed, run_vectors


@dataclass(frozen=True, slots=True)
class CoolingOffFloor:
    """The shortest cooling-off period from a day on, and the article that says so."""

    since: dt.date
    categories: tuple[str, ...]
    longer_than_one_year: bool
    days: int
    article: str


@dataclass(frozen=True, slots=True)
class Licence:
    """What publishing needs to know about insurer and category."""

    insurer: Localized
    scope: str
    regions: tuple[str, ...]
    category: Localized
    category_scopes: tuple[str, ...]
    category_short_term_scopes: tuple[str, ...]


def read_cooling_off(root: Node) -> tuple[CoolingOffFloor, ...]:
    """The dated rows of products/tables/cooling_off.yaml."""
    floors = []
    for item in root.items():
        fields = item.fields("from categories longer_than_one_year days article")
        floors.append(
            CoolingOffFloor(
                fields["from"].date(),
                tuple(node.code() for node in fields["categories"].items(at_least=1)),
                fields["longer_than_one_year"].boolean(),
                fields["days"].integer(minimum=0, maximum=365),
                fields["article"].text(),
            )
        )
    return tuple(floors)


def check_publishable(
    definition: Definition, licence: Licence, floors: Iterable[CoolingOffFloor], day: dt.date
) -> None:
    """Everything a version needs to be sold.

    Raises:
        Refused: the first thing that is missing.
    """
    check_filed(definition)
    check_licence(definition, licence)
    check_cooling_off(definition, floors, day)
    check_vectors(definition)


def check_filed(definition: Definition) -> None:
    """Filing number, actuary's signature, registered wording."""
    if definition.filing is None:
        raise Refused("no_filing", refusal_words("no_filing"), "filing")
    if not definition.filing.actuary:
        raise Refused("no_actuary", refusal_words("no_actuary"), "filing")
    if not any(wording.kind == "terms" for wording in definition.wordings):
        raise Refused("no_wording", refusal_words("no_wording"), "wordings")


def check_licence(definition: Definition, licence: Licence) -> None:
    """The category belongs to the insurer's licence, and the regions too (Insurance Law, art. 95)."""
    allowed = set(licence.category_scopes)
    if not definition.terms.longer_than_one_year:
        allowed |= set(licence.category_short_term_scopes)
    if licence.scope not in allowed:
        words = refusal_words("outside_licence", insurer=licence.insurer, category=licence.category)
        raise Refused("outside_licence", words, "category")
    check_regions(licence, definition.sale.regions)


def check_regions(licence: Licence, regions: Sequence[str]) -> None:
    outside = [] if ALL_REGIONS in licence.regions else [code for code in regions if code not in licence.regions]
    if outside:
        words = refusal_words("outside_regions", insurer=licence.insurer, regions=", ".join(outside))
        raise Refused("outside_regions", words, "sale")


def check_cooling_off(definition: Definition, floors: Iterable[CoolingOffFloor], day: dt.date) -> None:
    """The cooling-off period is not below the floor in force on the day."""
    fitting = [
        floor
        for floor in floors
        if floor.since <= day
        and definition.category in floor.categories
        and floor.longer_than_one_year == definition.terms.longer_than_one_year
    ]
    if not fitting:
        return
    floor = max(fitting, key=lambda row: row.since)
    if definition.terms.cooling_off_days < floor.days:
        words = refusal_words(
            "cooling_off_too_short", days=definition.terms.cooling_off_days, floor=floor.days, article=floor.article
        )
        raise Refused("cooling_off_too_short", words, "terms")


def check_vectors(definition: Definition) -> None:
    """The version gives the answers it promises."""
    try:
        run_vectors(definition, Rating(definition))
    except VectorFailed as failed:
        raise Refused("vector_failed", refusal_words("vector_failed", details=failed), "test_vectors") from None
