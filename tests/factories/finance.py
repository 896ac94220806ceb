"""Books, payments, refunds and payouts in any state, reached through the services."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from insureweb.finance import ports
from insureweb.finance.gateways.base import MovementFacts, Outcome, PaymentFacts
from insureweb.finance.gateways.sandbox import protocol
from insureweb.finance.gateways.sandbox.models import Behaviour, SandboxTrade
from insureweb.finance.gateways.sandbox.services import BANK, open_trade, pay_trade
from insureweb.finance.models import Payment, Payout, Refund
from insureweb.finance.services.ledger import open_books
from insureweb.finance.services.payments import create_payment, open_cashier
from insureweb.finance.services.payouts import mark_payout_sent, request_payout, settle_payout
from insureweb.finance.services.postings import post_claim_payable
from insureweb.finance.services.refunds import mark_refund_sent, request_refund, settle_refund
from insureweb.finance.services.settlement import gateway_actor, settle_payment
from insureweb.kernel import clock
from insureweb.kernel.actors import Actor
from insureweb.kernel.money import Money

SYSTEM = Actor.system("test")
GATEWAY = gateway_actor("sandbox")
VISITOR = Actor.anonymous()
CLERK = Actor("staff", "clerk", "Clerk", frozenset({"finance"}))
SECOND_CLERK = Actor("staff", "second-clerk", "Second clerk", frozenset({"finance"}))
ADJUSTER = Actor("staff", "adjuster", "Adjuster", frozenset({"claims_adjuster"}))
APPROVER = Actor("staff", "approver", "Approver", frozenset({"claims_approver"}))
LIFE, PROPERTY = "test-life", "test-property"
# Kinds of subject nobody else answers for, so that the real handlers stay out of these tests.
ORDER, CLAIM = "test-order", "test-claim"
_numbers = count(1)


class Orders(ports.PaymentHandler):
    """Remembers what it was told; `refuse` makes it raise once the money comes."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []
        self.refuse: Exception | None = None

    def captured(self, payment: Payment, *, by: Actor, at: datetime) -> None:
        if self.refuse is not None:
            raise self.refuse
        self.told.append(("captured", payment.no))

    def failed(self, payment: Payment, *, by: Actor, at: datetime) -> None:
        self.told.append(("failed", payment.no))

    def refunded(self, payment: Payment, refund: Refund, *, by: Actor, at: datetime) -> None:
        self.told.append(("refunded", refund.no))

    def refund_failed(self, payment: Payment, refund: Refund, *, by: Actor, at: datetime) -> None:
        self.told.append(("refund_failed", refund.no))


class Claims(ports.PayoutHandler):
    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []

    def paid(self, payout: Payout, *, by: Actor, at: datetime) -> None:
        self.told.append(("paid", payout.no))

    def failed(self, payout: Payout, *, by: Actor, at: datetime) -> None:
        self.told.append(("failed", payout.no))

    def rejected(self, payout: Payout, *, by: Actor, at: datetime) -> None:
        self.told.append(("rejected", payout.no))


@contextmanager
def answering(orders: Orders | None = None, claims: Claims | None = None) -> Iterator[None]:
    """Let these handlers answer for the test subjects."""
    ports.register_payment_handler(ORDER, orders or Orders())
    ports.register_payout_handler(CLAIM, claims or Claims())
    try:
        yield
    finally:
        ports._payment_handlers.pop(ORDER)
        ports._payout_handlers.pop(CLAIM)


def books(*insurers: str, at: datetime | None = None) -> None:
    for insurer in insurers or (LIFE, PROPERTY):
        open_books(insurer_code=insurer, by=SYSTEM, at=at or clock.now())


def payment(amount: str = "174.25", *, at: datetime | None = None, **fields: Any) -> Payment:
    """A payment somebody has been asked for."""
    at = at or clock.now()
    given = {
        "subject_kind": ORDER,
        "subject_no": f"DD{next(_numbers):07d}",
        "payer": "Test payer",
        "insurer_code": LIFE,
        "gateway": "sandbox",
        "description": "Term life",
        "return_path": "/my/",
        "by": VISITOR,
        "at": at,
    }
    if "insurer_shares" in fields:
        given.pop("insurer_code")
    return create_payment(amount=Money.of(amount), **(given | fields))


def payment_at_cashier(amount: str = "174.25", *, at: datetime | None = None, **fields: Any) -> Payment:
    made = payment(amount, at=at, **fields)
    open_cashier(payment=made, by=VISITOR, at=at or made.created_at)
    made.refresh_from_db()
    return made


def captured_payment(amount: str = "174.25", *, at: datetime | None = None, **fields: Any) -> Payment:
    made = payment_at_cashier(amount, at=at, **fields)
    return settle(made, Outcome.DONE, at=at or made.created_at)


def settle(
    made: Payment, outcome: Outcome, *, amount: str | None = None, trade_no: str = "", at: datetime | None = None
) -> Payment:
    """Carry out what the gateway would have signed."""
    money = Money.of(amount or str(made.amount), made.currency) if outcome is Outcome.DONE else None
    facts = PaymentFacts(made.no, outcome, trade_no or f"T{made.no}", money)
    return settle_payment(payment=made, facts=facts, by=GATEWAY, at=at or clock.now()).payment


def refund_of(made: Payment, amount: str, *, at: datetime | None = None, **fields: Any) -> Refund:
    given = {"reason": "cancelled", "by": SYSTEM, "at": at or clock.now()}
    return request_refund(payment=made, amount=Money.of(amount, made.currency), **(given | fields))


def settled_refund(made: Payment, amount: str, outcome: Outcome, *, at: datetime | None = None) -> Refund:
    return settle_refund_as(refund_of(made, amount, at=at), outcome, at=at)


def settle_refund_as(refund: Refund, outcome: Outcome, *, at: datetime | None = None) -> Refund:
    """Carry out what the gateway would have signed about a refund."""
    at = at or clock.now()
    sent = mark_refund_sent(refund=refund, by=SYSTEM, at=at)
    facts = MovementFacts(sent.no, outcome, "R1", "told to fail" if outcome is Outcome.FAILED else "")
    return settle_refund(refund=sent, facts=facts, by=GATEWAY, at=at)


def payout(amount: str = "3000.00", *, at: datetime | None = None, payable: bool = True, **fields: Any) -> Payout:
    """A payout somebody asked for; `automatic=True` leaves at once."""
    at = at or clock.now()
    given = {
        "subject_kind": CLAIM,
        "subject_no": f"LP{next(_numbers):07d}",
        "insurer_code": LIFE,
        "payee_name": "林知夏",
        "payee_account": "6222020200112233445",
        "automatic": False,
        "by": ADJUSTER,
        "at": at,
    } | fields
    if payable:
        post_claim_payable(
            insurer_code=given["insurer_code"], amount=Money.of(amount), claim_no=given["subject_no"], by=SYSTEM, at=at
        )
    return request_payout(amount=Money.of(amount), **given)


def settled_payout(made: Payout, outcome: Outcome, *, at: datetime | None = None) -> Payout:
    at = at or clock.now()
    sent = mark_payout_sent(payout=made, by=SYSTEM, at=at)
    facts = MovementFacts(sent.no, outcome, "F1", "told to fail" if outcome is Outcome.FAILED else "")
    return settle_payout(payout=sent, facts=facts, by=GATEWAY, at=at)


def trade_of(made: Payment, *, at: datetime | None = None) -> SandboxTrade:
    """The sandbox's trade for a payment, as if the buyer stood at the cashier."""
    content = {
        "out_trade_no": made.no,
        "total_amount": str(made.amount),
        "currency": made.currency,
        "subject": made.description,
        "seller_id": protocol.SELLER_ID,
        "time_expire": protocol.written(made.expires_at),
    }
    return open_trade(
        content=content,
        app_id=protocol.APP_ID,
        notify_url="http://testserver/payments/notify/sandbox/",
        return_url=f"http://testserver/pay/return/{made.uuid}/",
        by=BANK,
        at=at or clock.now(),
    )


def paid_trade(made: Payment, behaviour: Behaviour = Behaviour.NORMAL, *, at: datetime | None = None) -> SandboxTrade:
    return pay_trade(trade=trade_of(made, at=at), behaviour=behaviour, by=BANK, at=at or clock.now())


def later(seconds: int) -> datetime:
    return clock.now() + timedelta(seconds=seconds)
