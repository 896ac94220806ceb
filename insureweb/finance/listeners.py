"""What finance does about its own events: nothing leaves for a gateway inside a transaction."""

from datetime import datetime

from insureweb.finance.events import MoneyPutInSuspense, PayoutReady, RefundReady
from insureweb.finance.models import Payment
from insureweb.finance.services.payouts import send_payout
from insureweb.finance.services.refunds import refund_suspense, send_refund
from insureweb.kernel.actors import Actor
from insureweb.kernel.outbox import subscribe


@subscribe(MoneyPutInSuspense)
def send_suspense_back(event: MoneyPutInSuspense, *, at: datetime) -> None:
    payment = Payment.objects.get(no=event.payment_no)
    refund_suspense(payment=payment, by=Actor.system("suspense"), at=at)


@subscribe(RefundReady, outside_transaction=True)
def hand_refund_to_gateway(event: RefundReady, *, at: datetime) -> None:
    send_refund(event.refund_no, at=at)


@subscribe(PayoutReady, outside_transaction=True)
def hand_payout_to_gateway(event: PayoutReady, *, at: datetime) -> None:
    send_payout(event.payout_no, at=at)
