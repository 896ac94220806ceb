"""The automatic decision: pays when the rules allow, refuses on formal grounds only, else asks a person."""

import logging
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from claims.events import ClaimRefused
from claims.models import Claim, ClaimDecision, Duty, Maker, Outcome, ReserveCause, SettlementKind
from claims.rules.payees import needs_a_person
from claims.selectors.cover import product_of
from claims.selectors.examination import Examination, examine
from claims.services.deadlines import drop_duty, meet_duty, start_duty
from claims.services.locking import locked_claim
from claims.services.records import announce, joined, record_decision
from claims.services.reserves import release_reserve, set_reserve
from claims.services.settling import request_settlement
from claims.states import CLAIM, ClaimState
from claims.words import in_both
from insureweb.kernel.actors import Actor
from insureweb.kernel.context import use_case
from insureweb.kernel.localized import Localized
from insureweb.kernel.money import Money
from insureweb.kernel.outbox import publish
from insureweb.kernel.states import transition
from products.rules.decisions import Decision, DecisionError

logger = logging.getLogger(__name__)


@use_case
def decide_automatically(*, claim_no: str, by: Actor, at: datetime) -> ClaimDecision | None:
    """Decide a claim that was sent; None when it has been decided already, so that it may be called again."""
    claim = locked_claim(claim_no)
    if claim.state != ClaimState.SUBMITTED:
        return None
    examination = examine(claim, at)
    table = _ask_table(claim, examination)
    outcome = _allowed_outcome(claim, table, examination)
    paying = outcome == Outcome.PAY
    decision = record_decision(
        claim,
        maker=Maker.AUTOMATIC,
        outcome=outcome,
        words=_words(table, outcome),
        examination=examination,
        table=table,
        amount=examination.benefit.amount,
        days=examination.benefit.days if paying else 0,
        lines=examination.benefit.lines_as_json(),
        ground=examination.duty.formal_grounds[0] if outcome == Outcome.REFUSE else "",
        by=by,
        at=at,
    )
    acts = {Outcome.PAY: _pay, Outcome.REFUSE: refuse, Outcome.REFER: _refer}
    acts[outcome](claim, decision, by=by, at=at)
    return decision


def _ask_table(claim: Claim, examination: Examination) -> Decision | None:
    """What the product's table says; None when it cannot say, which sends the claim to a person."""
    try:
        return product_of(claim.policy).decide("claims", examination.facts)
    except (DecisionError, KeyError) as error:
        logger.warning("claims_table_cannot_decide", extra={"claim": claim.no, "error": str(error)})
        return None


def _allowed_outcome(claim: Claim, table: Decision | None, examination: Examination) -> Outcome:
    """A machine refuses on formal grounds only and pays only what is above zero (PIPL article 24), to no heirs."""
    if table is None:
        return Outcome.REFER
    if table.outcome == Outcome.REFUSE and not examination.duty.formal_grounds:
        return Outcome.REFER
    if table.outcome == Outcome.PAY and (examination.benefit.amount <= 0 or needs_a_person(claim.payee_is)):
        return Outcome.REFER
    return Outcome(table.outcome)


def _words(table: Decision | None, outcome: Outcome) -> Localized:
    if table is None or (outcome == Outcome.REFER and table.outcome != Outcome.REFER):
        return in_both(_("The rules alone cannot decide this claim, so an adjuster does."))
    return joined(table.reasons)


def _pay(claim: Claim, decision: ClaimDecision, *, by: Actor, at: datetime) -> None:
    set_reserve(claim=claim, amount=decision.money, cause=ReserveCause.OPENED, by=by, at=at)
    transition(
        claim,
        CLAIM,
        ClaimState.APPROVED,
        by=by,
        at=at,
        amount_assessed=decision.amount,
        amount_approved=decision.amount,
        days_paid=decision.days,
        decided_at=at,
    )
    request_settlement(claim=claim, decision=decision, kind=SettlementKind.FULL, automatic=True, by=by, at=at)


def _refer(claim: Claim, decision: ClaimDecision, *, by: Actor, at: datetime) -> None:
    amount = Money(decision.amount, claim.currency)
    set_reserve(claim=claim, amount=amount, cause=ReserveCause.OPENED, by=by, at=at)
    transition(claim, CLAIM, ClaimState.REFERRED, by=by, at=at, amount_assessed=decision.amount)
    announce(claim, decision, at=at)


def refuse(claim: Claim, decision: ClaimDecision, *, by: Actor, at: datetime) -> None:
    """Carry out a refusal: the letter is due from now on. The caller has locked the claim and recorded the decision."""
    release_reserve(claim, by=by, at=at)
    transition(claim, CLAIM, ClaimState.REFUSED, by=by, at=at, decided_at=at, reason=decision.get_ground_display())
    meet_duty(claim, Duty.DECIDE, at=at)
    drop_duty(claim, Duty.ASK_ONCE, Duty.ADVANCE, at=at)
    start_duty(claim, Duty.REFUSE, at=at)
    announce(claim, decision, at=at)
    publish(
        ClaimRefused(
            claim_no=claim.no,
            policy_no=claim.policy.no,
            sequence=decision.sequence,
            ground=decision.ground,
            automatic=decision.maker == Maker.AUTOMATIC,
        ),
        at=at,
    )
