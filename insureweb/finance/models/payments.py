"""Money coming in: a payment, the insurers' shares of it, and what the gateways told us."""

from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from insureweb.audit.models import AppendOnly, Tracked
from insureweb.finance import guards
from insureweb.finance.states import (
    CARRIED_OUT,
    LIVE_PAYMENT,
    PAYMENT_MACHINE,
    PaymentState,
    SuspenseReason,
    Verdict,
)
from insureweb.kernel.fields import AmountField, CurrencyField, not_negative
from insureweb.kernel.money import Money

RECEIVED = [PaymentState.CAPTURED, PaymentState.IN_SUSPENSE, PaymentState.REFUNDED]


class Payment(Tracked):
    """One attempt to collect an amount for a subject (an order) through one gateway.

    `uuid` is the secret in the address to which the payer returns. `return_path` is where that page sends them on.
    `refunded_amount` is kept by the refunds' triggers; nobody else writes it.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    no = models.CharField(_("payment number"), max_length=40, unique=True)
    subject_kind = models.CharField(_("subject kind"), max_length=24)
    subject_no = models.CharField(_("subject number"), max_length=40)
    payer = models.CharField(_("payer"), max_length=120)
    description = models.CharField(_("description"), max_length=200)
    amount = AmountField(_("amount"))
    currency = CurrencyField(_("currency"))
    captured_amount = AmountField(_("amount received"), default=0)
    refunded_amount = AmountField(_("amount refunded"), default=0)
    gateway = models.CharField(_("gateway"), max_length=24)
    gateway_trade_no = models.CharField(_("gateway's number"), max_length=64, blank=True, default="")
    state = PAYMENT_MACHINE.field(default=PaymentState.CREATED, verbose_name=_("state"))
    suspense_reason = models.CharField(
        _("why in suspense"), max_length=24, choices=SuspenseReason.choices, blank=True, default=""
    )
    return_path = models.CharField(max_length=300, blank=True, default="")
    created_at = models.DateTimeField(_("created"))
    expires_at = models.DateTimeField(_("to be paid by"))
    checked_at = models.DateTimeField(_("last checked"), null=True, blank=True)
    captured_at = models.DateTimeField(_("paid at"), null=True, blank=True)

    class Meta(Tracked.Meta):
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["-id"]
        triggers = [
            *Tracked.Meta.triggers,
            PAYMENT_MACHINE.guard(),
            guards.payment_shares("NEW.id", name="shares_of_payment"),
        ]
        indexes = [
            models.Index(fields=["subject_kind", "subject_no", "id"], name="payment_of_subject"),
            models.Index(fields=["state", "id"], name="payment_by_state"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_no"],
                condition=models.Q(state__in=LIVE_PAYMENT),
                name="one_live_payment_per_subject",
            ),
            models.UniqueConstraint(
                fields=["gateway", "gateway_trade_no"],
                condition=~models.Q(gateway_trade_no=""),
                name="payment_gateway_trade_is_unique",
            ),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="payment_amount_positive"),
            *not_negative("captured_amount", "refunded_amount", table="payment"),
            models.CheckConstraint(
                condition=models.Q(refunded_amount__lte=models.F("captured_amount")),
                name="payment_refunded_within_captured",
            ),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")), name="payment_expires_after_creation"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=RECEIVED, captured_amount__gt=0, captured_at__isnull=False)
                | (~models.Q(state__in=RECEIVED) & models.Q(captured_amount=0, captured_at__isnull=True)),
                name="payment_received_says_how_much_and_when",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=PaymentState.CAPTURED) | models.Q(captured_amount=models.F("amount")),
                name="payment_captured_in_full",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=PaymentState.IN_SUSPENSE) | ~models.Q(suspense_reason=""),
                name="payment_in_suspense_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.no

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)

    @property
    def state_enum(self) -> PaymentState:
        return PaymentState(self.state)


class PaymentShare(Tracked):
    """One insurer's part of a payment; an order may hold policies of several insurers."""

    payment = models.ForeignKey(Payment, on_delete=models.CASCADE, related_name="shares")
    insurer_code = models.CharField(_("insurer"), max_length=32)
    amount = AmountField(_("amount"))
    captured_amount = AmountField(_("amount received"), default=0)
    refunded_amount = AmountField(_("amount refunded"), default=0)

    class Meta(Tracked.Meta):
        verbose_name = _("share of a payment")
        verbose_name_plural = _("shares of payments")
        ordering = ["id"]
        triggers = [*Tracked.Meta.triggers, guards.payment_shares("NEW.payment_id", name="shares_of_share")]
        constraints = [
            models.UniqueConstraint(fields=["payment", "insurer_code"], name="one_share_per_insurer"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="payment_share_amount_positive"),
            *not_negative("captured_amount", "refunded_amount", table="payment_share"),
            models.CheckConstraint(
                condition=models.Q(refunded_amount__lte=models.F("captured_amount")),
                name="payment_share_refunded_within_captured",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.insurer_code} {self.amount}"


class GatewayNotification(AppendOnly):
    """What a gateway told us and what we made of it; the unique id of what was carried out is the replay guard.

    A message that was refused does not use up its id: a forged one must not keep the real one out.
    """

    gateway = models.CharField(_("gateway"), max_length=24)
    notification_id = models.CharField(_("message id"), max_length=64, blank=True)
    payment_no = models.CharField(_("payment number"), max_length=40, blank=True)
    verdict = models.CharField(_("verdict"), max_length=24, choices=Verdict.choices)
    facts = models.JSONField(_("what it said"), default=dict)
    body_sha256 = models.CharField(max_length=64)
    received_at = models.DateTimeField(_("received"))

    class Meta(AppendOnly.Meta):
        verbose_name = _("gateway message")
        verbose_name_plural = _("gateway messages")
        ordering = ["-id"]
        indexes = [models.Index(fields=["payment_no", "id"], name="notification_of_payment")]
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "notification_id"],
                condition=models.Q(verdict__in=CARRIED_OUT),
                name="notification_is_carried_out_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(verdict__in=CARRIED_OUT) | ~models.Q(notification_id=""),
                name="notification_carried_out_has_an_id",
            ),
            models.CheckConstraint(condition=models.Q(verdict__in=Verdict.values), name="notification_verdict_known"),
        ]

    def __str__(self) -> str:
        return f"{self.gateway} {self.notification_id}"

    @property
    def verdict_enum(self) -> Verdict:
        return Verdict(self.verdict)
