"""A mortality table: the yearly probability of death at whole ages."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from products.rules.arithmetic import ONE, ZERO
from products.rules.life.exact import LifeError

MAX_AGE = 200


@dataclass(frozen=True)
class MortalityTable:
    """Rates of death qx from `from_age` on, one a year of age.

    The table ends at its limiting age: the first age with q = 1, or the last one. Whoever is alive there dies within
    that year, also where the printed rate is below 1; this is how published tables are closed.

    Raises:
        LifeError: no rates, a rate outside 0 to 1, or an age outside 0 to 200.
    """

    code: str
    from_age: int
    qx: tuple[Decimal, ...]

    def __post_init__(self) -> None:
        if not self.qx:
            raise LifeError(f"{self.code}: the table has no rates")
        if self.from_age < 0 or self.last_age > MAX_AGE:
            raise LifeError(f"{self.code}: ages run from 0 to {MAX_AGE}, not {self.from_age} to {self.last_age}")
        for age, rate in enumerate(self.qx, start=self.from_age):
            if not (rate.is_finite() and ZERO <= rate <= ONE):
                raise LifeError(f"{self.code}: the rate at age {age} is {rate}; a probability lies between 0 and 1")

    @property
    def last_age(self) -> int:
        return self.from_age + len(self.qx) - 1

    @cached_property
    def limiting_age(self) -> int:
        """The last age anybody reaches."""
        certain = (age for age, rate in enumerate(self.qx, start=self.from_age) if rate == ONE)
        return next(certain, self.last_age)

    @property
    def is_closed_by_rule(self) -> bool:
        """Whether the rate at the limiting age is below 1, so that the rule ends the table and not the rate."""
        return self.rate(self.limiting_age) < ONE

    def rate(self, age: int) -> Decimal:
        """The rate as filed. Raises LifeError outside the table."""
        if not self.from_age <= age <= self.last_age:
            raise LifeError(f"{self.code}: age {age} is outside the table ({self.from_age} to {self.last_age})")
        return self.qx[age - self.from_age]

    @cached_property
    def sha256(self) -> str:
        """Names the rates, whatever the table is called."""
        return rates_hash(self.from_age, [plain_rate(rate) for rate in self.qx])


def plain_rate(rate: Decimal) -> str:
    """A rate as stored: the digits as filed, without exponent."""
    return format(rate, "f")


def rates_hash(from_age: int, rates: Sequence[str]) -> str:
    """SHA-256 over the first age and the rates as text."""
    return hashlib.sha256("\n".join([str(from_age), *rates]).encode()).hexdigest()
