"""Giving money back: asked for, approved by a second person when a person asked, sent, and settled."""

from datetime import datetime

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from insureweb.finance.chart import TransactionKind
from insureweb.finance.events import RefundReady, RefundSucceeded
from insureweb.finance.gateways.base import GatewayUnavailable, MovementFacts, Outcome, refuse_open_transaction
from insureweb.finance.gateways.registry import gateway_named
from insureweb.finance.models import LedgerTransaction, Payment, PaymentShare, Refund, RefundShare
from insureweb.finance.ports import payment_handler
from insureweb.finance.services.four_eyes import check_second_person
from insureweb.finance.services.ledger import reverse_transaction
from insureweb.finance.services.locks import lock_payment, lock_refund
from insureweb.finance.services.postings import post_refund_paid, post_refund_requested
from insureweb.finance.services.settlement import gateway_actor
from insureweb.finance.states import (
    PAYMENT_MACHINE,
    REFUND_AT_GATEWAY,
    REFUND_MACHINE,
    PaymentState,
    RefundState,
    SuspenseReason,
)
from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.context import use_case
from insureweb.kernel.money import Money
from insureweb.kernel.numbers import allocate
from insureweb.kernel.outbox import publish
from insureweb.kernel.states import transition

REFUNDABLE = {PaymentState.CAPTURED, PaymentState.IN_SUSPENSE}


def check_refundable(payment: Payment, amount: Money) -> None:
    """Raises `Refused`: nothing was received, or less is left than is to be given back."""
    if payment.state not in REFUNDABLE:
        raise Refused("nothing_to_refund", _("No money of this payment is here to be given back."))
    if amount.amount <= 0 or amount != amount.quantise():
        raise Refused("refund_amount", _("Enter an amount above zero, with at most two decimals."), field="amount")
    left = Money(payment.captured_amount - payment.refunded_amount, payment.currency)
    if amount > left:
        raise Refused(
            "refund_too_large",
            _("Only %(left)s of this payment is left to give back.") % {"left": left},
            field="amount",
        )


@use_case
def request_refund(
    *,
    payment: Payment,
    amount: Money,
    reason: str,
    insurer_code: str = "",
    automatic: bool = True,
    by: Actor,
    at: datetime,
) -> Refund:
    """Give back a part or all of a payment, out of one insurer's share or of all in proportion.

    A refund that follows from a rule (cooling-off, suspense) is `automatic` and leaves at once; one that a member of
    staff thinks up waits for a second person. Recognised premium is returned first (`postings.premium_returned`).

    Raises:
        Refused: nothing was received, or more is asked for than is left (of that insurer's share).
    """
    locked = lock_payment(payment)
    check_refundable(locked, amount)
    parts = _divide(locked, amount, insurer_code)
    refund = Refund.objects.create(
        no=allocate("refund", at=at),
        payment=locked,
        amount=amount.amount,
        currency=amount.currency,
        reason=reason[:500],
        automatic=automatic,
        state=RefundState.REQUESTED if automatic else RefundState.AWAITING_APPROVAL,
        requested_by_kind=by.kind,
        requested_by_id=by.id,
        requested_by_label=by.label,
        requested_at=at,
    )
    RefundShare.objects.bulk_create(
        [RefundShare(refund=refund, insurer_code=code, amount=part.amount) for code, part in parts]
    )
    if automatic:
        _release(refund, locked, by=by, at=at)
    return refund


def _divide(payment: Payment, amount: Money, insurer_code: str) -> list[tuple[str, Money]]:
    shares = list(PaymentShare.objects.filter(payment=payment).order_by("id"))
    if insurer_code:
        shares = [share for share in shares if share.insurer_code == insurer_code]
    left = [share.captured_amount - share.refunded_amount for share in shares]
    if amount.amount > sum(left):
        raise Refused("refund_too_large", _("The insurer's share of this payment is smaller."), field="amount")
    parts = zip(shares, amount.split_by(left), strict=True)
    return [(share.insurer_code, part) for share, part in parts if part]


def _release(refund: Refund, payment: Payment, *, by: Actor, at: datetime) -> None:
    for share in RefundShare.objects.filter(refund=refund).order_by("id"):
        post_refund_requested(
            insurer_code=share.insurer_code, amount=Money(share.amount, refund.currency), refund_no=refund.no,
            from_suspense=payment.state == PaymentState.IN_SUSPENSE, by=by, at=at,
        )  # fmt: skip
    publish(RefundReady(refund_no=refund.no), at=at)


@use_case
def approve_refund(*, refund: Refund, reason: str = "", by: Actor, at: datetime) -> Refund:
    """A second person lets a refund go.

    Raises:
        Refused: the same person asked for it, or the actor is not in finance.
    """
    locked_payment = lock_payment(refund.payment)
    locked = lock_refund(refund)
    check_second_person(by, locked.requested_by_kind, locked.requested_by_id)
    _decide(locked, RefundState.REQUESTED, reason=reason, by=by, at=at)
    _release(locked, locked_payment, by=by, at=at)
    return locked


@use_case
def reject_refund(*, refund: Refund, reason: str, by: Actor, at: datetime) -> Refund:
    """A second person stops a refund; its amount is free again.

    Raises:
        Refused: no reason, the same person asked for it, or the actor is not in finance.
    """
    if not reason.strip():
        raise Refused("reason_needed", _("Say why."), field="reason")
    lock_payment(refund.payment)
    locked = lock_refund(refund)
    check_second_person(by, locked.requested_by_kind, locked.requested_by_id)
    return _decide(locked, RefundState.REJECTED, reason=reason, by=by, at=at)


def _decide(refund: Refund, state: RefundState, *, reason: str, by: Actor, at: datetime) -> Refund:
    return transition(
        refund, REFUND_MACHINE, state, by=by, at=at, reason=reason, decided_by_kind=by.kind, decided_by_id=by.id,
        decided_by_label=by.label, decided_at=at, decision_reason=reason.strip()[:500],
    )  # fmt: skip


@use_case
def refund_suspense(*, payment: Payment, by: Actor, at: datetime) -> Refund | None:
    """Send back what is in suspense, all of it; nothing when that was asked for before."""
    locked = lock_payment(payment)
    left = Money(locked.captured_amount - locked.refunded_amount, locked.currency)
    if locked.state != PaymentState.IN_SUSPENSE or not left:
        return None
    reason = str(SuspenseReason(locked.suspense_reason).label)
    return request_refund(payment=locked, amount=left, reason=reason, by=by, at=at)


@use_case
def mark_refund_sent(*, refund: Refund, by: Actor, at: datetime) -> Refund:
    """Note that a refund is about to leave, before it does: a crash afterwards is settled by query."""
    locked = lock_refund(refund)
    if locked.state == RefundState.REQUESTED:
        transition(locked, REFUND_MACHINE, RefundState.SENT, by=by, at=at, sent_at=at)
    return locked


def send_refund(refund_no: str, *, at: datetime) -> Refund:
    """Hand a refund to the gateway and settle what it answers. Safe to repeat: our number is its key."""
    refuse_open_transaction()
    refund = Refund.objects.select_related("payment").get(no=refund_no)
    refund = mark_refund_sent(refund=refund, by=Actor.system("gateway-sender"), at=at)
    if refund.state not in REFUND_AT_GATEWAY:
        return refund
    try:
        facts = _hand_over(refund, at)
    except GatewayUnavailable as trouble:
        facts = MovementFacts(refund.no, Outcome.NOT_FOUND, failure=str(trouble))
    return settle_refund(refund=refund, facts=facts, by=gateway_actor(refund.payment.gateway), at=at)


def _hand_over(refund: Refund, at: datetime) -> MovementFacts:
    gateway = gateway_named(refund.payment.gateway)
    return gateway.refund(
        payment_no=refund.payment.no, refund_no=refund.no, amount=refund.money, reason=refund.reason, at=at
    )


def settle_refund_by_query(refund: Refund, *, at: datetime) -> Refund:
    """Ask the gateway about a refund; one it never heard of is sent again under the same number."""
    refuse_open_transaction()
    gateway = gateway_named(refund.payment.gateway)
    try:
        facts = gateway.query_refund(payment_no=refund.payment.no, refund_no=refund.no, at=at)
        if facts.outcome is Outcome.NOT_FOUND:
            facts = _hand_over(refund, at)
    except GatewayUnavailable as trouble:
        facts = MovementFacts(refund.no, Outcome.NOT_FOUND, failure=str(trouble))
    return settle_refund(refund=refund, facts=facts, by=gateway_actor(refund.payment.gateway), at=at)


@use_case
def settle_refund(*, refund: Refund, facts: MovementFacts, by: Actor, at: datetime) -> Refund:
    """Carry out signed facts about a refund, once. Without an answer it is marked as being checked."""
    payment = refund.payment
    payment_handler(payment.subject_kind).lock(payment.subject_no)
    payment = lock_payment(payment)
    locked = lock_refund(refund)
    if locked.state not in REFUND_AT_GATEWAY:
        return locked
    if facts.outcome is Outcome.DONE:
        return _succeed(locked, payment, facts, by=by, at=at)
    if facts.outcome in {Outcome.FAILED, Outcome.CLOSED}:
        return _fail(locked, payment, facts, by=by, at=at)
    if facts.outcome is Outcome.NOT_FOUND and locked.state == RefundState.SENT:
        transition(locked, REFUND_MACHINE, RefundState.UNKNOWN, by=by, at=at, failure=facts.failure[:120])
    Refund.objects.filter(pk=locked.pk).update(checked_at=at)
    return locked


def _succeed(refund: Refund, payment: Payment, facts: MovementFacts, *, by: Actor, at: datetime) -> Refund:
    transition(
        refund, REFUND_MACHINE, RefundState.SUCCEEDED, by=by, at=at,
        settled_at=at, gateway_refund_no=facts.gateway_no, failure="",
    )  # fmt: skip
    for share in RefundShare.objects.filter(refund=refund).order_by("id"):
        post_refund_paid(
            insurer_code=share.insurer_code, amount=Money(share.amount, refund.currency), refund_no=refund.no,
            by=by, at=at,
        )  # fmt: skip
    returned = Refund.objects.filter(payment=payment, state=RefundState.SUCCEEDED).aggregate(Sum("amount"))
    if returned["amount__sum"] == payment.captured_amount:
        transition(payment, PAYMENT_MACHINE, PaymentState.REFUNDED, by=by, at=at)
    payment_handler(payment.subject_kind).refunded(payment, refund, by=by, at=at)
    publish(
        RefundSucceeded(
            refund_no=refund.no, payment_no=payment.no, subject_kind=payment.subject_kind,
            subject_no=payment.subject_no, amount=refund.amount, currency=refund.currency,
        ),
        at=at,
    )  # fmt: skip
    return refund


def _fail(refund: Refund, payment: Payment, facts: MovementFacts, *, by: Actor, at: datetime) -> Refund:
    """The amount counts as ours again: the claim on us stays, what we posted when it was asked for is reversed."""
    transition(refund, REFUND_MACHINE, RefundState.FAILED, by=by, at=at, settled_at=at, failure=facts.failure[:120])
    asked = LedgerTransaction.objects.filter(
        subject_kind="refund", subject_no=refund.no, kind=TransactionKind.REFUND_REQUESTED
    )
    for original in asked.order_by("id"):
        reverse_transaction(original=original, reason=f"refund {refund.no} failed", by=by, at=at)
    payment_handler(payment.subject_kind).refund_failed(payment, refund, by=by, at=at)
    return refund


# The word the rest of the house uses.
refund = request_refund
