"""Indicators and the table of alerts, worked by hand."""

from datetime import timedelta
from decimal import Decimal

import pytest

from risk.alert_table import alert_table, judge, time_to_answer
from risk.rules.indicators import Measured, policies_on_a_day, refused_share, sum_on_a_life, sum_on_a_member
from risk.rules.matrix import Band, band_of


@pytest.mark.parametrize(
    ("today", "before", "usual", "times"),
    [
        (30, 150, "5.00", "6.00"),
        (20, 0, "0.00", "20.00"),
        (7, 100, "3.33", "2.10"),
        (0, 900, "30.00", "0.00"),
    ],
)
def test_policies_on_a_day_beside_the_usual(today: int, before: int, usual: str, times: str) -> None:
    measured = policies_on_a_day(today, before)
    assert (measured.value, measured.sample, measured.usual) == (Decimal(today), today, Decimal(usual))
    assert measured.times_usual == Decimal(times)


@pytest.mark.parametrize(
    ("refused", "decided", "share"), [(1, 3, "33.33"), (2, 3, "66.67"), (0, 4, "0"), (5, 5, "100")]
)
def test_refused_share(refused: int, decided: int, share: str) -> None:
    assert refused_share(refused, decided).value == Decimal(share)


@pytest.mark.parametrize(("refused", "decided"), [(0, 0), (2, 1), (-1, 3)])
def test_no_share_without_a_whole(refused: int, decided: int) -> None:
    with pytest.raises(ValueError, match="whole"):
        refused_share(refused, decided)


def test_what_has_no_usual_value_is_never_times_it() -> None:
    assert sum_on_a_life(Decimal(200000), 1).times_usual == 0


WORKED = [
    ("policies_per_day", "19", 19, "1", "AL-99"),
    ("policies_per_day", "20", 20, "2", "AL-02"),
    ("policies_per_day", "20", 20, "6.67", "AL-02"),
    ("policies_per_day", "20", 20, "6.7", "AL-99"),
    ("policies_per_day", "45", 45, "0", "AL-02"),
    ("policies_per_day", "50", 50, "5", "AL-01"),
    ("policies_per_day", "50", 50, "5.01", "AL-02"),
    ("policies_per_day", "500", 500, "200", "AL-99"),
    ("refused_share", "29.99", 100, None, "AL-99"),
    ("refused_share", "30", 10, None, "AL-12"),
    ("refused_share", "59.99", 10, None, "AL-12"),
    ("refused_share", "60", 10, None, "AL-11"),
    ("refused_share", "100", 9, None, "AL-99"),
    ("sum_per_person", "999999.99", 5, None, "AL-99"),
    ("sum_per_person", "1000000", 1, None, "AL-99"),
    ("sum_per_person", "1000000", 2, None, "AL-22"),
    ("sum_per_person", "3000000", 1, None, "AL-21"),
]


@pytest.mark.parametrize(("indicator", "value", "sample", "usual", "rule"), WORKED)
def test_alert_rules_by_hand(indicator: str, value: str, sample: int, usual: str | None, rule: str) -> None:
    decision = judge(indicator, Measured(Decimal(value), sample, None if usual is None else Decimal(usual)))
    assert [hit.id for hit in decision.rules] == [rule]
    assert decision.table_hash == alert_table().hash


def test_each_rule_says_in_both_languages_and_by_when() -> None:
    for rule in alert_table().rules:
        assert rule.reason.zh_hans
        assert rule.reason.en
    hit = judge("refused_share", Measured(Decimal(60), 10)).rules[0]
    assert time_to_answer(hit) == timedelta(days=3)


@pytest.mark.parametrize(
    ("likelihood", "impact", "band"),
    [(1, 4, Band.LOW), (1, 5, Band.MEDIUM), (2, 5, Band.MEDIUM), (3, 4, Band.HIGH), (5, 5, Band.HIGH)],
)
def test_bands_of_the_matrix(likelihood: int, impact: int, band: Band) -> None:
    assert band_of(likelihood, impact) == band


@pytest.mark.parametrize(("likelihood", "impact"), [(0, 3), (3, 6)])
def test_off_the_scale(likelihood: int, impact: int) -> None:
    with pytest.raises(ValueError, match="1 to 5"):
        band_of(likelihood, impact)


def test_a_member_of_a_group_counts_with_what_is_paid_once() -> None:
    coverages = [
        {"kind": "lump_sum", "limit": "300000.00"}, {"kind": "reimbursement", "limit": "30000.00"},
        {"kind": "lump_sum", "limit": None},
    ]  # fmt: skip
    assert sum_on_a_member(coverages) == Decimal(300_000)
    assert sum_on_a_member([]) == 0
