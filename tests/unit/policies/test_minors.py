"""The cap on death cover for children, by age and day (Insurance Law art. 33)."""

from datetime import date
from decimal import Decimal

import pytest

from policies.sale.rules.minors import AboveCap, cap_on, check_cap

DAY = date(2026, 5, 19)


@pytest.mark.parametrize(
    ("age", "day", "cap"),
    [
        (0, DAY, 200_000),
        (9, DAY, 200_000),
        (10, DAY, 500_000),
        (17, DAY, 500_000),
        (18, DAY, None),
        (60, DAY, None),
        (5, date(2016, 1, 1), 200_000),
        (5, date(2015, 12, 31), 100_000),
        (12, date(2005, 6, 1), 50_000),
        (12, date(1998, 6, 1), None),
    ],
)
def test_the_cap_of_an_age_on_a_day(age: int, day: date, cap: int | None) -> None:
    assert cap_on(age, day) == (None if cap is None else Decimal(cap))


def test_everything_in_force_and_declared_counts() -> None:
    def check(wanted: int, in_force: int, elsewhere: int, age: int = 8) -> None:
        check_cap(age=age, day=DAY, wanted=Decimal(wanted), in_force=Decimal(in_force), elsewhere=Decimal(elsewhere))

    check(100_000, 50_000, 50_000)
    with pytest.raises(AboveCap) as caught:
        check(100_000, 50_000, 50_001)
    assert (caught.value.cap, caught.value.room) == (Decimal(200_000), Decimal(99_999))
    with pytest.raises(AboveCap) as caught:
        check(50_000, 300_000, 0)
    assert caught.value.room == 0
    check(100_000, 300_000, 100_000, age=10)
    check(10_000_000, 0, 0, age=18)
