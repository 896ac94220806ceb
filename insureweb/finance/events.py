"""What happened to money, for whoever listens."""

from dataclasses import dataclass
from decimal import Decimal

from insureweb.kernel.outbox import Event


@dataclass(frozen=True)
class PaymentCaptured(Event):
    payment_no: str
    subject_kind: str
    subject_no: str
    amount: Decimal
    currency: str


@dataclass(frozen=True)
class PaymentEnded(Event):
    """The payment failed or was closed without money."""

    payment_no: str
    subject_kind: str
    subject_no: str


@dataclass(frozen=True)
class MoneyPutInSuspense(Event):
    """Money arrived that could not be used; it is sent back."""

    payment_no: str
    why: str


@dataclass(frozen=True)
class RefundReady(Event):
    """A refund may leave for the gateway."""

    refund_no: str


@dataclass(frozen=True)
class RefundSucceeded(Event):
    refund_no: str
    payment_no: str
    subject_kind: str
    subject_no: str
    amount: Decimal
    currency: str


@dataclass(frozen=True)
class PayoutReady(Event):
    """A payout may leave for the gateway."""

    payout_no: str


@dataclass(frozen=True)
class PayoutPaid(Event):
    payout_no: str
    subject_kind: str
    subject_no: str
    amount: Decimal
    currency: str


@dataclass(frozen=True)
class PayoutFailed(Event):
    payout_no: str
    subject_kind: str
    subject_no: str
