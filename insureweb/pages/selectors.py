"""What the screens that mix apps read: small frozen views of other apps' selectors."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Pick:
    """One row of the home page's price list."""

    name: Any
    href: str
    category: Any
    insurer: Any
    covers: Any
    excludes: Any
    price_from: Decimal | None
    price_for: Any


@dataclass(frozen=True)
class InsurerOnShow:
    """An insurer with the products it sells online, as the disclosure page lists them."""

    name: Any
    scope: Any
    products: Sequence[Any]


def picks(limit: int = 3) -> list[Pick]:
    return []


def product_codes() -> list[str]:
    return []


def insurers_and_products() -> list[InsurerOnShow]:
    return []
