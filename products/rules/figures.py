"""Values of facts, and figures that are fixed or taken from a fact."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

FactValue = int | Decimal | str | bool | dt.date


@dataclass(frozen=True, slots=True)
class Operand:
    """A figure of the cover: fixed, or the value of an input."""

    amount: Decimal | None
    input: str

    def value(self, facts: Mapping[str, FactValue]) -> Decimal:
        if self.amount is not None:
            return self.amount
        return Decimal(str(facts[self.input]))
