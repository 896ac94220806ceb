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
from tests.factories.worked_tables import figure, section, worked_rows

PRODUCT = compiled_definition(read_product_file(CATALOGUE / "anlan-trade-credit.yaml").definition)
SELLER = {"turnover": "20000000", "buyer_rating": "sound", "country": "mainland", "payment_days": "60"}
YEAR = cover_period(date(2025, 9, 23), 1, "year")
SURRENDERED = midnight(date(2026, 2, 9)) + timedelta(hours=15)


DOCUMENT = "trade-credit.md"
EARLY = worked_rows(DOCUMENT, "Quarters", 1)


def told(quarters):
    return [[str(one.number), str(one.first), str(one.last), str(one.due)] for one in quarters]


def test_the_quarters_of_the_worked_example():
    assert told(quarters_of(YEAR, 15)) == [list(row.values()) for row in worked_rows(DOCUMENT, "Quarters")]


def test_the_quarters_of_the_policy_surrendered_early():
    """The last one is cut short, and evenly sold goods are counted by its days."""
    whole, cut = quarters_of(YEAR, 15), quarters_of(cut_short(YEAR, SURRENDERED), 15)
    keys = ("quarter", "first day", "last day", "declared by")
    assert told(cut) == [[row[key] for key in keys] for row in EARLY]
    for row, planned, counted in zip(EARLY, whole, cut, strict=False):
        days, of = ((one.end - one.first).days for one in (counted, planned))
        assert row["days counted"] == f"{days} of {of}"
        turnover = figure(row["turnover of the whole quarter"]) * days / of
        assert row["declared"].endswith(f"{turnover:,f}")


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
        (SURRENDERED, [date(2025, 12, 22), date(2026, 2, 9)]),
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


def settled(declared, loading):
    facts = PRODUCT.read_facts(SELLER, "standard")
    deposit = loaded_premium(PRODUCT.total(facts), loading)
    tariff = PRODUCT.total(facts | {"turnover": declared})
    return Settlement(Money(declared), (), tariff, loaded_premium(tariff, loading), deposit)


@pytest.mark.parametrize("loading", ["0", "20"])
@pytest.mark.parametrize("row", worked_rows(DOCUMENT, "Premium"), ids=lambda row: row["declared"])
def test_the_premiums_of_the_worked_example(row, loading):
    found = settled(figure(row["declared"]), Decimal(loading))
    names = (f"with {loading}%", f"in advance, {loading}%", f"difference, {loading}%")
    assert [money.amount for money in (found.premium, found.deposit, found.difference)] == [
        figure(row[name]) for name in names
    ]
    assert found.owed.amount == abs(found.difference.amount)
    assert found.tariff_premium + found.loading == found.premium


def test_the_premium_of_the_policy_surrendered_early():
    """Its figures stand in a sentence of the document."""
    found = settled(sum(figure(row["declared"].rpartition("=")[2]) for row in EARLY), Decimal(0))
    text = section(DOCUMENT, "Quarters").replace("\n", " ")
    assert (
        f"{found.declared.amount:,f} declared give 9,400 × 1.80 × 0.95 = {found.premium.amount:,f}; "
        f"paid in advance {found.deposit.amount:,f}, so {found.owed.amount:,f} goes back"
    ) in text


def test_an_overdue_account_has_its_last_day():
    assert report_by(date(2026, 1, 10), 60, 30) == date(2026, 4, 10)
