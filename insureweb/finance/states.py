"""The lives of payments, refunds and payouts, and who may make each move."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from insureweb.kernel.states import StateMachine

GATEWAY_SAYS = {"gateway", "system"}
PAYER_SIDE = {"customer", "anonymous", "partner", "staff", "system"}


class PaymentState(models.TextChoices):
    CREATED = "created", _("Waiting to be paid")
    PENDING = "pending", _("At the cashier")
    CAPTURED = "captured", _("Payment received")
    FAILED = "failed", _("Payment failed")
    CLOSED = "closed", _("Payment closed")
    UNKNOWN = "unknown", _("Being checked")
    IN_SUSPENSE = "in_suspense", _("Received, being sent back")
    REFUNDED = "refunded", _("Refunded")

    @property
    def tone(self) -> str | None:
        return {"in_suspense": "waiting", "pending": "moving", "refunded": "neutral"}.get(self.value)


# A subject has at most one payment in these states: what is open, and what has been paid.
LIVE_PAYMENT = (PaymentState.CREATED, PaymentState.PENDING, PaymentState.UNKNOWN, PaymentState.CAPTURED)
OPEN_PAYMENT = (PaymentState.CREATED, PaymentState.PENDING, PaymentState.UNKNOWN)
# Money can still arrive for these: the gateway may have taken it before it heard that we had given up.
PAYABLE = (*OPEN_PAYMENT, PaymentState.CLOSED, PaymentState.FAILED)

PAYMENT_MACHINE = StateMachine(
    "payment",
    PaymentState,
    initial={PaymentState.CREATED, PaymentState.IN_SUSPENSE},
    moves={
        (PaymentState.CREATED, PaymentState.PENDING): PAYER_SIDE,
        (PaymentState.CREATED, PaymentState.CLOSED): PAYER_SIDE | GATEWAY_SAYS,
        (PaymentState.PENDING, PaymentState.CLOSED): PAYER_SIDE | GATEWAY_SAYS,
        (PaymentState.CREATED, PaymentState.UNKNOWN): GATEWAY_SAYS,
        (PaymentState.PENDING, PaymentState.UNKNOWN): GATEWAY_SAYS,
        (PaymentState.UNKNOWN, PaymentState.CLOSED): GATEWAY_SAYS,
        **{(source, PaymentState.CAPTURED): GATEWAY_SAYS for source in PAYABLE},
        **{(source, PaymentState.IN_SUSPENSE): GATEWAY_SAYS for source in PAYABLE},
        **{(source, PaymentState.FAILED): GATEWAY_SAYS for source in OPEN_PAYMENT},
        (PaymentState.CAPTURED, PaymentState.REFUNDED): GATEWAY_SAYS,
        (PaymentState.IN_SUSPENSE, PaymentState.REFUNDED): GATEWAY_SAYS,
    },
)


class SuspenseReason(models.TextChoices):
    """Why money that arrived could not be used."""

    WRONG_AMOUNT = "wrong_amount", _("The amount differs from the one asked for")
    PAID_TWICE = "paid_twice", _("Already paid by another payment")
    NO_LONGER_WANTED = "no_longer_wanted", _("What it was for is no longer open")


class RefundState(models.TextChoices):
    AWAITING_APPROVAL = "awaiting_approval", _("Waiting for a second person")
    REQUESTED = "requested", _("Requested")
    SENT = "sent", _("Sent to the gateway")
    SUCCEEDED = "succeeded", _("Refunded")
    FAILED = "failed", _("Refund failed")
    UNKNOWN = "unknown", _("Being checked")
    REJECTED = "rejected", _("Rejected")

    @property
    def tone(self) -> str | None:
        return {"sent": "moving", "requested": "moving"}.get(self.value)


# These no longer hold a part of the captured amount.
REFUND_GIVEN_UP = (RefundState.FAILED, RefundState.REJECTED)
REFUND_AT_GATEWAY = (RefundState.SENT, RefundState.UNKNOWN)

REFUND_MACHINE = StateMachine(
    "refund",
    RefundState,
    initial={RefundState.AWAITING_APPROVAL, RefundState.REQUESTED},
    moves={
        (RefundState.AWAITING_APPROVAL, RefundState.REQUESTED): {"finance"},
        (RefundState.AWAITING_APPROVAL, RefundState.REJECTED): {"finance"},
        (RefundState.REQUESTED, RefundState.SENT): {"system"},
        (RefundState.SENT, RefundState.UNKNOWN): GATEWAY_SAYS,
        **{(source, RefundState.SUCCEEDED): GATEWAY_SAYS for source in REFUND_AT_GATEWAY},
        **{(source, RefundState.FAILED): GATEWAY_SAYS for source in REFUND_AT_GATEWAY},
    },
)


class PayoutState(models.TextChoices):
    AWAITING_APPROVAL = "awaiting_approval", _("Waiting for a second person")
    APPROVED = "approved", _("Approved for payment")
    SENT = "sent", _("Sent to the gateway")
    PAID = "paid", _("Paid out")
    FAILED = "failed", _("Payout failed")
    UNKNOWN = "unknown", _("Being checked")
    REJECTED = "rejected", _("Rejected")

    @property
    def tone(self) -> str | None:
        return {"sent": "moving", "approved": "moving"}.get(self.value)


PAYOUT_GIVEN_UP = (PayoutState.FAILED, PayoutState.REJECTED)
PAYOUT_AT_GATEWAY = (PayoutState.SENT, PayoutState.UNKNOWN)
PAYOUT_APPROVERS = {"claims_approver", "finance"}

PAYOUT_MACHINE = StateMachine(
    "payout",
    PayoutState,
    initial={PayoutState.AWAITING_APPROVAL, PayoutState.APPROVED},
    moves={
        (PayoutState.AWAITING_APPROVAL, PayoutState.APPROVED): PAYOUT_APPROVERS,
        (PayoutState.AWAITING_APPROVAL, PayoutState.REJECTED): PAYOUT_APPROVERS,
        (PayoutState.APPROVED, PayoutState.SENT): {"system"},
        (PayoutState.SENT, PayoutState.UNKNOWN): GATEWAY_SAYS,
        **{(source, PayoutState.PAID): GATEWAY_SAYS for source in PAYOUT_AT_GATEWAY},
        **{(source, PayoutState.FAILED): GATEWAY_SAYS for source in PAYOUT_AT_GATEWAY},
    },
)


class Verdict(models.TextChoices):
    """What became of a gateway's message."""

    ACCEPTED = "accepted", _("Accepted")
    NO_EFFECT = "no_effect", _("Nothing to do")
    IN_SUSPENSE = "in_suspense", _("Money put in suspense")
    UNREADABLE = "unreadable", _("Unreadable")
    BAD_SIGNATURE = "bad_signature", _("Signature does not verify")
    WRONG_APPLICATION = "wrong_application", _("Meant for another application")
    WRONG_MERCHANT = "wrong_merchant", _("Meant for another merchant")
    STALE = "stale", _("Too old or from the future")
    UNKNOWN_PAYMENT = "unknown_payment", _("No such payment")
    WRONG_CURRENCY = "wrong_currency", _("Another currency")

    @property
    def tone(self) -> str:
        return {"accepted": "good", "no_effect": "neutral", "in_suspense": "waiting"}.get(self.value, "bad")


CARRIED_OUT = (Verdict.ACCEPTED, Verdict.NO_EFFECT, Verdict.IN_SUSPENSE)
