"""A case with an underwriter: taken, decided or proposed, approved by a second one above the first one's authority."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from customers.models import StaffProfile, User
from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.context import use_case
from insureweb.kernel.fixed_query import lock_row
from insureweb.kernel.localized import Localized
from insureweb.kernel.money import Money
from insureweb.kernel.states import transition
from policies.underwriting.models import Referral, UnderwritingDecision
from policies.underwriting.ports import subject_handler
from policies.underwriting.reasons import ReasonCode
from policies.underwriting.rules.authority import needs_second_underwriter
from policies.underwriting.rules.deadlines import review_deadline
from policies.underwriting.rules.loading import LARGEST_LOADING
from policies.underwriting.states import REFERRAL_MACHINE, Outcome, ReferralState

DECIDABLE = (Outcome.ACCEPT, Outcome.LOAD, Outcome.EXCLUDE, Outcome.POSTPONE, Outcome.DECLINE)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an underwriter wants to say: outcome, reason code, words for the customer in both languages."""

    outcome: str
    reason_code: str
    words: Localized
    loading_percent: Decimal = Decimal(0)
    special_terms: Localized | None = None


@use_case
def open_referral(
    *, cause: UnderwritingDecision, sum_insured: Money, asked_by_customer: bool = False, by: Actor, at: datetime
) -> Referral:
    """Put a case into the queue with its deadline."""
    deadline, source = review_deadline(at)
    return Referral.objects.create(
        subject_kind=cause.subject_kind,
        subject_no=cause.subject_no,
        insurer_id=cause.product_version.product.insurer_id,
        product_version=cause.product_version,
        cause=cause,
        sum_insured=sum_insured.amount,
        currency=sum_insured.currency,
        asked_by_customer=asked_by_customer,
        opened_at=at,
        deadline_at=deadline,
        deadline_source=source,
    )


@use_case
def take_referral(*, referral: Referral, underwriter: User, by: Actor, at: datetime) -> Referral:
    """Give the case to an underwriter."""
    return transition(referral, REFERRAL_MACHINE, ReferralState.ASSIGNED, by=by, at=at, assigned_to=underwriter)


@use_case
def release_referral(*, referral: Referral, reason: str = "", by: Actor, at: datetime) -> Referral:
    """Put the case back into the queue."""
    return transition(referral, REFERRAL_MACHINE, ReferralState.OPEN, by=by, at=at, reason=reason, assigned_to=None)


@use_case
def decide_referral(*, referral: Referral, verdict: Verdict, by: Actor, at: datetime) -> Referral:
    """Decide the case; above the underwriter's own authority it becomes a proposal for a second one.

    Raises:
        Refused: the verdict lacks a loading, a special term or the words, or the case is not with this underwriter.
    """
    check_verdict(verdict)
    subject_handler(referral.subject_kind).lock(referral.subject_no)
    locked = Referral.objects.select_for_update(of=("self",)).select_related("assigned_to").get(pk=referral.pk)
    _check_is_mine(locked, by)
    if needs_second_underwriter(locked.sum_insured, _authority(by)):
        return transition(
            referral,
            REFERRAL_MACHINE,
            ReferralState.PROPOSED,
            by=by,
            at=at,
            proposed_outcome=verdict.outcome,
            proposal=_as_text(verdict),
            proposed_by_id=by.id,
            proposed_by_label=by.label,
        )
    return _close(referral, verdict, decided_by=(by.id, by.label), approved_by=("", ""), by=by, at=at)


@use_case
def approve_proposal(*, referral: Referral, by: Actor, at: datetime) -> Referral:
    """The second underwriter agrees; the proposal becomes the decision.

    Raises:
        Refused: the same person proposed it.
    """
    subject_handler(referral.subject_kind).lock(referral.subject_no)
    locked = lock_row(referral)
    REFERRAL_MACHINE.check_move(locked.state, ReferralState.DECIDED, by)
    check_second_person(locked, by)
    proposer = (locked.proposed_by_id, locked.proposed_by_label)
    return _close(referral, proposed_verdict(locked), decided_by=proposer, approved_by=(by.id, by.label), by=by, at=at)


@use_case
def return_proposal(*, referral: Referral, reason: str, by: Actor, at: datetime) -> Referral:
    """The second underwriter disagrees; the case goes back to the first with the reason.

    Raises:
        Refused: no reason, or the same person proposed it.
    """
    if not reason.strip():
        raise Refused("reason_needed", _("Say why, so that the first underwriter can go on."), field="reason")
    check_second_person(referral, by)
    return transition(referral, REFERRAL_MACHINE, ReferralState.ASSIGNED, by=by, at=at, reason=reason)


@use_case
def withdraw_referral(*, subject_kind: str, subject_no: str, by: Actor, at: datetime) -> None:
    """The subject is gone; its live case, if any, is closed."""
    live = [ReferralState.OPEN, ReferralState.ASSIGNED, ReferralState.PROPOSED]
    for referral in Referral.objects.filter(subject_kind=subject_kind, subject_no=subject_no, state__in=live):
        transition(referral, REFERRAL_MACHINE, ReferralState.WITHDRAWN, by=by, at=at, closed_at=at)


def check_verdict(verdict: Verdict) -> None:
    """Raises `Refused`: the outcome and what it needs do not go together."""
    if verdict.outcome not in DECIDABLE:
        raise Refused("outcome_needed", _("Choose a decision."), field="outcome")
    if verdict.reason_code not in ReasonCode.values:
        raise Refused("reason_code_needed", _("Choose the reason."), field="reason_code")
    loads = verdict.outcome == Outcome.LOAD
    if loads and not 0 < verdict.loading_percent <= LARGEST_LOADING:
        raise Refused("loading_needed", _("Enter a loading above 0 and up to 300 per cent."), field="loading_percent")
    if not loads and verdict.loading_percent:
        raise Refused("no_loading", _("Only “accepted with a loading” takes a loading."), field="loading_percent")
    if verdict.outcome == Outcome.EXCLUDE and verdict.special_terms is None:
        raise Refused(
            "special_terms_needed", _("Write what is excluded, in both languages."), field="special_terms_zh_hans"
        )


def check_second_person(referral: Referral, by: Actor) -> None:
    """Raises `Refused`: two pairs of eyes means two people."""
    if by.id == referral.proposed_by_id:
        raise Refused("same_person", _("You proposed this yourself; a second underwriter has to look at it."))


def proposed_verdict(referral: Referral) -> Verdict:
    """The proposal as it was made."""
    fields: dict[str, Any] = json.loads(referral.proposal.open())
    terms = fields["special_terms"]
    return Verdict(
        outcome=fields["outcome"],
        reason_code=fields["reason_code"],
        words=Localized.read(fields["words"]),
        loading_percent=Decimal(fields["loading_percent"]),
        special_terms=Localized.read(terms) if terms else None,
    )


def _as_text(verdict: Verdict) -> str:
    fields = asdict(verdict) | {
        "loading_percent": str(verdict.loading_percent),
        "words": verdict.words.as_dict(),
        "special_terms": verdict.special_terms.as_dict() if verdict.special_terms else None,
    }
    return json.dumps(fields, ensure_ascii=False)


def _check_is_mine(referral: Referral, by: Actor) -> None:
    REFERRAL_MACHINE.check_move(referral.state, ReferralState.DECIDED, by)
    if referral.state != ReferralState.ASSIGNED or str(referral.assigned_to.uuid) != by.id:
        raise Refused("not_yours", _("Take the case first; it is not with you."))


def _authority(by: Actor) -> Decimal:
    limit = StaffProfile.objects.filter(user__uuid=by.id).values_list("underwriting_limit", flat=True).first()
    return limit if limit is not None else Decimal(0)


def _close(
    referral: Referral,
    verdict: Verdict,
    *,
    decided_by: tuple[str, str],
    approved_by: tuple[str, str],
    by: Actor,
    at: datetime,
) -> Referral:
    cause = UnderwritingDecision.objects.get(pk=referral.cause_id)
    record = {
        "inputs": cause.opened().get("inputs", {}),
        "rules": cause.opened().get("rules", []),
        "reasons": [verdict.words.as_dict()],
        "reason_code": verdict.reason_code,
        "special_terms": [verdict.special_terms.as_dict()] if verdict.special_terms else [],
    }
    decision = UnderwritingDecision.objects.create(
        subject_kind=referral.subject_kind,
        subject_no=referral.subject_no,
        product_version_id=referral.product_version_id,
        table_id=cause.table_id,
        table_hash=cause.table_hash,
        outcome=verdict.outcome,
        loading_percent=verdict.loading_percent,
        record=json.dumps(record, ensure_ascii=False),
        is_automatic=False,
        decided_by_kind=by.kind,
        decided_by_id=decided_by[0],
        decided_by_label=decided_by[1],
        approved_by_id=approved_by[0],
        approved_by_label=approved_by[1],
        at=at,
    )
    closed = transition(
        referral, REFERRAL_MACHINE, ReferralState.DECIDED, by=by, at=at, decision=decision, closed_at=at
    )
    subject_handler(referral.subject_kind).decided(referral.subject_no, decision, by=by, at=at)
    return closed
