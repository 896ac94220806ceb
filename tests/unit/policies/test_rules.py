"""Plain rules: periods, cooling-off, loadings, deadlines, interest, steps, price validity."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insureweb.kernel.money import Money
from insureweb.kernel.periods import BUSINESS_ZONE, business_date, midnight
from policies.contract.rules.cooling_off import cooling_off_end, is_cooling_off
from policies.contract.rules.period import cover_period, first_day_of_cover
from policies.offers.rules.care import needs_a_person
from policies.offers.rules.tokens import new_token, token_hash
from policies.offers.rules.validity import held_until
from policies.sale.rules.interest import check_shares
from policies.sale.rules.journey import next_open
from policies.sale.rules.time_to_pay import pay_by
from policies.sale.views.tracing import page_hash
from policies.underwriting.reasons import DEADLINE_SOURCES
from policies.underwriting.rules.authority import needs_second_underwriter
from policies.underwriting.rules.deadlines import DEADLINES, review_deadline
from policies.underwriting.rules.loading import loaded_premium

AT = datetime(2026, 5, 19, 6, 31, tzinfo=UTC)
INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
DAYS = st.dates(date(2020, 1, 1), date(2034, 12, 31))


def test_cover_begins_at_the_next_shanghai_midnight():
    assert first_day_of_cover(AT) == date(2026, 5, 20)
    late = datetime(2026, 5, 19, 16, 30, tzinfo=UTC)
    assert first_day_of_cover(late) == date(2026, 5, 21)


@given(INSTANTS)
def test_cover_never_begins_before_the_contract(at):
    start = midnight(first_day_of_cover(at))
    assert at < start <= at + timedelta(days=1)


@given(DAYS, st.integers(1, 12), st.sampled_from(["year", "month", "day"]))
def test_a_period_starts_and_ends_at_midnight_in_shanghai(day, length, unit):
    period = cover_period(day, length, unit)
    for edge in (period.start, period.end):
        local = edge.astimezone(BUSINESS_ZONE)
        assert (local.hour, local.minute, local.second) == (0, 0, 0)
    assert period.first_day == day


@pytest.mark.parametrize(
    ("day", "length", "unit", "last"),
    [
        (date(2026, 5, 20), 1, "year", date(2027, 5, 19)),
        (date(2024, 2, 29), 1, "year", date(2025, 2, 28)),
        (date(2026, 1, 31), 1, "month", date(2026, 2, 28)),
        (date(2026, 12, 15), 2, "month", date(2027, 2, 14)),
        (date(2026, 5, 20), 7, "day", date(2026, 5, 26)),
    ],
)
def test_the_last_day_of_a_contract(day, length, unit, last):
    assert cover_period(day, length, unit).last_day == last


@pytest.mark.parametrize(("length", "unit"), [(0, "year"), (-1, "day"), (1, "week")])
def test_a_contract_without_length_is_refused(length, unit):
    with pytest.raises(ValueError, match="unit"):
        cover_period(date(2026, 5, 20), length, unit)


@given(INSTANTS, st.integers(1, 60))
def test_the_cooling_off_period_holds_whole_days_after_the_receipt(at, days):
    end = cooling_off_end(at, days)
    assert business_date(end) - business_date(at) == timedelta(days=days + 1)


def test_cooling_off_is_open_until_its_end_and_before_the_receipt():
    end = cooling_off_end(AT, 15)
    assert end == midnight(date(2026, 6, 4))
    common = {"acknowledged_at": AT, "until": end, "days": 15}
    assert is_cooling_off(**common, at=end - timedelta(seconds=1))
    assert not is_cooling_off(**common, at=end)
    assert is_cooling_off(acknowledged_at=None, until=None, days=15, at=AT)
    assert not is_cooling_off(acknowledged_at=None, until=None, days=0, at=AT)


@pytest.mark.parametrize(
    ("premium", "percent", "loaded"),
    [("174.25", "25", "217.81"), ("174.25", "0", "174.25"), ("0.01", "50", "0.02"), ("100.00", "33.33", "133.33")],
)
def test_a_loading_is_rounded_half_up_once(premium, percent, loaded):
    assert loaded_premium(Money.of(premium), Decimal(percent)) == Money.of(loaded)


def test_a_tax_within_the_price_carries_no_loading():
    assert loaded_premium(Money.of("1250.00"), Decimal(50), Money.of("300.00")) == Money.of("1725.00")


@pytest.mark.parametrize("percent", ["-1", "300.01"])
def test_a_loading_outside_its_band_is_refused(percent):
    with pytest.raises(ValueError, match="300"):
        loaded_premium(Money.of("100.00"), Decimal(percent))


@given(st.decimals("0.01", "99999", places=2), st.decimals(0, 300, places=2))
def test_a_loading_never_lowers_a_premium(premium, percent):
    assert loaded_premium(Money(premium), percent) >= Money(premium)


def test_a_case_is_due_at_the_end_of_the_third_day():
    deadline, source = review_deadline(AT)
    assert deadline == midnight(date(2026, 5, 23))
    assert "3" in source
    assert {limit.source for limit in DEADLINES} == set(DEADLINE_SOURCES)
    with pytest.raises(LookupError):
        review_deadline(datetime(2000, 1, 1, tzinfo=UTC))


def test_authority_ends_above_the_limit():
    assert not needs_second_underwriter(Decimal(500), Decimal(500))
    assert needs_second_underwriter(Decimal("500.01"), Decimal(500))


@pytest.mark.parametrize("shares", [[], ["50"], ["50", "50.01"], ["100", "0"], ["150", "-50"]])
def test_shares_that_make_no_whole_are_refused(shares):
    with pytest.raises(ValueError, match="100"):
        check_shares([Decimal(share) for share in shares])


def test_shares_that_make_a_whole_pass():
    check_shares([Decimal("33.33"), Decimal("33.33"), Decimal("33.34")])


def test_a_person_calls_from_sixty_five():
    assert needs_a_person(65, date(2026, 5, 19))
    assert not needs_a_person(64, date(2026, 5, 19))


def test_the_first_open_step_comes_next():
    steps = ("insured", "health", "suitability", "check")
    assert next_open(steps, {}) == "insured"
    assert next_open(steps, {"insured": "", "suitability": ""}) == "health"
    assert next_open(steps, {"insured": "", "health": "", "suitability": "", "check": ""}) == "check"


def test_a_price_is_held_to_the_end_of_the_thirtieth_day():
    assert held_until(AT) == midnight(date(2026, 6, 19))


@given(INSTANTS)
def test_an_order_is_never_open_longer_than_its_price(at):
    soon = at + timedelta(minutes=10)
    assert pay_by(at, soon) == soon
    assert pay_by(at, at + timedelta(days=1)) == at + timedelta(minutes=30)


def test_tokens_are_long_and_kept_as_hashes():
    token = new_token()
    assert len(token) >= 40
    assert len(token_hash(token)) == 64
    assert token_hash(token) != token_hash(new_token())


def test_one_time_keys_do_not_change_the_hash_of_a_page():
    page = (
        '<input type="hidden" name="csrfmiddlewaretoken" value="%s"><input name="idempotency_key" value="%s"><b>%s</b>'
    )
    first, second = (page % (key, key * 2, "174.25") for key in ("a1", "b2"))
    assert page_hash(first.encode()) == page_hash(second.encode())
    assert page_hash(first.encode()) != page_hash((page % ("a1", "a1a1", "174.26")).encode())
