"""What products ask of the apps above them: who else may stop a sale. They register an answer in `ready()`."""

from collections.abc import Callable, Collection
from datetime import datetime

from django.db.models import QuerySet

# Rows that stop the sale of the product named by OuterRef("product") in one of these regions at that instant.
SaleStop = Callable[[datetime, Collection[str]], QuerySet]

_stops: list[SaleStop] = []


def register_sale_stop(stop: SaleStop) -> None:
    """`stop(at, regions)`: a subquery over OuterRef("product"). Whoever changes its rows bumps the generation."""
    if stop not in _stops:
        _stops.append(stop)


def sale_stops(at: datetime, regions: Collection[str]) -> list[QuerySet]:
    return [stop(at, regions) for stop in _stops]
