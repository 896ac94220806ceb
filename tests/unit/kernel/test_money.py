"""Money is exact, keeps its currency and never loses a cent in a split."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insureweb.kernel.money import CurrencyMismatch, Money

amounts = st.decimals(min_value=Decimal(-1000000), max_value=Decimal(1000000), places=2)


def test_a_float_is_refused():
    with pytest.raises(TypeError):
        Money(0.1)
    with pytest.raises(TypeError):
        Money.of(0.1)
    with pytest.raises(TypeError):
        Money.of("1.00") * 0.5


@pytest.mark.parametrize("bad", ["NaN", "Infinity", "-Infinity"])
def test_only_finite_amounts(bad):
    with pytest.raises(ValueError, match="finite"):
        Money(Decimal(bad))


def test_two_currencies_do_not_meet():
    for operation in ("__add__", "__sub__", "__lt__", "__ge__"):
        with pytest.raises(CurrencyMismatch):
            getattr(Money.of("1.00"), operation)(Money.of("1.00", "USD"))


def test_rounding_is_half_up_at_the_cent():
    assert Money.of("36.245").quantise() == Money.of("36.25")
    assert Money.of("-36.245").quantise() == Money.of("-36.25")
    assert Money.of("100.5", "JPY").quantise() == Money.of("101", "JPY")


@pytest.mark.parametrize(
    ("whole", "weights", "parts"),
    [
        ("100.00", [1, 1, 1], ["33.34", "33.33", "33.33"]),
        ("0.05", [1, 1, 1], ["0.02", "0.02", "0.01"]),
        ("174.25", [13800, 3625], ["138.00", "36.25"]),
        ("-100.00", [1, 1, 1], ["-33.34", "-33.33", "-33.33"]),
        ("10.00", [0, 1], ["0.00", "10.00"]),
    ],
)
def test_largest_remainder(whole, weights, parts):
    assert Money.of(whole).split_by(weights) == [Money.of(part) for part in parts]


@given(amounts, st.lists(st.integers(0, 10_000), min_size=1, max_size=12).filter(any))
def test_the_parts_sum_to_the_whole(amount, weights):
    parts = Money(amount).split_by(weights)
    assert Money.total(parts) == Money(amount)
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part.amount - amount * weight / sum(weights)) < Decimal("0.01")


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1]])
def test_senseless_weights_are_refused(weights):
    with pytest.raises(ValueError, match="Weights"):
        Money.of("1.00").split_by(weights)
