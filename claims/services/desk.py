"""What a claims adjuster does with a referred claim."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from claims.checks import check_may_ask, check_nothing_on_its_way
from claims.models import Claim, ClaimDecision, Duty, Maker, Outcome, RefusalGround, ReserveCause, SettlementKind
from claims.permissions import check_may_decide, check_other_person, check_within_authority
from claims.rules.benefit import MONEY, Benefit, Line, ceiling
from claims.selectors.examination import Examination, examine
from claims.services.deadlines import meet_duty, resume_clock, stop_clock
from claims.services.deciding import refuse
from claims.services.locking import locked_claim
from claims.services.records import announce, record_decision
from claims.services.reserves import reserve_of, set_reserve
from claims.services.reviews import close_review_as_changed, open_review
from claims.services.settling import request_settlement
from claims.states import CLAIM, ClaimState
from claims.words import in_both
from customers.models import User
from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.context import use_case
from insureweb.kernel.localized import Localized
from insureweb.kernel.money import Money
from insureweb.kernel.states import transition
from insureweb.kernel.templatetags.house import money_text


@use_case
def take_claim(*, claim: Claim, staff: User, by: Actor, at: datetime) -> Claim:
    """Put the claim into a person's hands.

    Raises:
        Refused: the actor is no adjuster, or the claim is their own.
    """
    locked = locked_claim(claim.no)
    check_may_decide(locked, by)
    locked.adjuster = staff
    locked.save(update_fields=["adjuster"])
    return locked


@use_case
def ask_for_documents(
    *, claim: Claim, wanted: Sequence[str], words: Localized | None = None, by: Actor, at: datetime
) -> ClaimDecision:
    """Ask once for everything that is missing (Insurance Law article 22); the clock stops until it comes.

    Raises:
        Refused: nothing was named, or a person has asked before.
    """
    locked = locked_claim(claim.no)
    check_may_decide(locked, by)
    check_may_ask(locked)
    known = {paper.key for paper in examine(locked, at).cover.papers}
    if not wanted or not set(wanted) <= known | {"other"}:
        raise Refused("nothing_wanted", _("Choose every document that is missing."), field="wanted")
    if "other" in wanted and words is None:
        raise Refused("other_needs_words", _("Say which other document you need."), field="words_zh")
    decision = record_decision(
        locked,
        maker=Maker.PERSON,
        outcome=Outcome.DOCUMENTS,
        words=words or in_both(_("We need some documents before we can decide.")),
        wanted=wanted,
        by=by,
        at=at,
    )
    transition(locked, CLAIM, ClaimState.EVIDENCE_WANTED, by=by, at=at)
    meet_duty(locked, Duty.ASK_ONCE, at=at)
    stop_clock(locked, at=at)
    announce(locked, decision, at=at)
    return decision


@use_case
def send_documents(*, claim: Claim, by: Actor, at: datetime) -> Claim:
    """The customer has sent what was asked for: the clock runs on and the adjuster decides. Safe to repeat."""
    locked = locked_claim(claim.no)
    if locked.state != ClaimState.EVIDENCE_WANTED:
        return locked
    asked = locked.decisions.filter(outcome=Outcome.DOCUMENTS).order_by("-sequence").first()
    if asked is not None and not locked.evidence.filter(added_at__gte=asked.at).exists():
        raise Refused("no_documents", _("Add at least one file first."), field="files")
    transition(locked, CLAIM, ClaimState.REFERRED, by=by, at=at)
    resume_clock(locked, at=at)
    return locked


@use_case
def approve_claim(
    *, claim: Claim, amount: Money, words: Localized | None = None, note: str, by: Actor, at: datetime
) -> ClaimDecision:
    """Approve an amount to pay now. It waits for a second person before it leaves.

    Raises:
        Refused: above the actor's authority, above what the contract leaves, without a reason for another amount than
            the rules worked out, or a payment is on its way.
    """
    return _approve(claim, amount, SettlementKind.FULL, words, note, by=by, at=at)


@use_case
def pay_advance(
    *, claim: Claim, amount: Money, words: Localized | None = None, note: str, by: Actor, at: datetime
) -> ClaimDecision:
    """Pay the part that is certain while the rest is still open (Insurance Law article 25).

    Raises:
        Refused: as for `approve_claim`.
    """
    return _approve(claim, amount, SettlementKind.ADVANCE, words, note, by=by, at=at)


def _approve(
    claim: Claim, amount: Money, kind: SettlementKind, words: Localized | None, note: str, *, by: Actor, at: datetime
) -> ClaimDecision:
    locked = locked_claim(claim.no)
    check_may_decide(locked, by)
    CLAIM.check_move(locked.state, ClaimState.APPROVED, by)
    check_nothing_on_its_way(locked)
    if open_review(locked) is not None:
        check_other_person(locked, by)
    examination = examine(locked, at)
    benefit = _benefit(locked, examination, amount, note)
    check_within_authority(locked.amount_paid + amount.amount, by)
    advance = kind == SettlementKind.ADVANCE
    decision = record_decision(
        locked,
        maker=Maker.PERSON,
        outcome=Outcome.ADVANCE if advance else Outcome.PAY,
        words=words or in_both(_("We pay %(amount)s."), amount=money_text(amount)),
        note=note,
        examination=examination,
        amount=amount.amount,
        days=0 if advance else benefit.days,
        lines=benefit.lines_as_json(),
        by=by,
        at=at,
    )
    _carry_out(locked, decision, kind, examination, by=by, at=at)
    return decision


def _carry_out(
    claim: Claim, decision: ClaimDecision, kind: SettlementKind, examination: Examination, *, by: Actor, at: datetime
) -> None:
    advance = kind == SettlementKind.ADVANCE
    reserve = max(decision.money, reserve_of(claim)) if advance else decision.money
    set_reserve(claim=claim, amount=reserve, cause=ReserveCause.REASSESSED, by=by, at=at)
    approved = claim.amount_paid + decision.amount
    if advance:
        claim.amount_approved = approved
        claim.save(update_fields=["amount_approved"])
    else:
        close_review_as_changed(claim, by=by, at=at)
        transition(
            claim,
            CLAIM,
            ClaimState.APPROVED,
            by=by,
            at=at,
            reason=decision.note,
            amount_assessed=examination.benefit.amount,
            amount_approved=approved,
            days_paid=claim.days_paid + decision.days,
            decided_at=at,
        )
        kind = SettlementKind.SUPPLEMENT if claim.amount_paid else kind
    request_settlement(claim=claim, decision=decision, kind=kind, automatic=False, by=by, at=at)


def _benefit(claim: Claim, examination: Examination, amount: Money, note: str) -> Benefit:
    """The sum that leads to the amount. Another one than the rules' needs a reason and stays within the contract."""
    worked_out = examination.benefit
    most = ceiling(examination.cover.terms, examination.loss) - claim.amount_paid
    if amount.amount <= 0:
        raise Refused("amount_not_positive", _("Enter an amount above zero."), field="amount")
    if amount.amount > most:
        message = _("The contract leaves at most %(most)s for this claim.")
        raise Refused("above_the_contract", message % {"most": money_text(max(most, Decimal(0)))}, field="amount")
    if amount.amount == worked_out.amount and not claim.amount_paid:
        return worked_out
    if not note.strip():
        raise Refused("reason_needed", _("Say why you pay another amount than the rules worked out."), field="note")
    own = Line("=", "set_by_person", amount.amount, MONEY)
    return Benefit(amount.amount, 0 if claim.amount_paid else worked_out.days, (*worked_out.lines, own))


@use_case
def refuse_claim(
    *, claim: Claim, ground: RefusalGround, words: Localized, note: str, by: Actor, at: datetime
) -> ClaimDecision:
    """Refuse, with a ground, a reason on file and words the customer will read. The letter follows within three days.

    Raises:
        Refused: a reason is missing, a part has been paid, or the actor may not decide.
    """
    locked = locked_claim(claim.no)
    check_may_decide(locked, by)
    CLAIM.check_move(locked.state, ClaimState.REFUSED, by)
    check_nothing_on_its_way(locked)
    if open_review(locked) is not None and locked.decided_at is not None:
        raise Refused(
            "under_review", _("This is a review: let the decision stand, or approve an amount."), field="decision"
        )
    if not note.strip():
        raise Refused("reason_needed", _("Write down why you refuse."), field="note")
    if locked.amount_paid:
        raise Refused(
            "partly_paid", _("A part of this claim has been paid, so it cannot be refused."), field="decision"
        )
    decision = record_decision(
        locked,
        maker=Maker.PERSON,
        outcome=Outcome.REFUSE,
        ground=ground,
        words=words,
        note=note,
        examination=examine(locked, at),
        by=by,
        at=at,
    )
    refuse(locked, decision, by=by, at=at)
    return decision
