"""From the report to money on the account without a person, and everything that keeps a machine from deciding."""

from datetime import timedelta
from decimal import Decimal

import pytest

from claims.fraud_table import fraud_table
from claims.models import Claim, ClaimDecision, Duty, Maker, Outcome, Settlement
from claims.selectors.cover import product_of
from claims.selectors.desk import replay
from claims.services.deciding import decide_automatically
from claims.services.settling import correct_payee
from claims.services.upkeep import decide_stuck_claims
from claims.states import ClaimState, SettlementState
from customers.actors import actor_of
from customers.models import Message
from insureweb.documents.models import Document
from insureweb.finance.gateways.sandbox.models import Behaviour, Operation
from insureweb.finance.gateways.sandbox.services import set_switch
from insureweb.finance.models import LedgerTransaction, Payout
from insureweb.finance.states import PayoutState
from insureweb.kernel import clock
from products.compiled import CompiledProduct
from products.rules.decisions import DecisionError, decide
from tests.factories import claims

pytestmark = pytest.mark.django_db


def test_a_clear_claim_is_paid_by_itself() -> None:
    claim = claims.paid()
    assert claim.state == ClaimState.PAID
    assert (claim.amount_approved, claim.amount_paid, claim.days_paid) == (Decimal(500), Decimal(500), 5)
    decision = claim.decisions.get()
    assert (decision.outcome, decision.maker, decision.ground) == (Outcome.PAY, Maker.AUTOMATIC, "")
    assert [row["id"] for row in decision.rules] == ["CL-50"]
    assert decision.lines[-1] == {
        "operator": "=", "code": "pays", "value": "500.00", "unit": "money", "clause": "", "notes": {},
    }  # fmt: skip
    payout = Payout.objects.get()
    assert (payout.state, payout.automatic, payout.amount) == (PayoutState.PAID, True, Decimal(500))
    assert payout.subject_no == claim.no == claim.settlements.get().no


def test_the_books_follow_the_claim() -> None:
    claim = claims.paid()
    kinds = list(LedgerTransaction.objects.filter(subject_no=claim.no).order_by("id").values_list("kind", flat=True))
    assert kinds == ["reserve_changed", "reserve_changed", "claim_payable"]
    assert [(row.change, row.balance) for row in claim.reserve.order_by("sequence")] == [
        (Decimal(500), Decimal(500)),
        (Decimal(-500), Decimal(0)),
    ]


def test_the_customer_hears_of_it_and_gets_a_letter() -> None:
    claim = claims.paid()
    kinds = Message.objects.filter(user=claim.user, channel="inbox", subject_no=claim.no).values_list("kind", flat=True)
    assert set(kinds) == {"claim_pay", "claim_paid"}
    letter = Document.objects.get(kind="claim_letter")
    assert (letter.subject_kind, letter.subject_no, letter.owner_id) == ("claim", claim.no, str(claim.user.uuid))
    assert letter.renditions.count() == 2


def test_every_duty_is_met() -> None:
    claim = claims.paid()
    assert claim.due_at is None
    met = dict(claim.deadlines.values_list("duty", "met_at"))
    assert met[Duty.DECIDE]
    assert met[Duty.PAY]
    dropped = claim.deadlines.filter(dropped_at__isnull=False).values_list("duty", flat=True)
    assert set(dropped) == {Duty.ASK_ONCE, Duty.ADVANCE}


def test_a_decision_replays_to_the_same_answer() -> None:
    decision = claims.decided().decisions.get()
    again = replay(ClaimDecision.objects.get(pk=decision.pk))
    assert again.is_identical
    assert (again.outcome, again.amount) == ("pay", Decimal("500.00"))


def test_deciding_twice_decides_once() -> None:
    claim = claims.decided()
    assert decide_automatically(claim_no=claim.no, by=claims.SYSTEM, at=clock.now()) is None
    assert claim.decisions.count() == 1
    assert Payout.objects.count() == 1


@pytest.mark.parametrize(
    ("told", "rule"),
    [
        ({"papers": ()}, "CL-10"),
        ({"papers": ("discharge",)}, "CL-10"),
        ({"cause": "illness"}, "CL-21"),
        ({"nights": 3}, "CL-22"),
        ({"nights": 40}, "CL-23"),
        ({"ended": 120}, "CL-13"),
    ],
)
def test_what_the_rules_cannot_pay_goes_to_a_person(told: dict, rule: str) -> None:
    claim = claims.decided(**told)
    assert claim.state == ClaimState.REFERRED
    decision = claim.decisions.get()
    assert decision.outcome == Outcome.REFER
    assert rule in [row["id"] for row in decision.rules]
    assert decision.words.zh_hans
    assert decision.words.en
    assert not Payout.objects.exists()


def test_a_death_goes_to_a_person() -> None:
    claim = claims.decided(coverage="death")
    assert claim.state == ClaimState.REFERRED
    assert claim.amount_assessed == Decimal(200_000)


def test_outside_the_cover_is_refused_formally_with_a_letter_in_time() -> None:
    covered = claims.policy(issued=20)
    claim = claims.submitted(covered, ended=60)
    claims.settle()
    claim = claims.fresh(claim)
    assert claim.state == ClaimState.REFUSED
    decision = claim.decisions.get()
    assert (decision.maker, decision.ground) == (Maker.AUTOMATIC, "not_in_force")
    duty = claim.deadlines.get(duty=Duty.REFUSE)
    assert duty.days == 3
    assert duty.met_at
    assert not duty.missed_at
    letter = Document.objects.get(kind="claim_letter")
    assert letter.subject_no == claim.no
    body = Message.objects.get(kind="claim_refused", channel="inbox").body
    assert "15" in body.en
    assert "12378" in body.zh_hans
    assert claim.reserve.count() == 0


def test_a_shared_account_brings_the_claim_to_a_person() -> None:
    claims.paid(account=claims.ACCOUNT)
    claim = claims.decided(account=claims.ACCOUNT)
    assert claim.state == ClaimState.REFERRED
    assert [row["id"] for row in claim.decisions.get().rules] == ["CL-12"]
    decision = claim.decisions.get()
    assert decision.inputs["signals"] == [{"code": "shared_account", "points": 60, "value": 1}]
    fraud = decision.inputs["fraud"]
    assert (fraud["table"], fraud["table_hash"], fraud["value"]) == ("fraud", fraud_table().hash, "60")
    assert [(rule["id"], rule["reason"]["en"]) for rule in fraud["rules"]] == [
        ("FR-03", "The account was named by {value} other customers."),
    ]
    assert decide(fraud_table(), fraud["inputs"]).as_json() == fraud


def test_a_decision_keeps_table_rows_version_inputs_and_words() -> None:
    claim = claims.paid()
    decision = claim.decisions.get()
    table = product_of(claim.policy).definition.tables["claims"]
    assert (decision.table_id, decision.table_hash) == ("claims", table.hash)
    assert decision.product_hash == claim.policy.product_version.content_hash
    assert set(decision.inputs["facts"]) == {column.key for column in table.columns}
    assert [(row["id"], row["reason"]["en"]) for row in decision.rules] == [("CL-50", decision.words.en)]


def test_what_a_table_cannot_decide_keeps_its_facts_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object, **_options: object) -> None:
        raise DecisionError("claims", "rules CL-01, CL-02 hit together")

    monkeypatch.setattr(CompiledProduct, "decide", broken)
    claim = claims.decided()
    assert claim.state == ClaimState.REFERRED
    assert claim.decisions.get().inputs["facts"]["stay_days"] == "8"


def test_the_days_of_one_accident_and_one_year_are_counted_over_claims() -> None:
    covered = claims.policy()
    first = claims.paid(covered, nights=20, ended=60)
    assert first.days_paid == 17
    second = claims.decided(covered, nights=10, ended=20, event_date=first.event_date)
    loss = second.decisions.get().inputs["loss"]
    assert (loss["stay_days_used"], loss["nights_before"], loss["year_days_used"]) == (17, 20, 17)
    assert second.days_paid == 10
    later = claims.decided(covered, nights=6, ended=2, event_date=first.event_date)
    loss = later.decisions.get().inputs["loss"]
    assert (loss["stay_days_used"], loss["nights_before"], loss["year_days_used"]) == (10, 10, 27)
    fresh = claims.decided(covered, nights=5, ended=95)
    assert fresh.decisions.get().inputs["loss"]["stay_days_used"] == 0


def test_a_stuck_claim_is_decided_by_the_schedule() -> None:
    claim = claims.submitted(at=clock.now() - timedelta(minutes=5))
    assert decide_stuck_claims(by=claims.SYSTEM, at=clock.now()) == 1
    assert claims.fresh(claim).state in (ClaimState.PAYING, ClaimState.PAID)


def test_a_payment_that_comes_back_asks_for_another_account() -> None:
    set_switch(operation=Operation.TRANSFER, behaviour=Behaviour.FAIL, by=claims.SYSTEM, at=clock.now())
    claim = claims.paid()
    assert claim.state == ClaimState.APPROVED
    assert claim.payout_problem
    assert claim.settlements.get().state == SettlementState.FAILED
    assert Message.objects.filter(kind="claim_payment_failed", channel="inbox").count() == 1
    assert not Document.objects.filter(kind="claim_letter").exists()


def test_the_other_account_is_paid_and_the_debt_is_posted_once() -> None:
    set_switch(operation=Operation.TRANSFER, behaviour=Behaviour.FAIL, by=claims.SYSTEM, at=clock.now())
    claim = claims.paid()
    set_switch(operation=Operation.TRANSFER, behaviour=Behaviour.NORMAL, by=claims.SYSTEM, at=clock.now())
    correct_payee(claim=claim, account="6217000012345678901", by=actor_of(claim.user), at=clock.now())
    claims.settle()
    claim = claims.fresh(claim)
    assert claim.state == ClaimState.PAID
    assert claim.payout_problem == ""
    assert list(claim.settlements.order_by("id").values_list("state", flat=True)) == ["failed", "paid"]
    assert Settlement.objects.get(state="paid").no == f"{claim.no}-2"
    assert LedgerTransaction.objects.filter(subject_no=claim.no, kind="claim_payable").count() == 1
    assert Claim.objects.get(pk=claim.pk).payee_account.open() == "6217000012345678901"
