"""What an order does about its payment; registered with finance in `ready()`."""

from datetime import datetime

from insureweb.finance.models import Payment, Refund
from insureweb.finance.ports import PaymentHandler
from insureweb.kernel.actors import Actor
from policies.sale.models import Order
from policies.sale.services.issuing import finish_refund, issue_order
from policies.sale.services.locking import lock_order


class OrderPayments(PaymentHandler):
    """Locks the order before finance locks the payment, and issues the policy in the transaction of the capture."""

    def lock(self, subject_no: str) -> None:
        lock_order(subject_no)

    def captured(self, payment: Payment, *, by: Actor, at: datetime) -> None:
        issue_order(order_no=payment.subject_no, payment=payment, by=by, at=at)

    def refunded(self, payment: Payment, refund: Refund, *, by: Actor, at: datetime) -> None:
        if Order.objects.filter(no=payment.subject_no, payment_no=payment.no).exists():
            finish_refund(order_no=payment.subject_no, by=by, at=at)
