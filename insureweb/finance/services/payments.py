"""Asking for money: one open or paid payment per subject, and the way to the cashier."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from insureweb.finance.chart import CHART
from insureweb.finance.events import PaymentEnded
from insureweb.finance.gateways.registry import gateway_named
from insureweb.finance.models import LedgerAccount, Payment, PaymentShare
from insureweb.finance.ports import payment_handler
from insureweb.finance.services.ledger import AccountUnknown
from insureweb.finance.services.locks import lock_payment, lock_subject
from insureweb.finance.services.notifications import record_notification
from insureweb.finance.services.refunds import refund, request_refund
from insureweb.finance.services.settlement import settle_by_query
from insureweb.finance.states import LIVE_PAYMENT, PAYMENT_MACHINE, PaymentState
from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.context import use_case
from insureweb.kernel.money import Money
from insureweb.kernel.numbers import allocate
from insureweb.kernel.outbox import publish
from insureweb.kernel.states import transition

__all__ = [
    "cashier_url",
    "close_payment",
    "create_payment",
    "open_cashier",
    "record_notification",
    "refund",
    "request_refund",
    "settle_by_query",
]

TIME_TO_PAY = timedelta(minutes=30)
OWN_PATH = re.compile(r"/(?![/\\])[^\s\\]*")


@use_case
def create_payment(
    *,
    subject_kind: str = "order",
    subject_no: str,
    payer: str,
    amount: Money,
    insurer_shares: Sequence[tuple[str, Money]] = (),
    insurer_code: str = "",
    gateway: str,
    description: str,
    return_path: str = "",
    expires_at: datetime | None = None,
    by: Actor,
    at: datetime,
) -> Payment:
    """Ask for an amount for a subject, whose rows the caller has locked.

    Asking again for the same amount through the same gateway gives the open payment back. One that ran out of time
    is closed and replaced. `return_path` is the page of ours the payer ends on.

    Raises:
        Refused: the subject is paid already, another payment of it is under way, or the gateway is not in use.
        ValueError: the amount is not positive, the shares do not sum to it, or the path leaves this site.
        LookupError: nobody handles this kind of subject, or an insurer's books are not open.
    """
    shares = list(insurer_shares) or [(insurer_code, amount)]
    _check_request(amount, shares, return_path)
    payment_handler(subject_kind)
    gateway_named(gateway)
    lock_subject("payment", subject_kind, subject_no)
    if live := _live_payment(subject_kind, subject_no):
        if not _has_run_out(live, at):
            return _same_or_refused(live, amount, gateway)
        _close(live, by=by, at=at)
    _check_books(shares, amount.currency)
    payment = Payment.objects.create(
        no=allocate("payment", at=at),
        subject_kind=subject_kind,
        subject_no=subject_no,
        payer=payer[:120],
        description=description[:200],
        amount=amount.amount,
        currency=amount.currency,
        gateway=gateway,
        return_path=return_path,
        created_at=at,
        expires_at=expires_at or at + TIME_TO_PAY,
    )
    PaymentShare.objects.bulk_create(
        [PaymentShare(payment=payment, insurer_code=code, amount=share.amount) for code, share in shares]
    )
    return payment


def _check_request(amount: Money, shares: list[tuple[str, Money]], return_path: str) -> None:
    if amount.amount <= 0 or amount != amount.quantise():
        raise ValueError("A payment is above zero and rounded.")
    codes = [code for code, _share in shares]
    if not all(codes) or len(set(codes)) != len(codes):
        raise ValueError("Each share names its insurer, and each insurer once.")
    if any(share.amount <= 0 for _code, share in shares) or (
        Money.total((share for _code, share in shares), amount.currency) != amount
    ):
        raise ValueError("The insurers' shares do not sum to the amount.")
    if return_path and not OWN_PATH.fullmatch(return_path):
        raise ValueError("The payer returns to a page of this site.")


def _check_books(shares: list[tuple[str, Money]], currency: str) -> None:
    codes = {code for code, _share in shares}
    open_books = set(
        LedgerAccount.objects.filter(insurer_code__in=codes, currency=currency, code=CHART[0].code).values_list(
            "insurer_code", flat=True
        )
    )
    if missing := codes - open_books:
        raise AccountUnknown(f"No {currency} books are open for {', '.join(sorted(missing))}.")


def _live_payment(subject_kind: str, subject_no: str) -> Payment | None:
    return (
        Payment.objects.select_for_update(of=("self",))
        .filter(subject_kind=subject_kind, subject_no=subject_no, state__in=LIVE_PAYMENT)
        .first()
    )


def _has_run_out(payment: Payment, at: datetime) -> bool:
    return payment.state in {PaymentState.CREATED, PaymentState.PENDING} and payment.expires_at <= at


def _same_or_refused(live: Payment, amount: Money, gateway: str) -> Payment:
    if live.state == PaymentState.CAPTURED:
        raise Refused("already_paid", _("This has been paid already. You are not charged again."))
    if live.money != amount or live.gateway != gateway or live.state == PaymentState.UNKNOWN:
        raise Refused("payment_under_way", _("A payment is under way. Please wait until it has been checked."))
    return live


def _close(payment: Payment, *, by: Actor, at: datetime) -> Payment:
    transition(payment, PAYMENT_MACHINE, PaymentState.CLOSED, by=by, at=at)
    publish(
        PaymentEnded(payment_no=payment.no, subject_kind=payment.subject_kind, subject_no=payment.subject_no), at=at
    )
    return payment


@use_case
def close_payment(*, payment: Payment, reason: str = "", by: Actor, at: datetime) -> Payment:
    """Give up an open payment (the order was cancelled). Money that arrives later is sent back.

    Raises:
        IllegalMove: it was paid or has ended.
    """
    lock_subject("payment", payment.subject_kind, payment.subject_no)
    return _close(lock_payment(payment), by=by, at=at)


def cashier_url(payment: Payment, *, at: datetime | None = None) -> str:
    """The signed address of the gateway's cashier, in the reader's language; calls nobody.

    It is signed as of the payment's creation unless `at` is given, and stays good until the payment expires.
    """
    gateway = gateway_named(payment.gateway)
    return gateway.cashier_url(payment, language=get_language() or "zh-hans", at=at or payment.created_at)


@use_case
def open_cashier(*, payment: Payment, by: Actor, at: datetime) -> str:
    """Send the payer to the cashier: note that they went, give the address. Safe to repeat.

    Raises:
        Refused: the payment is not open any more, or its time is over.
    """
    locked = lock_payment(payment)
    if locked.state not in {PaymentState.CREATED, PaymentState.PENDING}:
        raise Refused("payment_not_open", _("This payment is no longer open."))
    if locked.expires_at <= at:
        raise Refused("payment_expired", _("The time to pay is over. Nothing was charged."))
    if locked.state == PaymentState.CREATED:
        transition(locked, PAYMENT_MACHINE, PaymentState.PENDING, by=by, at=at)
        payment.state = locked.state
    return cashier_url(locked, at=at)
