"""Money going out to a claimant."""

from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from insureweb.audit.models import Tracked
from insureweb.finance.states import PAYOUT_GIVEN_UP, PAYOUT_MACHINE, PayoutState
from insureweb.kernel.fields import AmountField, CurrencyField
from insureweb.kernel.money import Money
from insureweb.kernel.sealed import SealedField


class Payout(Tracked):
    """One transfer for one subject (a claim's settlement). Our number is the gateway's idempotency key.

    Unless a rule ordered it (`automatic`), a second person approves it before it leaves.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    no = models.CharField(_("payout number"), max_length=40, unique=True)
    subject_kind = models.CharField(_("subject kind"), max_length=24)
    subject_no = models.CharField(_("subject number"), max_length=40)
    insurer_code = models.CharField(_("insurer"), max_length=32)
    amount = AmountField(_("amount"))
    currency = CurrencyField(_("currency"))
    gateway = models.CharField(_("gateway"), max_length=24)
    payee_name = SealedField(_("payee"), mask="name")
    payee_account = SealedField(_("payee's account"), mask="account")
    automatic = models.BooleanField(_("automatic"), default=False)
    state = PAYOUT_MACHINE.field(default=PayoutState.AWAITING_APPROVAL, verbose_name=_("state"))
    requested_by_kind = models.CharField(max_length=16)
    requested_by_id = models.CharField(max_length=64, blank=True)
    requested_by_label = models.CharField(_("requested by"), max_length=120)
    approved_by_kind = models.CharField(max_length=16, blank=True, default="")
    approved_by_id = models.CharField(max_length=64, blank=True, default="")
    approved_by_label = models.CharField(_("decided by"), max_length=120, blank=True, default="")
    decision_reason = models.CharField(_("why"), max_length=500, blank=True, default="")
    gateway_transfer_no = models.CharField(_("gateway's number"), max_length=64, blank=True, default="")
    failure = models.CharField(_("what went wrong"), max_length=120, blank=True, default="")
    requested_at = models.DateTimeField(_("requested"))
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    checked_at = models.DateTimeField(_("last checked"), null=True, blank=True)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)

    class Meta(Tracked.Meta):
        verbose_name = _("payout")
        verbose_name_plural = _("payouts")
        ordering = ["-id"]
        triggers = [*Tracked.Meta.triggers, PAYOUT_MACHINE.guard()]
        indexes = [
            models.Index(fields=["state", "id"], name="payout_by_state"),
            models.Index(fields=["subject_kind", "subject_no", "id"], name="payout_of_subject"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_no"],
                condition=~models.Q(state__in=PAYOUT_GIVEN_UP),
                name="one_live_payout_per_subject",
            ),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="payout_amount_positive"),
            models.CheckConstraint(
                condition=models.Q(approved_by_id="")
                | ~models.Q(approved_by_kind=models.F("requested_by_kind"), approved_by_id=models.F("requested_by_id")),
                name="payout_decided_by_someone_else",
            ),
            models.CheckConstraint(
                condition=models.Q(automatic=True)
                | models.Q(state=PayoutState.AWAITING_APPROVAL)
                | (models.Q(decided_at__isnull=False) & ~models.Q(approved_by_id="")),
                name="payout_by_hand_was_decided",
            ),
        ]

    def __str__(self) -> str:
        return self.no

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)

    @property
    def state_enum(self) -> PayoutState:
        return PayoutState(self.state)
