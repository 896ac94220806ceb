"""Death cover on a minor: only parents may take it out, with a cap over all insurers (Insurance Law art. 33)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

ADULT_AGE = 18


@dataclass(frozen=True, slots=True)
class MinorCap:
    """From `since` on, what all contracts together may pay on the death of a minor below an age."""

    since: date
    below_age: int
    cap: Decimal
    source: str


# Newest rows last; for an age the newest row in force with the lowest bound above it counts.
CAPS = (
    MinorCap(date(1999, 1, 1), ADULT_AGE, Decimal(50_000), "Baojianfa (1999) no. 43 (check)"),
    MinorCap(date(2011, 4, 1), ADULT_AGE, Decimal(100_000), "Baojianfa (2010) no. 95 (check)"),
    MinorCap(date(2016, 1, 1), 10, Decimal(200_000), "Baojianfa (2015) no. 90, below 10"),
    MinorCap(date(2016, 1, 1), ADULT_AGE, Decimal(500_000), "Baojianfa (2015) no. 90, from 10 to 17"),
)


class AboveCap(ValueError):
    """The death cover would come to more than the cap; `room` is what may still be taken out."""

    def __init__(self, cap: Decimal, room: Decimal) -> None:
        super().__init__(f"cap {cap}, room {room}")
        self.cap, self.room = cap, room


def cap_on(age: int, day: date) -> Decimal | None:
    """The cap for somebody of this age on a day; none for an adult."""
    in_force = [row for row in CAPS if row.since <= day and age < row.below_age]
    if age >= ADULT_AGE or not in_force:
        return None
    newest = max(row.since for row in in_force)
    return min((row for row in in_force if row.since == newest), key=lambda row: row.below_age).cap


def check_cap(*, age: int, day: date, wanted: Decimal, in_force: Decimal, elsewhere: Decimal) -> None:
    """Raises `AboveCap`: with what is in force here and declared elsewhere the sum is above the cap of the day."""
    cap = cap_on(age, day)
    if cap is not None and wanted + in_force + elsewhere > cap:
        raise AboveCap(cap, max(Decimal(0), cap - in_force - elsewhere))
