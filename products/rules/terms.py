"""Dates and deadlines of the contract: its length, how premiums are due, what follows its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from insureweb.kernel.localized import Localized
from products.rules.figures import FactValue, Operand

LENGTH_UNITS = ("year", "month", "day")
PAY_MODES = ("single", "yearly")
DECLARED_EVERY = ("quarter",)
RENEWAL_KINDS = ("none", "new_application", "ordinary", "guaranteed")
# A contract of more units than this is longer than one year.
UNITS_OF_A_YEAR = {"year": 1, "month": 12, "day": 366}


@dataclass(frozen=True, slots=True)
class Length:
    """How long a contract lasts: a fixed number of units, the number an input gives, or years until an age.

    `longest` is the most units it may come to; `age_input` names the input that tells the age at the start.
    """

    unit: str
    longest: int
    count: int | None = None
    input: str = ""
    until_age: Operand | None = None
    age_input: str = ""

    def count_for(self, facts: Mapping[str, FactValue]) -> int:
        """The number of units for these facts; not above zero when the age is reached before the start."""
        if self.count is not None:
            return self.count
        if self.until_age is not None:
            return int(self.until_age.value(facts)) - int(str(facts[self.age_input]))
        return int(str(facts[self.input]))

    @property
    def until_fixed_age(self) -> int | None:
        """The age at which every contract ends, when it is the same for all."""
        fixed = self.until_age.amount if self.until_age else None
        return None if fixed is None else int(fixed)


@dataclass(frozen=True, slots=True)
class Payment:
    """How premiums are due: once, or every year for a number of years; without `years` as long as the cover lasts."""

    mode: str = "single"
    years: Operand | None = None

    def instalments(self, facts: Mapping[str, FactValue], cover_years: int) -> int:
        """How many premiums are due in all."""
        if self.mode == "single":
            return 1
        return cover_years if self.years is None else int(self.years.value(facts))


@dataclass(frozen=True, slots=True)
class Declarations:
    """What the insured declares between the sale and a claim: the figure of an input as it really was, every quarter.

    `due_days` after a quarter it must have come; an account unpaid `overdue_days` after its due date is reported within
    the next `report_days`.
    """

    of: str
    every: str
    due_days: int
    overdue_days: int
    report_days: int


@dataclass(frozen=True, slots=True)
class Terms:
    """Dates and deadlines of the contract. `ends_by_age` is the age nobody may pass before it ends; 0 means none."""

    length: Length
    start: str
    cooling_off_days: int
    waiting_days: int
    grace_days: int
    renewal: str
    renewal_notice_days: int
    renewal_text: Localized
    pay: Payment = Payment()
    ends_by_age: int = 0
    declarations: Declarations | None = None

    @property
    def longer_than_one_year(self) -> bool:
        return self.length.longest > UNITS_OF_A_YEAR[self.length.unit]

    @property
    def is_paid_by_the_year(self) -> bool:
        """Whether a premium pays for a year: due every year, or once for a cover of one year."""
        if self.pay.mode == "yearly":
            return True
        return self.length.count == UNITS_OF_A_YEAR[self.length.unit]
