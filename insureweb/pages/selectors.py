"""What the screens that mix apps read: small frozen views of other apps' selectors."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from products.selectors import Offered, catalogue


@dataclass(frozen=True)
class Pick:
    """One row of the home page's price list."""

    code: str
    name: Any
    kind: Any
    insurer: Any
    covers: Any
    excludes: Any
    price_from: Decimal
    price_for: Any
    picture: str


@dataclass(frozen=True)
class ProductOnShow:
    """A product as the disclosure page lists it."""

    code: str
    name: Any
    category: Any
    filing_number: str
    version: str


@dataclass(frozen=True)
class InsurerOnShow:
    """An insurer with the products it sells online."""

    name: Any
    scope: Any
    uscc: str
    products: Sequence[ProductOnShow]


def picks(at: datetime, limit: int = 3) -> list[Pick]:
    """The first product of each of the first categories, in the shop's own order."""
    first: dict[str, Offered] = {}
    for item in catalogue(at):
        first.setdefault(item.definition.category, item)
    return [
        Pick(
            code=item.code,
            name=item.definition.name,
            kind=item.definition.kind,
            insurer=item.insurer.short_name,
            covers=item.definition.shop.covered_line,
            excludes=item.definition.shop.not_covered_line,
            price_from=item.from_price,
            price_for=item.definition.shop.from_words,
            picture=item.definition.shop.picture,
        )
        for item in list(first.values())[:limit]
    ]


def audiences(at: datetime) -> set[str]:
    """For whom something is on sale."""
    return {audience for item in catalogue(at) for audience in item.definition.audience}


def product_codes(at: datetime) -> list[str]:
    return [item.code for item in catalogue(at)]


def insurers_and_products(at: datetime) -> list[InsurerOnShow]:
    """Insurers that sell something now, each with its products in the shop's order."""
    ordered = sorted(catalogue(at), key=lambda item: item.insurer.code)
    return [_insurer(list(items)) for _code, items in groupby(ordered, key=lambda item: item.insurer.code)]


def _insurer(items: list[Offered]) -> InsurerOnShow:
    insurer = items[0].insurer
    return InsurerOnShow(
        name=insurer.name, scope=insurer.get_licence_scope_display(), uscc=insurer.uscc, products=list(_on_show(items))
    )


def _on_show(items: list[Offered]) -> Iterator[ProductOnShow]:
    for item in items:
        filing = item.definition.filing
        yield ProductOnShow(
            code=item.code,
            name=item.definition.name,
            category=item.category.name,
            filing_number=filing.number if filing else "",
            version=item.definition.version,
        )
