from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.rules.clocks import due_at, is_late, last_day, limit_for, waited_days
from claims.time_limits import time_limit, time_limits
from tests.factories.worked_tables import figure, worked_rows

# 16:00 UTC is midnight in Shanghai.
AGREED = datetime(2026, 5, 15, 0, 50, tzinfo=UTC)
ARTICLES = {
    ("ask_once", "any"): ("第二十二条", 3, "house"),
    ("decide", "any"): ("第二十三条", 30, "law"),
    ("pay", "any"): ("第二十三条", 10, "law"),
    ("refuse", "any"): ("第二十四条", 3, "law"),
    ("advance", "any"): ("第二十五条", 60, "law"),
    ("ask_once", "motor"): ("第二十八条", 1, "law"),
    ("decide", "motor"): ("第二十九条", 5, "law"),
}


@pytest.mark.parametrize(("key", "line"), ARTICLES)
def test_every_limit_names_its_article(key: str, line: str) -> None:
    limit = time_limit(key, line=line, day=date(2026, 5, 15))
    article, days, basis = ARTICLES[key, line]
    assert article in limit.article.zh_hans
    assert (limit.days, limit.basis) == (days, basis)


KEYS = {
    "ask once": "ask_once",
    "decide": "decide",
    "pay": "pay",
    "refuse in writing": "refuse",
    "pay the certain part": "advance",
    "review": "review",
}


@pytest.mark.parametrize("row", worked_rows("claims.md", "3. The clock"), ids=lambda row: row["duty"])
def test_the_days_of_the_page_are_those_we_keep(row: dict[str, str]) -> None:
    key, day = KEYS[row["duty"]], date(2026, 5, 15)
    limit = time_limit(key, line="life", day=day)
    assert limit.days == figure(row["days"])
    assert (limit.basis == "house") == ("house" in row["days"])
    if "compulsory motor" in row["days"]:
        assert time_limit(key, line="motor", day=day).days == figure(row["days"].split("(")[1].removeprefix("house; "))


def test_a_line_without_its_own_limit_takes_the_general_one() -> None:
    assert time_limit("pay", line="motor", day=date(2026, 5, 15)).line == "any"


def test_a_limit_holds_from_its_day() -> None:
    with pytest.raises(LookupError):
        time_limit("pay", line="life", day=date(2000, 1, 1))
    old, *_rest = [limit for limit in time_limits() if limit.key == "pay"]
    newer = type(old)("pay", "any", date(2027, 1, 1), 7, "law", False, old.article, old.words)
    assert limit_for([old, newer], "pay", line="life", day=date(2026, 12, 31)).days == 10
    assert limit_for([old, newer], "pay", line="life", day=date(2027, 1, 1)).days == 7


def test_ten_days_from_agreement_end_with_the_tenth_day() -> None:
    due = due_at(AGREED, 10)
    assert due == datetime(2026, 5, 25, 16, tzinfo=UTC)
    assert last_day(due) == date(2026, 5, 25)
    assert not is_late(due, due - timedelta(microseconds=1))
    assert is_late(due, due)


def test_the_day_is_the_one_in_shanghai() -> None:
    late_evening = datetime(2026, 5, 14, 16, 30, tzinfo=UTC)
    assert last_day(due_at(late_evening, 3)) == date(2026, 5, 18)


def test_waiting_for_documents_is_not_counted() -> None:
    asked, came = datetime(2026, 5, 3, 3, 40, tzinfo=UTC), datetime(2026, 5, 11, 12, 5, tzinfo=UTC)
    assert waited_days(asked, came) == 8
    assert waited_days(came, came) == 0
    assert last_day(due_at(datetime(2026, 5, 3, 1, 14, tzinfo=UTC), 30, 8)) == date(2026, 6, 10)


@given(days=st.integers(1, 90), first=st.integers(0, 60), second=st.integers(0, 60))
def test_waiting_longer_never_brings_the_deadline_forward(days: int, first: int, second: int) -> None:
    shorter, longer = sorted((first, second))
    assert due_at(AGREED, days, shorter) <= due_at(AGREED, days, longer)
    assert due_at(AGREED, days, shorter) > AGREED
