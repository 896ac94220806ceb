"""How a step's rounding and amounts read."""

from decimal import Decimal

import pytest
from django.utils.translation import override

from products.told_steps import exact_words, rounding_words


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"mode": "half_up", "places": 2}, "rounded half up to 2 decimal places"),
        ({"mode": "half_even", "places": 1}, "rounded half to even to 1 decimal place"),
        ({"mode": "down", "places": 0}, "rounded down to a whole number"),
        ({"mode": "up", "to": Decimal("0.05")}, "rounded up to a multiple of 0.05"),
    ],
)
def test_how_a_step_rounds(settings, words) -> None:
    with override("en"):
        assert rounding_words(settings) == words


@pytest.mark.parametrize(
    ("amount", "words"),
    [("1234", "1,234"), ("1.500", "1.50"), ("0.1234567890", "0.123456789"), ("2.12345678901", "2.1234567890…")],
)
def test_an_exact_amount_stops_where_it_says_no_more(amount: str, words: str) -> None:
    assert exact_words(Decimal(amount)) == words
