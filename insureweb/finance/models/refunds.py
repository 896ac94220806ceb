"""Money going back to the payer."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from insureweb.audit.models import Tracked
from insureweb.finance import guards
from insureweb.finance.models.payments import Payment
from insureweb.finance.states import REFUND_MACHINE, RefundState
from insureweb.kernel.fields import AmountField, CurrencyField
from insureweb.kernel.money import Money


class Refund(Tracked):
    """A part of a captured payment on its way back. Our number is the gateway's idempotency key.

    Every refund that is not given up counts in the payment's `refunded_amount`, from the moment it is asked for.
    """

    no = models.CharField(_("refund number"), max_length=40, unique=True)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds", verbose_name=_("payment"))
    amount = AmountField(_("amount"))
    currency = CurrencyField(_("currency"))
    reason = models.CharField(_("reason"), max_length=500)
    automatic = models.BooleanField(_("automatic"), default=True)
    state = REFUND_MACHINE.field(default=RefundState.REQUESTED, verbose_name=_("state"))
    requested_by_kind = models.CharField(max_length=16)
    requested_by_id = models.CharField(max_length=64, blank=True)
    requested_by_label = models.CharField(_("requested by"), max_length=120)
    decided_by_kind = models.CharField(max_length=16, blank=True, default="")
    decided_by_id = models.CharField(max_length=64, blank=True, default="")
    decided_by_label = models.CharField(_("decided by"), max_length=120, blank=True, default="")
    decision_reason = models.CharField(_("why"), max_length=500, blank=True, default="")
    gateway_refund_no = models.CharField(_("gateway's number"), max_length=64, blank=True, default="")
    failure = models.CharField(_("what went wrong"), max_length=120, blank=True, default="")
    requested_at = models.DateTimeField(_("requested"))
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    checked_at = models.DateTimeField(_("last checked"), null=True, blank=True)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)

    class Meta(Tracked.Meta):
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        ordering = ["-id"]
        triggers = [
            *Tracked.Meta.triggers,
            REFUND_MACHINE.guard(),
            guards.keep_refunded_total(),
            guards.refund_shares("NEW.id", name="shares_of_refund"),
        ]
        indexes = [models.Index(fields=["state", "id"], name="refund_by_state")]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="refund_amount_positive"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="refund_has_a_reason"),
            models.CheckConstraint(
                condition=models.Q(decided_by_id="")
                | ~models.Q(decided_by_kind=models.F("requested_by_kind"), decided_by_id=models.F("requested_by_id")),
                name="refund_decided_by_someone_else",
            ),
            models.CheckConstraint(
                condition=models.Q(automatic=True)
                | models.Q(state=RefundState.AWAITING_APPROVAL)
                | (models.Q(decided_at__isnull=False) & ~models.Q(decided_by_id="")),
                name="refund_by_hand_was_decided",
            ),
        ]

    def __str__(self) -> str:
        return self.no

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)

    @property
    def state_enum(self) -> RefundState:
        return RefundState(self.state)


class RefundShare(Tracked):
    """The part of a refund that one insurer gives back."""

    refund = models.ForeignKey(Refund, on_delete=models.CASCADE, related_name="shares")
    insurer_code = models.CharField(_("insurer"), max_length=32)
    amount = AmountField(_("amount"))

    class Meta(Tracked.Meta):
        verbose_name = _("share of a refund")
        verbose_name_plural = _("shares of refunds")
        ordering = ["id"]
        triggers = [
            *Tracked.Meta.triggers,
            guards.keep_refunded_share(),
            guards.refund_shares("NEW.refund_id", name="shares_of_refund_share"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["refund", "insurer_code"], name="one_refund_share_per_insurer"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="refund_share_amount_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.insurer_code} {self.amount}"
