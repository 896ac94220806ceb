"""Open books and handlers that remember."""

from collections.abc import Iterator

import pytest
from django.utils import translation

from tests.factories import finance


@pytest.fixture(autouse=True)
def _chinese() -> Iterator[None]:
    """A page of another test may have left its language behind."""
    with translation.override("zh-hans"):
        yield


@pytest.fixture
def orders() -> finance.Orders:
    return finance.Orders()


@pytest.fixture
def claims() -> finance.Claims:
    return finance.Claims()


@pytest.fixture
def money(db: None, orders: finance.Orders, claims: finance.Claims) -> Iterator[None]:
    """Two insurers' books and answers for the test subjects."""
    with finance.answering(orders, claims):
        finance.books()
        yield
