"""From an approved amount to money on the account: settlement, payout, and what the bank answers."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from claims.checks import check_not_the_employers, check_nothing_on_its_way, check_payee
from claims.events import ClaimPaid, ClaimPaymentFailed
from claims.models import Claim, ClaimDecision, Duty, Outcome, ReserveCause, Settlement, SettlementKind
from claims.selectors.people import strangers_with_account
from claims.services.deadlines import drop_duty, meet_duty, start_duty
from claims.services.locking import locked_claim
from claims.services.records import announce
from claims.services.reserves import reserve_of, set_reserve
from claims.states import CLAIM, SETTLEMENT, ClaimState, SettlementState
from insureweb.finance.models import Payout
from insureweb.finance.services.payouts import request_payout
from insureweb.finance.services.postings import post_claim_payable
from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.context import use_case
from insureweb.kernel.money import Money
from insureweb.kernel.outbox import publish
from insureweb.kernel.states import transition

HOUSE = Actor.system("claims")


@use_case
def request_settlement(
    *, claim: Claim, decision: ClaimDecision, kind: SettlementKind, automatic: bool, by: Actor, at: datetime
) -> Settlement:
    """Ask finance to pay a decision. By the rules it leaves at once; by a person it waits for a second one."""
    check_nothing_on_its_way(claim)
    settlement = _ask_for_payout(claim, decision.money, kind, automatic=automatic, retries=None, by=by, at=at)
    if automatic:
        _release(claim, settlement, at=at)
    return settlement


def _ask_for_payout(
    claim: Claim, amount: Money, kind: str, *, automatic: bool, retries: Settlement | None, by: Actor, at: datetime
) -> Settlement:
    count = claim.settlements.count()
    settlement = Settlement.objects.create(
        no=f"{claim.no}-{count + 1}" if count else claim.no,
        claim=claim,
        kind=kind,
        currency=amount.currency,
        amount=amount.amount,
        automatic=automatic,
        retries=retries,
        requested_at=at,
    )
    payout = request_payout(
        subject_kind="claim",
        subject_no=settlement.no,
        insurer_code=claim.policy.insurer.code,
        amount=amount,
        payee_name=claim.payee_name.open(),
        payee_account=claim.payee_account.open(),
        automatic=automatic,
        by=by,
        at=at,
    )
    settlement.payout_no = payout.no
    settlement.save(update_fields=["payout_no"])
    return settlement


@use_case
def release_settlement(*, settlement_no: str, by: Actor, at: datetime) -> Settlement | None:
    """The payment may leave: from now on it is a debt and the customer may know. Safe to repeat."""
    found = Settlement.objects.filter(no=settlement_no).values_list("claim__no", flat=True).first()
    if found is None:
        return None
    claim = locked_claim(found)
    settlement = Settlement.objects.select_for_update().get(no=settlement_no)
    if settlement.state == SettlementState.REQUESTED:
        _release(claim, settlement, at=at)
    return settlement


def _release(claim: Claim, settlement: Settlement, *, at: datetime) -> None:
    if settlement.released_at is not None:
        return
    settlement.released_at = at
    settlement.save(update_fields=["released_at"])
    if settlement.retries_id is None:
        _owe(claim, settlement, at=at)
    if settlement.kind != SettlementKind.ADVANCE:
        transition(claim, CLAIM, ClaimState.PAYING, by=HOUSE, at=at, payout_problem="")


def _owe(claim: Claim, settlement: Settlement, *, at: datetime) -> None:
    """Reserve becomes debt; the clock of the decision ends and the clock of the payment begins."""
    left = max(reserve_of(claim) - settlement.money, Money.zero(claim.currency))
    advance = settlement.kind == SettlementKind.ADVANCE
    if not advance:
        left = Money.zero(claim.currency)
    set_reserve(claim=claim, amount=left, cause=ReserveCause.PAID, by=HOUSE, at=at)
    post_claim_payable(
        insurer_code=claim.policy.insurer.code, amount=settlement.money, claim_no=claim.no, by=HOUSE, at=at
    )
    meet_duty(claim, *((Duty.ADVANCE,) if advance else (Duty.DECIDE, Duty.REVIEW)), at=at)
    if not advance:
        drop_duty(claim, Duty.ASK_ONCE, Duty.ADVANCE, at=at)
    start_duty(claim, Duty.PAY, at=at)
    decision = claim.decisions.filter(outcome__in=[Outcome.PAY, Outcome.ADVANCE]).order_by("-sequence").first()
    if decision is not None:
        announce(claim, decision, at=at)


@use_case
def record_payment(*, payout: Payout, by: Actor, at: datetime) -> Settlement:
    """The bank confirmed: the claim is paid. Called by finance in its own transaction."""
    settlement = Settlement.objects.select_related("claim").get(no=payout.subject_no)
    claim = locked_claim(settlement.claim.no)
    _release(claim, settlement, at=at)
    transition(settlement, SETTLEMENT, SettlementState.PAID, by=by, at=at, ended_at=at)
    meet_duty(claim, Duty.PAY, at=at)
    paid = claim.amount_paid + settlement.amount
    if settlement.kind == SettlementKind.ADVANCE:
        claim.amount_paid, claim.paid_at = paid, at
        claim.save(update_fields=["amount_paid", "paid_at"])
    else:
        transition(claim, CLAIM, ClaimState.PAID, by=by, at=at, amount_paid=paid, paid_at=at, payout_problem="")
    publish(
        ClaimPaid(
            claim_no=claim.no,
            policy_no=claim.policy.no,
            settlement_no=settlement.no,
            amount=settlement.amount,
            coverage=claim.coverage,
        ),
        at=at,
    )
    return settlement


@use_case
def record_payment_failure(*, payout: Payout, by: Actor, at: datetime) -> Settlement:
    """The bank sent the money back. It stays owed; the customer is asked for another account."""
    settlement = Settlement.objects.select_related("claim").get(no=payout.subject_no)
    claim = locked_claim(settlement.claim.no)
    problem = (payout.failure or "refused")[:200]
    transition(settlement, SETTLEMENT, SettlementState.FAILED, by=by, at=at, ended_at=at, problem=problem)
    if claim.state == ClaimState.PAYING:
        transition(claim, CLAIM, ClaimState.APPROVED, by=by, at=at, payout_problem=problem)
    else:
        claim.payout_problem = problem
        claim.save(update_fields=["payout_problem"])
    publish(ClaimPaymentFailed(claim_no=claim.no, settlement_no=settlement.no), at=at)
    return settlement


@use_case
def record_rejection(*, payout: Payout, by: Actor, at: datetime) -> Settlement:
    """The second person said no: nothing is owed, and the claim goes back to the adjusters."""
    settlement = Settlement.objects.select_related("claim").get(no=payout.subject_no)
    claim = locked_claim(settlement.claim.no)
    problem = payout.decision_reason[:200]
    transition(settlement, SETTLEMENT, SettlementState.FAILED, by=by, at=at, ended_at=at, problem=problem)
    if claim.state == ClaimState.APPROVED:
        days = sum(claim.decisions.filter(outcome=Outcome.PAY).order_by("-sequence").values_list("days", flat=True)[:1])
        transition(
            claim,
            CLAIM,
            ClaimState.REFERRED,
            by=by,
            at=at,
            reason=problem,
            amount_approved=claim.amount_paid,
            days_paid=max(claim.days_paid - days, 0),
        )
    else:
        claim.amount_approved = claim.amount_paid
        claim.save(update_fields=["amount_approved"])
    return settlement


def check_may_correct_payee(claim: Claim) -> None:
    if not claim.payout_problem:
        raise Refused("payee_is_fine", _("The account of this claim need not be changed."))


@use_case
def correct_payee(*, claim: Claim, account: str, by: Actor, at: datetime) -> Claim:
    """Another account after a payment came back; the payment is asked for again.

    By the rules only when a rule ordered the first one and nobody else uses the account.

    Raises:
        Refused: no payment came back, or not an account number.
    """
    digits = check_payee(account)
    locked = locked_claim(claim.no)
    check_may_correct_payee(locked)
    check_nothing_on_its_way(locked)
    check_not_the_employers(locked, digits)
    locked.payee_account, locked.payout_problem = digits, ""
    locked.save(update_fields=["payee_account", "payee_account_index", "payout_problem"])
    failed = locked.settlements.order_by("-id").first()
    assert failed is not None  # noqa: S101  a payment problem comes from a settlement
    automatic = failed.automatic and not strangers_with_account(locked)
    settlement = _ask_for_payout(locked, failed.money, failed.kind, automatic=automatic, retries=failed, by=by, at=at)
    if automatic:
        _release(locked, settlement, at=at)
    return locked
