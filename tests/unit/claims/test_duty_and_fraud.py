from datetime import date
from decimal import Decimal

import pytest

from claims.fraud_table import fraud_table
from claims.rules.benefit import Benefit
from claims.rules.duty import DUPLICATE, NOT_IN_FORCE, examine_duty
from claims.rules.facts import Reported, claim_facts, missing_evidence
from claims.rules.fraud import Background, fraud_score
from products.rules.platform_facts import CLAIM_FACTS
from tests.factories.worked_tables import worked_rows

STARTS = date(2026, 1, 1)


def examined(event: date = date(2026, 5, 2), **changes: object):
    known = {"cover_from": STARTS, "waiting_days": 0, "cause": "accident", "causes": ("accident",), "duplicate": False}
    return examine_duty(event=event, **(known | changes))


def test_cover_in_force_and_cause_covered() -> None:
    duty = examined()
    assert duty.in_force
    assert duty.waiting_over
    assert duty.cause_covered
    assert duty.days_since_start == 121
    assert duty.formal_grounds == ()


@pytest.mark.parametrize(("event", "over"), [(date(2026, 1, 30), False), (date(2026, 1, 31), True)])
def test_waiting_period_ends_on_its_day(event: date, over: bool) -> None:
    duty = examined(event, waiting_days=30)
    assert duty.waiting_over is over
    assert duty.waiting_ends == date(2026, 1, 31)


def test_only_formal_grounds_are_named() -> None:
    assert examined(cover_from=None).formal_grounds == (NOT_IN_FORCE,)
    assert examined(duplicate=True).formal_grounds == (DUPLICATE,)
    assert examined(cause="illness").formal_grounds == ()
    assert not examined(cause="illness").cause_covered
    assert examined(cause="illness", causes=()).cause_covered


@pytest.mark.parametrize("row", worked_rows("claims.md", "The risk score"), ids=lambda row: row["signals"] or "none")
def test_fraud_score_adds_the_strongest_of_each_kind(row: dict[str, str]) -> None:
    *looked_at, signals, points = row.values()
    score = fraud_score(Background(*map(int, looked_at)), fraud_table())
    assert ", ".join(f"{signal.code} {signal.points}" for signal in score.signals) == signals
    assert score.points == int(points)


def reported(**changes: object) -> Reported:
    told = {
        "coverage": "hospital_cash", "benefit": "daily_cash", "cause": "accident",
        "event": date(2026, 5, 2), "reported": date(2026, 5, 12),
        "nights": 8, "claimed": Decimal(0), "evidence_kinds": frozenset({"discharge", "invoice"}),
        "evidence_wanted": frozenset({"discharge", "invoice", "accident"}),
    }  # fmt: skip
    return Reported(**(told | changes))


def test_facts_for_the_table() -> None:
    benefit = Benefit(Decimal(500), 5, ())
    facts = claim_facts(
        reported(),
        examined(),
        benefit,
        fraud_score(Background(200, 0, 0, 3), fraud_table()),
        overlaps=False,
        earlier_claims=1,
    )
    assert set(CLAIM_FACTS) <= facts.keys()  # a table may ask for any of them
    assert facts["benefit"] == "daily_cash"
    assert facts["policy_in_force"] is True
    assert facts["evidence_complete"] is True
    assert facts["reported_after_days"] == 10
    assert (facts["amount"], facts["payable_days"], facts["stay_days"]) == (Decimal(500), 5, 8)


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"discharge", "invoice"}, set()),
        ({"discharge"}, {"invoice"}),
        ({"other"}, {"discharge", "invoice"}),
        (set(), {"discharge", "invoice", "accident"}),
    ],
)
def test_own_words_stand_in_for_one_paper_only(given: set[str], missing: set[str]) -> None:
    wanted = frozenset({"discharge", "invoice", "accident"})
    assert missing_evidence(wanted, frozenset(given)) == missing
