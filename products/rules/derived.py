"""Facts nobody is asked for, worked out from answers: what is known of height and weight gives the body mass index."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from math import prod
from typing import Any

from insureweb.kernel.localized import Localized
from products.rules.figures import Operand


@dataclass(frozen=True, slots=True)
class Derived:
    """The product of `multiply` over the product of `divide_by`, rounded half up to `places`.

    `least` and `most` follow from the bounds of the answers it is worked out from.
    """

    key: str
    label: Localized
    multiply: tuple[Operand, ...]
    divide_by: tuple[Operand, ...]
    places: int
    least: Decimal
    most: Decimal

    @property
    def sources(self) -> frozenset[str]:
        """The names it looks at."""
        return frozenset(one.input for one in (*self.multiply, *self.divide_by) if one.input)

    def value(self, facts: Mapping[str, Any]) -> Decimal | None:
        """The value for these facts; none when one of them is missing or no number."""
        try:
            return quotient(
                [one.value(facts) for one in self.multiply], [one.value(facts) for one in self.divide_by], self.places
            )
        except (KeyError, InvalidOperation, ZeroDivisionError):
            return None


def quotient(multiply: Iterable[Decimal], divide_by: Iterable[Decimal], places: int) -> Decimal:
    """Raises InvalidOperation, ZeroDivisionError."""
    exact = prod(multiply, start=Decimal(1)) / prod(divide_by, start=Decimal(1))
    return exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def with_derived(derived: Iterable[Derived], facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """The facts with every derived one that can be worked out; what was worked out counts before what was handed in."""
    found = {one.key: value for one in derived if (value := one.value(facts)) is not None}
    return {**facts, **found} if found else facts
