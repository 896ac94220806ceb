"""What the sandbox gateway itself remembers. It plays a company of its own and reads none of the shop's tables."""

from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from insureweb.audit.models import Tracked
from insureweb.kernel.fields import AmountField, CurrencyField


class TradeState(models.TextChoices):
    WAITING = "WAIT_BUYER_PAY", _("Waiting for the buyer")
    SUCCESS = "TRADE_SUCCESS", _("Payment received")
    FAILED = "TRADE_FAILED", _("Failed")
    CLOSED = "TRADE_CLOSED", _("Payment closed")


class Operation(models.TextChoices):
    QUERY = "query", _("Payment query")
    REFUND = "refund", _("Refund")
    TRANSFER = "transfer", _("Transfer")


class Behaviour(models.TextChoices):
    """What the sandbox can be told to do."""

    NORMAL = "normal", _("As it should")
    DELAY = "delay", _("Take its time")
    REPEAT = "repeat", _("Say it three times")
    FAIL = "fail", _("Fail")
    FORGE = "forge", _("Sign with a wrong key")
    WRONG_AMOUNT = "wrong_amount", _("Take a wrong amount")
    LOST_ANSWER = "lost_answer", _("Do it, but lose the answer")


class MovementState(models.TextChoices):
    PROCESSING = "PROCESSING", _("Under way")
    SUCCESS = "SUCCESS", _("Done")
    FAILED = "FAILED", _("Failed")


class SandboxTrade(Tracked):
    """A payment as the gateway sees it."""

    token = models.UUIDField(default=uuid4, unique=True, editable=False)
    trade_no = models.CharField(max_length=64, unique=True)
    out_trade_no = models.CharField(max_length=64, unique=True)
    app_id = models.CharField(max_length=32)
    seller_id = models.CharField(max_length=32)
    title = models.CharField(max_length=200)
    amount = AmountField()
    currency = CurrencyField()
    paid_amount = AmountField(null=True, blank=True)
    refunded_amount = AmountField(default=0)
    state = models.CharField(max_length=16, choices=TradeState.choices, default=TradeState.WAITING)
    behaviour = models.CharField(max_length=16, choices=Behaviour.choices, default=Behaviour.NORMAL)
    notify_url = models.CharField(max_length=500)
    return_url = models.CharField(max_length=500)
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True, blank=True)

    class Meta(Tracked.Meta):
        verbose_name = _("sandbox trade")
        verbose_name_plural = _("sandbox trades")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="sandbox_trade_amount_positive"),
        ]

    def __str__(self) -> str:
        return self.trade_no


class SandboxRefund(Tracked):
    """A refund as the gateway sees it; the shop's number makes a repeated request the same refund."""

    trade = models.ForeignKey(SandboxTrade, on_delete=models.PROTECT, related_name="refunds")
    out_request_no = models.CharField(max_length=64, unique=True)
    amount = AmountField()
    state = models.CharField(max_length=12, choices=MovementState.choices)
    ready_at = models.DateTimeField()
    created_at = models.DateTimeField()

    class Meta(Tracked.Meta):
        verbose_name = _("sandbox refund")
        verbose_name_plural = _("sandbox refunds")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="sandbox_refund_amount_positive"),
        ]

    def __str__(self) -> str:
        return self.out_request_no


class SandboxTransfer(Tracked):
    """A transfer to a person as the gateway sees it. It keeps no name and only the end of the account."""

    transfer_no = models.CharField(max_length=64, unique=True)
    out_biz_no = models.CharField(max_length=64, unique=True)
    amount = AmountField()
    currency = CurrencyField()
    payee_tail = models.CharField(max_length=4)
    state = models.CharField(max_length=12, choices=MovementState.choices)
    ready_at = models.DateTimeField()
    created_at = models.DateTimeField()

    class Meta(Tracked.Meta):
        verbose_name = _("sandbox transfer")
        verbose_name_plural = _("sandbox transfers")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="sandbox_transfer_amount_positive"),
        ]

    def __str__(self) -> str:
        return self.transfer_no


class SandboxSwitch(Tracked):
    """How the sandbox behaves in one of its calls, until told otherwise."""

    operation = models.CharField(max_length=12, choices=Operation.choices, unique=True)
    behaviour = models.CharField(max_length=16, choices=Behaviour.choices, default=Behaviour.NORMAL)

    class Meta(Tracked.Meta):
        verbose_name = _("sandbox switch")
        verbose_name_plural = _("sandbox switches")
        ordering = ["operation"]

    def __str__(self) -> str:
        return f"{self.operation} {self.behaviour}"
