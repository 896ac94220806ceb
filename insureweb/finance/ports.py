"""What finance asks of the apps above it. They register an answer in `ready()`; finance calls it in its transaction."""

from datetime import datetime
from typing import TYPE_CHECKING

from insureweb.kernel.actors import Actor

if TYPE_CHECKING:
    from insureweb.finance.models import Payment, Payout, Refund


class PaymentHandler:
    """What a subject does about its payment. Override what matters.

    `lock` is called first, before finance locks the payment, and takes the subject's row locks in the order of the
    house (customer, policy, claim, payment). Every other call is inside the transaction of the change it reports.
    """

    def lock(self, subject_no: str) -> None:
        """Lock the rows of the subject that `captured` and the others will change."""

    def captured(self, payment: "Payment", *, by: Actor, at: datetime) -> None:
        """The whole amount has arrived.

        Raises:
            Refused: the subject is no longer open; the money goes to suspense and back to the payer.
        """

    def failed(self, payment: "Payment", *, by: Actor, at: datetime) -> None:
        """The payment came to nothing (failed or closed). The subject may be paid again."""

    def refunded(self, payment: "Payment", refund: "Refund", *, by: Actor, at: datetime) -> None:
        """The gateway confirmed a refund."""

    def refund_failed(self, payment: "Payment", refund: "Refund", *, by: Actor, at: datetime) -> None:
        """The gateway refused a refund; the amount is ours again and still owed."""


class PayoutHandler:
    """What a subject does about its payout. Override what matters; called inside the transaction of the change."""

    def lock(self, subject_no: str) -> None:
        """Lock the rows of the subject that the calls below will change."""

    def paid(self, payout: "Payout", *, by: Actor, at: datetime) -> None:
        """The gateway confirmed the transfer."""

    def failed(self, payout: "Payout", *, by: Actor, at: datetime) -> None:
        """The gateway refused the transfer; the claim is still owed and a new payout may be asked for."""

    def rejected(self, payout: "Payout", *, by: Actor, at: datetime) -> None:
        """The second person said no."""


_payment_handlers: dict[str, PaymentHandler] = {}
_payout_handlers: dict[str, PayoutHandler] = {}


def register_payment_handler(subject_kind: str, handler: PaymentHandler) -> None:
    if not isinstance(handler, PaymentHandler):
        raise TypeError("A payment handler derives from insureweb.finance.ports.PaymentHandler.")
    _payment_handlers[subject_kind] = handler


def register_payout_handler(subject_kind: str, handler: PayoutHandler) -> None:
    if not isinstance(handler, PayoutHandler):
        raise TypeError("A payout handler derives from insureweb.finance.ports.PayoutHandler.")
    _payout_handlers[subject_kind] = handler


def payment_handler(subject_kind: str) -> PaymentHandler:
    """Raises `LookupError`: nobody answers for this kind of subject."""
    try:
        return _payment_handlers[subject_kind]
    except KeyError:
        raise LookupError(f"No payment handler for {subject_kind!r}.") from None


def payout_handler(subject_kind: str) -> PayoutHandler:
    """Raises `LookupError`: nobody answers for this kind of subject."""
    try:
        return _payout_handlers[subject_kind]
    except KeyError:
        raise LookupError(f"No payout handler for {subject_kind!r}.") from None
