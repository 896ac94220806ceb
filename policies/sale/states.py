"""The life of an application and of an order."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from insureweb.kernel.states import StateMachine


class ApplicationState(models.TextChoices):
    DRAFT = "draft", _("Being filled in")
    REFERRED = "referred", _("With an underwriter")
    OFFERED = "offered", _("Changed terms offered")
    ACCEPTED = "accepted", _("Accepted for cover")
    ISSUED = "issued", _("Policy issued")
    DECLINED = "declined", _("Declined")
    POSTPONED = "postponed", _("Postponed")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("Expired")


A = ApplicationState
BUYER = {"customer"}
DECIDERS = {"customer", "underwriter", "system"}
APPLICATION_MACHINE = StateMachine(
    "application",
    ApplicationState,
    initial={A.DRAFT},
    moves={
        # Submitted: the decision table answers in the same transaction.
        (A.DRAFT, A.ACCEPTED): BUYER,
        (A.DRAFT, A.OFFERED): BUYER,
        (A.DRAFT, A.REFERRED): BUYER,
        (A.DRAFT, A.DECLINED): BUYER,
        (A.DRAFT, A.POSTPONED): BUYER,
        (A.DRAFT, A.WITHDRAWN): BUYER,
        (A.DRAFT, A.EXPIRED): {"system"},
        # A person decided.
        (A.REFERRED, A.ACCEPTED): {"underwriter"},
        (A.REFERRED, A.OFFERED): {"underwriter"},
        (A.REFERRED, A.DECLINED): {"underwriter"},
        (A.REFERRED, A.POSTPONED): {"underwriter"},
        (A.REFERRED, A.WITHDRAWN): BUYER,
        (A.REFERRED, A.EXPIRED): {"system"},
        # The customer asked a person to look again.
        (A.DECLINED, A.REFERRED): BUYER,
        (A.POSTPONED, A.REFERRED): BUYER,
        # Changed terms need the customer's yes.
        (A.OFFERED, A.ACCEPTED): BUYER,
        (A.OFFERED, A.WITHDRAWN): BUYER,
        (A.OFFERED, A.EXPIRED): {"system"},
        # Paid, and the policy is out.
        (A.ACCEPTED, A.ISSUED): {"gateway", "system", "finance"},
        (A.ACCEPTED, A.WITHDRAWN): BUYER,
        (A.ACCEPTED, A.EXPIRED): {"system"},
    },
)


class OrderState(models.TextChoices):
    OPEN = "awaiting_payment", _("Waiting for payment")
    ISSUED = "issued", _("Paid, policy issued")
    EXPIRED = "expired", _("Expired")
    CANCELLED = "cancelled", _("Cancelled")
    REFUNDING = "refunding", _("Being refunded")
    REFUNDED = "refunded", _("Refunded")


O = OrderState  # noqa: E741  the table below reads like a table
MONEY = {"gateway", "system", "finance"}
ORDER_MACHINE = StateMachine(
    "order",
    OrderState,
    initial={O.OPEN},
    moves={
        # Paid and issued in one transaction. When the policy cannot be issued, finance keeps the money in suspense and
        # sends it back; the order does not move.
        (O.OPEN, O.ISSUED): MONEY,
        (O.OPEN, O.EXPIRED): {"system"},
        (O.OPEN, O.CANCELLED): {"customer", "system"},
        # The policy was cancelled in its cooling-off period.
        (O.ISSUED, O.REFUNDING): {"customer", "customer_service", "system"},
        (O.REFUNDING, O.REFUNDED): MONEY,
    },
)
LIVE_ORDERS = [OrderState.OPEN, OrderState.ISSUED]
