"""Exact money: a Decimal and its currency, never a float."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Self

CENT = Decimal("0.01")
# Minor unit by currency (ISO 4217); a currency missing here cannot be used.
MINOR_UNITS = {"CNY": CENT, "USD": CENT, "EUR": CENT, "HKD": CENT, "JPY": Decimal(1)}


class CurrencyMismatch(ValueError):
    """Amounts of two currencies met in one sum."""


def quantise(amount: Decimal, currency: str = "CNY", rounding: str = ROUND_HALF_UP) -> Decimal:
    """Round to the currency's minor unit; the only place where money is rounded."""
    return amount.quantize(MINOR_UNITS[currency], rounding=rounding)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency.

    Raises:
        TypeError: the amount is not a Decimal (floats lose cents).
        ValueError: the amount is not finite or the currency unknown.
        CurrencyMismatch: two currencies in one operation.
    """

    amount: Decimal
    currency: str = "CNY"

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal):
            raise TypeError(f"Money takes a Decimal, not {type(self.amount).__name__}.")
        if not self.amount.is_finite():
            raise ValueError("Money must be finite.")
        if self.currency not in MINOR_UNITS:
            raise ValueError(f"Unknown currency {self.currency!r}.")

    @classmethod
    def of(cls, amount: str | int | Decimal, currency: str = "CNY") -> Self:
        if isinstance(amount, float):
            raise TypeError("Money takes text, an integer or a Decimal, not a float.")
        return cls(Decimal(amount), currency)

    @classmethod
    def zero(cls, currency: str = "CNY") -> Self:
        return cls(Decimal("0.00"), currency)

    @classmethod
    def total(cls, parts: Iterable["Money"], currency: str = "CNY") -> "Money":
        result: Money = cls.zero(currency)
        for part in parts:
            result += part
        return result

    def _same(self, other: "Money") -> Decimal:
        if not isinstance(other, Money):
            raise TypeError("Money adds and compares with money only.")
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} do not mix.")
        return other.amount

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    def __mul__(self, factor: Decimal | int) -> "Money":
        if isinstance(factor, bool) or not isinstance(factor, Decimal | int):
            raise TypeError("Money is multiplied by a Decimal or an integer.")
        return Money(self.amount * factor, self.currency)

    __rmul__ = __mul__

    def __lt__(self, other: "Money") -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.amount <= self._same(other)

    def __gt__(self, other: "Money") -> bool:
        return self.amount > self._same(other)

    def __ge__(self, other: "Money") -> bool:
        return self.amount >= self._same(other)

    def __bool__(self) -> bool:
        return self.amount != 0

    def __str__(self) -> str:
        return f"{self.currency} {self.amount:,.2f}"

    def quantise(self, rounding: str = ROUND_HALF_UP) -> "Money":
        return Money(quantise(self.amount, self.currency, rounding), self.currency)

    def split(self, parts: int) -> list["Money"]:
        """Cut into equal parts; the cents left over go to the first ones."""
        return self.split_by([Decimal(1)] * parts)

    def split_by(self, weights: Sequence[Decimal | int]) -> list["Money"]:
        """Cut in proportion to the weights by largest remainder; the parts always sum to the whole.

        Raises:
            ValueError: no weight, a negative weight, or all weights zero.
        """
        if not weights or any(weight < 0 for weight in weights) or not sum(weights):
            raise ValueError("Weights must be present, not negative and not all zero.")
        unit = MINOR_UNITS[self.currency]
        if self.amount != self.amount.quantize(unit):
            raise ValueError("Round before splitting.")
        whole = sum(weights)
        exact = [abs(self.amount) * weight / whole for weight in weights]
        parts = [share.quantize(unit, rounding=ROUND_DOWN) for share in exact]
        left = int((abs(self.amount) - sum(parts)) / unit)
        by_remainder = sorted(range(len(parts)), key=lambda index: (parts[index] - exact[index], index))
        for index in by_remainder[:left]:
            parts[index] += unit
        sign = -1 if self.amount < 0 else 1
        result = [Money(sign * part, self.currency) for part in parts]
        if Money.total(result, self.currency) != self:
            raise ArithmeticError("The parts do not sum to the whole.")
        return result
