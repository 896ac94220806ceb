"""What every payment gateway is to the house, whatever the company behind it speaks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Protocol

from django.db import connection

from insureweb.finance.models import Payment
from insureweb.finance.states import Verdict
from insureweb.kernel.money import Money

# Messages older, or further from the future, than this are not believed.
FRESHNESS = timedelta(minutes=5)


class Outcome(Enum):
    """What a gateway knows about a payment, a refund or a transfer."""

    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"
    CLOSED = "closed"
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True)
class PaymentFacts:
    """A payment as the gateway signed it. `amount` is set when money was taken."""

    payment_no: str
    outcome: Outcome
    trade_no: str = ""
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class MovementFacts:
    """A refund or transfer as the gateway signed it."""

    no: str
    outcome: Outcome
    gateway_no: str = ""
    failure: str = ""


@dataclass(frozen=True, slots=True)
class VerifiedNotification:
    """A message whose signature, application, merchant and time are right. `fields` hold no personal data."""

    notification_id: str
    facts: PaymentFacts
    fields: dict[str, str] = field(default_factory=dict)


class NotificationRejected(Exception):
    """The message is not believed; `fields` is what it claimed, without personal data."""

    def __init__(
        self, verdict: Verdict, *, notification_id: str = "", payment_no: str = "", fields: dict[str, str] | None = None
    ) -> None:
        super().__init__(verdict)
        self.verdict = verdict
        self.notification_id, self.payment_no, self.fields = notification_id, payment_no, fields or {}


class GatewayUnavailable(Exception):
    """No answer, or none that can be believed: nobody knows what happened, so it is asked again."""


class Gateway(Protocol):
    """One payment company. Only `cashier_url` and `verify_notification` work without its network."""

    code: str

    def cashier_url(self, payment: Payment, *, language: str, at: datetime) -> str: ...

    def verify_notification(self, headers: Mapping[str, str], body: bytes, *, at: datetime) -> VerifiedNotification:
        """Raises `NotificationRejected`."""
        ...

    def answer(self, believed: bool) -> str:
        """The literal text the gateway expects: stop sending, or send again."""
        ...

    def query(self, payment_no: str, *, at: datetime) -> PaymentFacts:
        """Raises `GatewayUnavailable`."""
        ...

    def refund(self, *, payment_no: str, refund_no: str, amount: Money, reason: str, at: datetime) -> MovementFacts:
        """Raises `GatewayUnavailable`."""
        ...

    def query_refund(self, *, payment_no: str, refund_no: str, at: datetime) -> MovementFacts:
        """Raises `GatewayUnavailable`."""
        ...

    def transfer(
        self, *, payout_no: str, amount: Money, payee_name: str, payee_account: str, at: datetime
    ) -> MovementFacts:
        """Raises `GatewayUnavailable`."""
        ...

    def query_transfer(self, payout_no: str, *, at: datetime) -> MovementFacts:
        """Raises `GatewayUnavailable`."""
        ...


def refuse_open_transaction() -> None:
    """A gateway may take seconds to answer: no lock may wait for it.

    Raises:
        RuntimeError: a database transaction is open (those that a test case wraps around a test do not count).
    """
    blocks: list[Any] = connection.atomic_blocks
    if any(not getattr(block, "_from_testcase", False) for block in blocks):
        raise RuntimeError("A gateway is never called inside a transaction.")
