"""Paying a claimant: asked for, approved by a second person unless a rule decided, sent, and settled."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from insureweb.finance.events import PayoutFailed, PayoutPaid, PayoutReady
from insureweb.finance.gateways.base import GatewayUnavailable, MovementFacts, Outcome, refuse_open_transaction
from insureweb.finance.gateways.registry import default_gateway, gateway_named
from insureweb.finance.models import Payout
from insureweb.finance.ports import payout_handler, register_payout_handler
from insureweb.finance.services.four_eyes import check_second_person
from insureweb.finance.services.locks import lock_payout, lock_subject
from insureweb.finance.services.postings import post_payout_paid
from insureweb.finance.services.settlement import gateway_actor
from insureweb.finance.states import PAYOUT_AT_GATEWAY, PAYOUT_GIVEN_UP, PAYOUT_MACHINE, PayoutState
from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.context import use_case
from insureweb.kernel.money import Money
from insureweb.kernel.numbers import allocate
from insureweb.kernel.outbox import publish
from insureweb.kernel.states import transition

__all__ = [
    "approve_payout",
    "register_payout_handler",
    "reject_payout",
    "request_payout",
    "send_payout",
    "settle_payout",
    "settle_payout_by_query",
]


@use_case
def request_payout(
    *,
    subject_kind: str = "claim",
    subject_no: str,
    insurer_code: str,
    amount: Money,
    payee_name: str,
    payee_account: str,
    automatic: bool,
    gateway: str = "",
    by: Actor,
    at: datetime,
) -> Payout:
    """Pay an amount for a subject, once; the caller has posted it as payable (`postings.claim_payable`).

    `automatic` says that a rule decided: it leaves at once. Otherwise it waits for a second person.

    Raises:
        Refused: the subject has a payout already, the amount is not positive, or the payee is incomplete.
        LookupError: nobody handles this kind of subject.
    """
    payout_handler(subject_kind)
    code = gateway or default_gateway()
    gateway_named(code)
    if amount.amount <= 0 or amount != amount.quantise():
        raise Refused("payout_amount", _("Enter an amount above zero, with at most two decimals."), field="amount")
    if not payee_name.strip() or not payee_account.strip():
        raise Refused("payee_missing", _("Enter the payee's name and account."), field="payee_account")
    lock_subject("payout", subject_kind, subject_no)
    if _live_payout(subject_kind, subject_no):
        raise Refused("payout_exists", _("This is being paid or has been paid already."))
    payout = Payout.objects.create(
        no=allocate("payout", at=at),
        subject_kind=subject_kind,
        subject_no=subject_no,
        insurer_code=insurer_code,
        amount=amount.amount,
        currency=amount.currency,
        gateway=code,
        payee_name=payee_name.strip(),
        payee_account=payee_account.strip(),
        automatic=automatic,
        state=PayoutState.APPROVED if automatic else PayoutState.AWAITING_APPROVAL,
        requested_by_kind=by.kind,
        requested_by_id=by.id,
        requested_by_label=by.label,
        requested_at=at,
    )
    if automatic:
        publish(PayoutReady(payout_no=payout.no), at=at)
    return payout


def _live_payout(subject_kind: str, subject_no: str) -> bool:
    return (
        Payout.objects.filter(subject_kind=subject_kind, subject_no=subject_no)
        .exclude(state__in=PAYOUT_GIVEN_UP)
        .exists()
    )


@use_case
def approve_payout(*, payout: Payout, reason: str = "", by: Actor, at: datetime) -> Payout:
    """A second person lets the money go.

    Raises:
        Refused: the same person asked for it, or the actor may not approve.
    """
    locked = lock_payout(payout)
    check_second_person(by, locked.requested_by_kind, locked.requested_by_id)
    _decide(locked, PayoutState.APPROVED, reason=reason, by=by, at=at)
    publish(PayoutReady(payout_no=locked.no), at=at)
    return locked


@use_case
def reject_payout(*, payout: Payout, reason: str, by: Actor, at: datetime) -> Payout:
    """A second person stops the payout; the subject's handler hears of it.

    Raises:
        Refused: no reason, the same person asked for it, or the actor may not decide.
    """
    if not reason.strip():
        raise Refused("reason_needed", _("Say why."), field="reason")
    handler = payout_handler(payout.subject_kind)
    handler.lock(payout.subject_no)
    locked = lock_payout(payout)
    check_second_person(by, locked.requested_by_kind, locked.requested_by_id)
    _decide(locked, PayoutState.REJECTED, reason=reason, by=by, at=at)
    handler.rejected(locked, by=by, at=at)
    return locked


def _decide(payout: Payout, state: PayoutState, *, reason: str, by: Actor, at: datetime) -> Payout:
    return transition(
        payout, PAYOUT_MACHINE, state, by=by, at=at, reason=reason, approved_by_kind=by.kind, approved_by_id=by.id,
        approved_by_label=by.label, decided_at=at, decision_reason=reason.strip()[:500],
    )  # fmt: skip


@use_case
def mark_payout_sent(*, payout: Payout, by: Actor, at: datetime) -> Payout:
    """Note that a payout is about to leave, before it does: a crash afterwards is settled by query."""
    locked = lock_payout(payout)
    if locked.state == PayoutState.APPROVED:
        transition(locked, PAYOUT_MACHINE, PayoutState.SENT, by=by, at=at, sent_at=at)
    return locked


def send_payout(payout_no: str, *, at: datetime) -> Payout:
    """Hand a payout to the gateway and settle what it answers. Safe to repeat: our number is its key."""
    refuse_open_transaction()
    payout = Payout.objects.get(no=payout_no)
    payout = mark_payout_sent(payout=payout, by=Actor.system("gateway-sender"), at=at)
    if payout.state not in PAYOUT_AT_GATEWAY:
        return payout
    try:
        facts = _hand_over(payout, at)
    except GatewayUnavailable as trouble:
        facts = MovementFacts(payout.no, Outcome.NOT_FOUND, failure=str(trouble))
    return settle_payout(payout=payout, facts=facts, by=gateway_actor(payout.gateway), at=at)


def _hand_over(payout: Payout, at: datetime) -> MovementFacts:
    return gateway_named(payout.gateway).transfer(
        payout_no=payout.no,
        amount=payout.money,
        payee_name=_opened(payout.payee_name),
        payee_account=_opened(payout.payee_account),
        at=at,
    )


def _opened(value: Any) -> str:
    plain: str = value.open()
    return plain


def settle_payout_by_query(payout: Payout, *, at: datetime) -> Payout:
    """Ask the gateway about a payout; one it never heard of is sent again under the same number."""
    refuse_open_transaction()
    try:
        facts = gateway_named(payout.gateway).query_transfer(payout.no, at=at)
        if facts.outcome is Outcome.NOT_FOUND:
            facts = _hand_over(payout, at)
    except GatewayUnavailable as trouble:
        facts = MovementFacts(payout.no, Outcome.NOT_FOUND, failure=str(trouble))
    return settle_payout(payout=payout, facts=facts, by=gateway_actor(payout.gateway), at=at)


@use_case
def settle_payout(*, payout: Payout, facts: MovementFacts, by: Actor, at: datetime) -> Payout:
    """Carry out signed facts about a payout, once. Without an answer it is marked as being checked."""
    handler = payout_handler(payout.subject_kind)
    handler.lock(payout.subject_no)
    locked = lock_payout(payout)
    if locked.state not in PAYOUT_AT_GATEWAY:
        return locked
    if facts.outcome is Outcome.DONE:
        return _succeed(locked, facts, by=by, at=at)
    if facts.outcome in {Outcome.FAILED, Outcome.CLOSED}:
        return _fail(locked, facts, by=by, at=at)
    if facts.outcome is Outcome.NOT_FOUND and locked.state == PayoutState.SENT:
        transition(locked, PAYOUT_MACHINE, PayoutState.UNKNOWN, by=by, at=at, failure=facts.failure[:120])
    Payout.objects.filter(pk=locked.pk).update(checked_at=at)
    return locked


def _succeed(payout: Payout, facts: MovementFacts, *, by: Actor, at: datetime) -> Payout:
    transition(
        payout, PAYOUT_MACHINE, PayoutState.PAID, by=by, at=at,
        settled_at=at, gateway_transfer_no=facts.gateway_no, failure="",
    )  # fmt: skip
    post_payout_paid(insurer_code=payout.insurer_code, amount=payout.money, payout_no=payout.no, by=by, at=at)
    payout_handler(payout.subject_kind).paid(payout, by=by, at=at)
    publish(
        PayoutPaid(
            payout_no=payout.no, subject_kind=payout.subject_kind, subject_no=payout.subject_no,
            amount=payout.amount, currency=payout.currency,
        ),
        at=at,
    )  # fmt: skip
    return payout


def _fail(payout: Payout, facts: MovementFacts, *, by: Actor, at: datetime) -> Payout:
    """The money stays payable: a new payout, to a corrected account, may be asked for."""
    transition(payout, PAYOUT_MACHINE, PayoutState.FAILED, by=by, at=at, settled_at=at, failure=facts.failure[:120])
    payout_handler(payout.subject_kind).failed(payout, by=by, at=at)
    publish(PayoutFailed(payout_no=payout.no, subject_kind=payout.subject_kind, subject_no=payout.subject_no), at=at)
    return payout
