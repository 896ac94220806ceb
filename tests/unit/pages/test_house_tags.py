"""Money, days, periods and states as every page shows them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils.translation import override

from insureweb.kernel.day_line import day_line
from insureweb.kernel.icons import ICONS
from insureweb.kernel.money import Money
from insureweb.kernel.periods import period_from_dates
from insureweb.kernel.templatetags import house
from insureweb.kernel.tones import TONES, tone_of


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Money.of("174.25"), "¥174.25"),
        (Money.of("12860"), "¥12,860.00"),
        (Money.of("-1620"), "−¥1,620.00"),
        (Money.of("5", "USD"), "US$5.00"),
        (Decimal(0), "¥0.00"),
        ("not a number", ""),
        (None, ""),
    ],
)
def test_money_as_text(value, text):
    assert house.money_text(value) == text


def test_money_as_html_marks_sign_minus_and_size():
    assert house.money_filter(Money.of("-3")) == (
        '<span class="money money--minus">−<span class="money__sign">¥</span>3.00</span>'
    )
    assert "money--price" in house.money_filter(Money.of("3"), "price")
    assert house.money_filter(Money.of("200000"), "whole").endswith("200,000</span>")
    assert house.money_filter(Money.of("200000.50"), "whole").endswith("200,000.50</span>")


def test_money_escapes_its_unit():
    assert "&lt;b&gt;" in house.money(Decimal(1), unit="<b>")


def test_day_is_the_day_in_shanghai():
    late_evening = datetime(2026, 5, 18, 16, 30, tzinfo=UTC)
    assert house.day_filter(late_evening) == '<time datetime="2026-05-19">19 May 2026</time>'
    assert house.day_plain(date(2026, 5, 19), "short") == "19 May"
    assert house.day_plain(None) == ""


def test_period_ends_at_midnight_of_the_last_day():
    shown = house.period_filter(period_from_dates(date(2026, 5, 20), date(2027, 5, 20)))
    assert "20 May 2026, 00:00" in shown
    assert "19 May 2027, 24:00" in shown


def test_period_by_days_and_open_end():
    days = house.period_filter(period_from_dates(date(2026, 5, 20), date(2027, 5, 20)), "days")
    assert 'datetime="2027-05-19"' in days

    class OpenRange:
        lower, upper = datetime(2026, 5, 19, 16, tzinfo=UTC), None

    assert house.period_filter(OpenRange()).startswith('<span class="period">from <time')
    assert house.period_filter(None) == ""


def test_icon_is_hidden_from_readers_unless_named():
    assert 'aria-hidden="true"' in house.icon("phone")
    assert 'aria-label="Call"' in house.icon("phone", label="Call")
    with pytest.raises(KeyError):
        house.icon("no-such-icon")


def test_icons_are_paths_only():
    assert all(set(path) <= set("0123456789.- MmLlHhVvCcSsAaZz") for path in ICONS.values())


def test_tones_do_not_overlap_and_default_to_neutral():
    values = [value for group in TONES.values() for value in group]
    assert len(values) == len(set(values))
    assert tone_of("paid") == "good"
    assert tone_of("something else") == "neutral"


def test_an_enum_may_say_its_own_tone():
    class Stubborn:
        tone, value, label = "bad", "paid", "Paid"

    assert house.pill_tone(Stubborn()) == "bad"
    assert house.state_label(Stubborn()) == "Paid"


@pytest.mark.parametrize(("seconds", "shown"), [(1421, "23:41"), (0, "00:00"), (-5, "00:00"), (3700, "1:01:40")])
def test_clock(seconds, shown):
    assert house.as_clock(seconds) == shown


def test_day_line_marks_past_today_and_due():
    line = day_line(date(2026, 5, 15), date(2026, 5, 25), date(2026, 5, 18))
    assert line is not None
    assert line.marks == ("past", "past", "past", "today", "", "", "", "", "", "due")
    assert (line.passed, line.total, line.left) == (3, 10, 7)


def test_day_line_after_the_last_day_and_before_the_first():
    late = day_line(date(2026, 5, 15), date(2026, 5, 25), date(2026, 6, 1))
    assert late is not None
    assert late.left == 0
    assert "today" not in late.marks
    early = day_line(date(2026, 5, 15), date(2026, 5, 25), date(2026, 5, 1))
    assert early is not None
    assert "today" not in early.marks
    assert day_line(date(2026, 5, 15), date(2026, 5, 15), date(2026, 5, 15)) is None


def test_day_line_becomes_a_bar_when_it_cannot_be_counted():
    line = day_line(date(2026, 1, 1), date(2026, 12, 31), date(2026, 7, 1))
    assert line is not None
    assert line.marks == ()
