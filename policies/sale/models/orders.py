"""The purchase awaiting or holding payment."""

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from insureweb.audit.models import Tracked
from insureweb.kernel.fields import AmountField, CurrencyField
from insureweb.kernel.money import Money
from policies.sale.models.applications import Application
from policies.sale.states import LIVE_ORDERS, ORDER_MACHINE, OrderState


class Order(Tracked):
    """What one application costs, and whose money it is. One live order for an application."""

    no = models.CharField(_("order number"), max_length=32, unique=True)
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="orders", verbose_name=_("application")
    )
    user: Any = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="orders", verbose_name=_("account")
    )
    state = ORDER_MACHINE.field(verbose_name=_("state"))
    amount = AmountField(_("amount"))
    currency = CurrencyField(_("currency"))
    insurer_shares = models.JSONField(_("shares of the insurers"))
    payment_no = models.CharField(_("payment number"), max_length=32, blank=True, default="")
    created_at = models.DateTimeField(_("made"))
    expires_at = models.DateTimeField(_("to be paid by"))
    paid_at = models.DateTimeField(_("paid"), null=True, blank=True)
    issued_at = models.DateTimeField(_("policy issued"), null=True, blank=True)

    class Meta(Tracked.Meta):
        verbose_name = _("purchase order")
        verbose_name_plural = _("purchase orders")
        ordering = ["-id"]
        triggers = [*Tracked.Meta.triggers, ORDER_MACHINE.guard()]
        indexes = [
            models.Index(fields=["user", "-id"], name="order_of_an_account"),
            models.Index(
                fields=["expires_at", "id"], condition=models.Q(state=OrderState.OPEN), name="order_to_expire"
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="order_amount_is_positive"),
            models.UniqueConstraint(
                fields=["application"],
                condition=models.Q(state__in=LIVE_ORDERS),
                name="order_one_live_for_an_application",
            ),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")), name="order_expires_after_it_is_made"
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["issued", "refunding", "refunded"])
                | (models.Q(paid_at__isnull=False) & ~models.Q(payment_no="")),
                name="order_paid_names_its_payment",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=OrderState.ISSUED) | models.Q(issued_at__isnull=False),
                name="order_issued_has_its_instant",
            ),
        ]

    def __str__(self) -> str:
        return self.no

    @property
    def state_enum(self) -> OrderState:
        return OrderState(self.state)

    @property
    def total(self) -> Money:
        return Money(self.amount, self.currency)

    @property
    def shares(self) -> list[tuple[str, Money]]:
        """Each insurer's part; they sum to the amount."""
        return [(share["insurer"], Money(Decimal(share["amount"]), self.currency)) for share in self.insurer_shares]
