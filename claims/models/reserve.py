"""What the insurer sets aside for a claim, movement by movement, and the payments that use it up."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from claims.models.claim import Claim
from claims.states import SETTLEMENT, SettlementState
from insureweb.audit.models import AppendOnly, Tracked
from insureweb.kernel.fields import AmountField, CurrencyField, not_negative
from insureweb.kernel.money import Money


class ReserveCause(models.TextChoices):
    OPENED = "opened", _("Set aside")
    REASSESSED = "reassessed", _("Assessed again")
    PAID = "paid", _("Used by a payment")
    RELEASED = "released", _("Set free")


class ReserveMovement(AppendOnly):
    """A change of the case reserve; `balance` is what stands after it. Posted to the ledger in the same transaction."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="reserve", verbose_name=_("claim"))
    sequence = models.PositiveSmallIntegerField(_("number"))
    cause = models.CharField(_("cause"), max_length=16, choices=ReserveCause.choices)
    currency = CurrencyField(_("currency"))
    change = AmountField(_("movement"))
    balance = AmountField(_("reserve afterwards"))
    at = models.DateTimeField(_("moved on"))

    class Meta(AppendOnly.Meta):
        verbose_name = _("reserve movement")
        verbose_name_plural = _("reserve movements")
        ordering = ["id"]
        constraints = [
            *not_negative("balance", table="reserve"),
            models.CheckConstraint(condition=~Q(change=0), name="reserve_movement_moves"),
            models.UniqueConstraint(fields=["claim", "sequence"], name="reserve_sequence_is_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.claim_id}/{self.sequence} {self.change}"


class SettlementKind(models.TextChoices):
    FULL = "full", _("In full")
    ADVANCE = "advance", _("The part that is certain")
    SUPPLEMENT = "supplement", _("The rest")


class Settlement(Tracked):
    """One payment of a claim. Its number is what finance knows the payout by: the claim's, then with -2, -3.

    `released_at` is when it became a debt: at once by the rules, else when the second person approved. Until then
    nothing reaches the customer and the reserve stands.
    """

    no = models.CharField(_("number"), max_length=40, unique=True, editable=False)
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="settlements", verbose_name=_("claim"))
    kind = models.CharField(_("kind"), max_length=16, choices=SettlementKind.choices)
    state = SETTLEMENT.field(verbose_name=_("state"), editable=False)
    currency = CurrencyField(_("currency"))
    amount = AmountField(_("amount"))
    letter = models.UUIDField(_("letter"), null=True, blank=True, editable=False)
    payout_no = models.CharField(_("payout"), max_length=40, blank=True, default="")
    automatic = models.BooleanField(_("without a person"), default=False)
    retries = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="retried_by",
        verbose_name=_("second try of"),
    )
    requested_at = models.DateTimeField(_("asked for on"))
    released_at = models.DateTimeField(_("on its way since"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended on"), null=True, blank=True)
    problem = models.CharField(_("why it failed"), max_length=200, blank=True, default="")

    class Meta(Tracked.Meta):
        verbose_name = _("settlement")
        verbose_name_plural = _("settlements")
        ordering = ["-id"]
        triggers = [*Tracked.Meta.triggers, SETTLEMENT.guard()]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="settlement_amount_above_zero"),
            models.UniqueConstraint(
                fields=["claim"],
                condition=Q(state=SettlementState.REQUESTED),
                name="settlement_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.no

    @property
    def state_enum(self) -> SettlementState:
        return SettlementState(self.state)

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)
