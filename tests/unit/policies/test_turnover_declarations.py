"""Quarters, their days and the premium by turnover declared: the tables of docs/algorithms/trade-credit.md."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insureweb.kernel.money import Money
from insureweb.kernel.periods import midnight, period_from_dates
from policies.contract.declarations.rules.quarters import Standing, cut_short, quarters_of, report_by
from policies.contract.declarations.rules.settlement import Settlement
from policies.contract.rules.period import cover_period
from policies.underwriting.rules.loading import loaded_premium
from products.compiled import compiled_definition
from products.sources import CATALOGUE, read_product_file

PRODUCT = compiled_definition(read_product_file(CATALOGUE / "anlan-trade-credit.yaml").definition)
SELLER = {"turnover": "20000000", "buyer_rating": "sound", "country": "mainland", "payment_days": "60"}
YEAR = cover_period(date(2025, 9, 23), 1, "year")


def test_the_quarters_of_the_worked_example():
    told = [(one.number, one.first, one.last, one.due) for one in quarters_of(YEAR, 15)]
    assert told == [
        (1, date(2025, 9, 23), date(2025, 12, 22), date(2026, 1, 6)),
        (2, date(2025, 12, 23), date(2026, 3, 22), date(2026, 4, 6)),
        (3, date(2026, 3, 23), date(2026, 6, 22), date(2026, 7, 7)),
        (4, date(2026, 6, 23), date(2026, 9, 22), date(2026, 10, 7)),
    ]


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2025, 12, 22), Standing.RUNNING),
        (date(2025, 12, 23), Standing.DUE),
        (date(2026, 1, 6), Standing.DUE),
        (date(2026, 1, 7), Standing.LATE),
    ],
)
def test_what_a_day_finds(today, expected):
    first = quarters_of(YEAR, 15)[0]
    assert first.standing((), today) == expected
    assert first.standing({first.first}, today) == Standing.DECLARED


@pytest.mark.parametrize(
    ("ended_at", "last_days"),
    [
        (None, [date(2025, 12, 22), date(2026, 3, 22), date(2026, 6, 22), date(2026, 9, 22)]),
        (midnight(date(2026, 2, 10)), [date(2025, 12, 22), date(2026, 2, 9)]),
        (midnight(date(2026, 2, 9)) + timedelta(hours=15), [date(2025, 12, 22), date(2026, 2, 9)]),
        (midnight(date(2025, 12, 23)), [date(2025, 12, 22)]),
        (YEAR.end, [date(2025, 12, 22), date(2026, 3, 22), date(2026, 6, 22), date(2026, 9, 22)]),
    ],
)
def test_a_policy_ended_early_keeps_the_quarters_it_was_in_force(ended_at, last_days):
    found = quarters_of(cut_short(YEAR, ended_at), 15)
    assert [one.last for one in found] == last_days
    assert found[-1].due == last_days[-1] + timedelta(days=15)


@given(first=st.dates(date(2020, 1, 1), date(2040, 1, 1)), days=st.integers(1, 800))
def test_quarters_cover_the_policy_without_gap_or_overlap(first, days):
    end = first + timedelta(days=days)
    found = quarters_of(period_from_dates(first, end), 15)
    assert (found[0].first, found[-1].end) == (first, end)
    assert all(one.end == after.first for one, after in pairwise(found))
    assert all(one.first < one.end for one in found)


WORKED = [
    ("20000000", "0", "34200.00", "0.00"),
    ("23500000", "0", "39287.25", "5087.25"),
    ("10500000", "0", "17955.00", "-16245.00"),
    ("1000000", "0", "8000.00", "-26200.00"),
    ("20000000", "20", "41040.00", "0.00"),
    ("23500000", "20", "47144.70", "6104.70"),
    ("10500000", "20", "21546.00", "-19494.00"),
    ("1000000", "20", "9600.00", "-31440.00"),
]


@pytest.mark.parametrize(("declared", "loading", "premium", "difference"), WORKED)
def test_the_premiums_of_the_worked_example(declared, loading, premium, difference):
    facts = PRODUCT.read_facts(SELLER, "standard")
    deposit = loaded_premium(PRODUCT.total(facts), Decimal(loading))
    tariff = PRODUCT.total(facts | {"turnover": Decimal(declared)})
    found = Settlement(Money.of(declared), (), tariff, loaded_premium(tariff, Decimal(loading)), deposit)
    assert (found.premium, found.difference) == (Money.of(premium), Money.of(difference))
    assert found.owed == Money(abs(Decimal(difference)))
    assert found.tariff_premium + found.loading == found.premium


def test_an_overdue_account_has_its_last_day():
    assert report_by(date(2026, 1, 10), 60, 30) == date(2026, 4, 10)
