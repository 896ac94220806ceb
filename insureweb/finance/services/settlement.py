"""What a gateway signed about a payment becomes true here: captured, failed, closed, or money in suspense."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from insureweb.finance.events import MoneyPutInSuspense, PaymentCaptured, PaymentEnded
from insureweb.finance.gateways.base import GatewayUnavailable, Outcome, PaymentFacts, refuse_open_transaction
from insureweb.finance.gateways.registry import gateway_named
from insureweb.finance.models import Payment, PaymentShare
from insureweb.finance.ports import payment_handler
from insureweb.finance.services.locks import lock_payment, lock_subject
from insureweb.finance.services.postings import post_money_in_suspense, post_premium_received
from insureweb.finance.states import (
    LIVE_PAYMENT,
    OPEN_PAYMENT,
    PAYABLE,
    PAYMENT_MACHINE,
    PaymentState,
    SuspenseReason,
    Verdict,
)
from insureweb.kernel.actors import Actor, ActorKind
from insureweb.kernel.checks import Refused
from insureweb.kernel.context import use_case
from insureweb.kernel.fixed_query import FixedQuery, Given
from insureweb.kernel.money import Money
from insureweb.kernel.numbers import allocate
from insureweb.kernel.outbox import publish
from insureweb.kernel.states import transition


@dataclass(frozen=True, slots=True)
class Settled:
    """The payment as it stands now, and what the message did to it."""

    payment: Payment
    verdict: Verdict


def gateway_actor(code: str) -> Actor:
    return Actor(ActorKind.GATEWAY.value, code, code)


@use_case
def settle_payment(*, payment: Payment, facts: PaymentFacts, by: Actor, at: datetime) -> Settled:
    """Carry out signed facts about a payment, exactly once however often they come.

    Locks: the subject's own rows (through its handler), the subject's payments, this payment.
    """
    handler = payment_handler(payment.subject_kind)
    handler.lock(payment.subject_no)
    lock_subject("payment", payment.subject_kind, payment.subject_no)
    locked = lock_payment(payment)
    if facts.outcome is Outcome.DONE:
        return _money_arrived(locked, facts, by=by, at=at)
    if facts.outcome is Outcome.FAILED and locked.state in OPEN_PAYMENT:
        return _ended(locked, PaymentState.FAILED, by=by, at=at)
    if facts.outcome is Outcome.CLOSED and locked.state in OPEN_PAYMENT:
        return _ended(locked, PaymentState.CLOSED, by=by, at=at)
    return Settled(locked, Verdict.NO_EFFECT)


def _ended(payment: Payment, state: PaymentState, *, by: Actor, at: datetime) -> Settled:
    transition(payment, PAYMENT_MACHINE, state, by=by, at=at)
    payment_handler(payment.subject_kind).failed(payment, by=by, at=at)
    publish(
        PaymentEnded(payment_no=payment.no, subject_kind=payment.subject_kind, subject_no=payment.subject_no), at=at
    )
    return Settled(payment, Verdict.ACCEPTED)


def _money_arrived(payment: Payment, facts: PaymentFacts, *, by: Actor, at: datetime) -> Settled:
    received = facts.amount
    if received is None or received.amount <= 0:
        return Settled(payment, Verdict.UNREADABLE)
    if received.currency != payment.currency:
        return Settled(payment, Verdict.WRONG_CURRENCY)
    if payment.state not in PAYABLE:
        return _more_money(payment, facts, received, by=by, at=at)
    if why := _unusable(payment, received):
        return _suspend(payment, facts, received, why, by=by, at=at)
    try:
        with transaction.atomic():
            return _capture(payment, facts, by=by, at=at)
    except Refused:
        return _suspend(lock_payment(payment), facts, received, SuspenseReason.NO_LONGER_WANTED, by=by, at=at)


def _unusable(payment: Payment, received: Money) -> SuspenseReason | None:
    if received != payment.money:
        return SuspenseReason.WRONG_AMOUNT
    return SuspenseReason.PAID_TWICE if _another_live(payment) else None


def _another_live(payment: Payment) -> bool:
    return OTHER_LIVE.exists(kind=payment.subject_kind, no=payment.subject_no, pk=payment.pk)


OTHER_LIVE = FixedQuery(
    lambda: Payment.objects.filter(subject_kind=Given("kind"), subject_no=Given("no"), state__in=LIVE_PAYMENT).exclude(
        pk=Given("pk")
    )
)
SHARES = FixedQuery(lambda: PaymentShare.objects.filter(payment=Given("payment")).order_by("id"))


def _receive(payment: Payment, received: Money) -> list[PaymentShare]:
    """Divide what came over the insurers' shares, in proportion when it is not the amount asked for."""
    shares = SHARES.rows(payment=payment.pk)
    parts = received.split_by([share.amount for share in shares])
    for share, part in zip(shares, parts, strict=True):
        share.captured_amount = part.amount
        share.save(update_fields=["captured_amount"])
    return [share for share in shares if share.captured_amount]


def _capture(payment: Payment, facts: PaymentFacts, *, by: Actor, at: datetime) -> Settled:
    transition(
        payment, PAYMENT_MACHINE, PaymentState.CAPTURED, by=by, at=at,
        captured_amount=payment.amount, captured_at=at, gateway_trade_no=facts.trade_no,
    )  # fmt: skip
    for share in _receive(payment, payment.money):
        post_premium_received(
            insurer_code=share.insurer_code, amount=Money(share.captured_amount, payment.currency),
            subject_kind=payment.subject_kind, subject_no=payment.subject_no, by=by, at=at,
        )  # fmt: skip
    payment_handler(payment.subject_kind).captured(payment, by=by, at=at)
    publish(
        PaymentCaptured(
            payment_no=payment.no, subject_kind=payment.subject_kind, subject_no=payment.subject_no,
            amount=payment.amount, currency=payment.currency,
        ),
        at=at,
    )  # fmt: skip
    return Settled(payment, Verdict.ACCEPTED)


def _suspend(
    payment: Payment, facts: PaymentFacts, received: Money, why: SuspenseReason, *, by: Actor, at: datetime
) -> Settled:
    transition(
        payment, PAYMENT_MACHINE, PaymentState.IN_SUSPENSE, by=by, at=at, captured_amount=received.amount,
        captured_at=at, gateway_trade_no=facts.trade_no, suspense_reason=why,
    )  # fmt: skip
    _post_suspense(payment, _receive(payment, received), by=by, at=at)
    publish(MoneyPutInSuspense(payment_no=payment.no, why=why.value), at=at)
    return Settled(payment, Verdict.IN_SUSPENSE)


def _post_suspense(payment: Payment, shares: list[PaymentShare], *, by: Actor, at: datetime) -> None:
    for share in shares:
        post_money_in_suspense(
            insurer_code=share.insurer_code, amount=Money(share.captured_amount, payment.currency),
            payment_no=payment.no, by=by, at=at,
        )  # fmt: skip


def _more_money(payment: Payment, facts: PaymentFacts, received: Money, *, by: Actor, at: datetime) -> Settled:
    """Nothing when it is the trade we know; the money of another trade is a payment of its own, in suspense."""
    known = Payment.objects.filter(gateway=payment.gateway, gateway_trade_no=facts.trade_no).first()
    if known is not None:
        return Settled(known, Verdict.NO_EFFECT)
    second = Payment.objects.create(
        no=allocate("payment", at=at), subject_kind=payment.subject_kind, subject_no=payment.subject_no,
        payer=payment.payer, description=payment.description, amount=payment.amount, currency=payment.currency,
        captured_amount=received.amount, captured_at=at, gateway=payment.gateway, gateway_trade_no=facts.trade_no,
        state=PaymentState.IN_SUSPENSE, suspense_reason=SuspenseReason.PAID_TWICE, return_path=payment.return_path,
        created_at=at, expires_at=at + (payment.expires_at - payment.created_at),
    )  # fmt: skip
    originals = PaymentShare.objects.filter(payment=payment).order_by("id")
    PaymentShare.objects.bulk_create(
        [PaymentShare(payment=second, insurer_code=share.insurer_code, amount=share.amount) for share in originals]
    )
    _post_suspense(second, _receive(second, received), by=by, at=at)
    publish(MoneyPutInSuspense(payment_no=second.no, why=SuspenseReason.PAID_TWICE.value), at=at)
    return Settled(second, Verdict.IN_SUSPENSE)


def settle_by_query(payment: Payment, *, at: datetime) -> Payment:
    """Ask the gateway what became of a payment and carry that out. Runs outside any transaction.

    No believable answer leaves it open and marks it as being checked; one the gateway never heard of, or that is
    still unpaid when its time is over, is closed.
    """
    refuse_open_transaction()
    by = gateway_actor(payment.gateway)
    try:
        facts = gateway_named(payment.gateway).query(payment.no, at=at)
    except GatewayUnavailable:
        return note_unknown(payment=payment, by=by, at=at)
    if facts.outcome in {Outcome.PENDING, Outcome.NOT_FOUND} and payment.expires_at <= at:
        facts = PaymentFacts(payment.no, Outcome.CLOSED)
    note_checked(payment=payment, by=by, at=at)
    return settle_payment(payment=payment, facts=facts, by=by, at=at).payment


@use_case
def note_unknown(*, payment: Payment, by: Actor, at: datetime) -> Payment:
    """The gateway gave no believable answer: the payment stays open and is asked about again."""
    locked = lock_payment(payment)
    if locked.state in {PaymentState.CREATED, PaymentState.PENDING}:
        transition(locked, PAYMENT_MACHINE, PaymentState.UNKNOWN, by=by, at=at, checked_at=at)
    return note_checked(payment=locked, by=by, at=at)


@use_case
def note_checked(*, payment: Payment, by: Actor, at: datetime) -> Payment:
    """Remember when the gateway was last asked."""
    Payment.objects.filter(pk=payment.pk).update(checked_at=at)
    payment.checked_at = at
    return payment
