"""The purchase awaiting or holding payment."""

from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from insureweb.audit.models import Tracked
from insureweb.finance.guards import parts_sum_to_whole
from insureweb.kernel.fields import AmountField, CurrencyField
from insureweb.kernel.money import Money
from policies.sale.models.applications import Application
from policies.sale.states import LIVE_ORDERS, ORDER_MACHINE, OrderState

_LIVE = ", ".join(f"'{state.value}'" for state in LIVE_ORDERS)
_TELL_ITEMS = f"""
    IF (OLD.state IN ({_LIVE})) <> (NEW.state IN ({_LIVE})) THEN
        UPDATE policies_orderitem SET is_live = NEW.state IN ({_LIVE}) WHERE order_id = NEW.id;
    END IF;
    RETURN NULL;
"""  # noqa: S608  names of our own states
_FOLLOW_ORDER = f"""
    SELECT o.state IN ({_LIVE}) INTO NEW.is_live FROM policies_order o WHERE o.id = NEW.order_id;
    RETURN NEW;
"""  # noqa: S608


def _items_sum_to_order(order: str, *, name: str) -> pgtrigger.Trigger:
    return parts_sum_to_whole(
        name=name,
        whole_table="policies_order",
        whole_id=order,
        part_table="policies_orderitem",
        part_key="order_id",
        columns=["amount"],
    )


class Order(Tracked):
    """One payment for one or several applications, of one or several insurers; each becomes a policy of its own.

    `lines` are the items as the readers in selectors and the locks fetch them.
    """

    lines: "list[OrderItem]"

    no = models.CharField(_("order number"), max_length=32, unique=True)
    applications: Any = models.ManyToManyField(
        Application, through="OrderItem", related_name="orders", verbose_name=_("applications")
    )
    user: Any = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="orders", verbose_name=_("account")
    )
    state = ORDER_MACHINE.field(verbose_name=_("state"))
    amount = AmountField(_("amount"))
    currency = CurrencyField(_("currency"))
    payment_no = models.CharField(_("payment number"), max_length=32, blank=True, default="")
    created_at = models.DateTimeField(_("made"))
    expires_at = models.DateTimeField(_("to be paid by"))
    paid_at = models.DateTimeField(_("paid"), null=True, blank=True)
    issued_at = models.DateTimeField(_("policy issued"), null=True, blank=True)

    class Meta(Tracked.Meta):
        verbose_name = _("purchase order")
        verbose_name_plural = _("purchase orders")
        ordering = ["-id"]
        triggers = [
            *Tracked.Meta.triggers,
            ORDER_MACHINE.guard(),
            _items_sum_to_order("NEW.id", name="items_of_order"),
            pgtrigger.Trigger(
                name="order_tells_its_items",
                when=pgtrigger.After,
                operation=pgtrigger.UpdateOf("state"),
                func=_TELL_ITEMS,
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-id"], name="order_of_an_account"),
            models.Index(
                fields=["expires_at", "id"], condition=models.Q(state=OrderState.OPEN), name="order_to_expire"
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="order_amount_is_positive"),
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
        """Each insurer's part; they sum to the total because the items do."""
        parts: dict[str, Money] = {}
        for line in self.lines:
            parts[line.insurer_code] = parts.get(line.insurer_code, Money.zero(self.currency)) + line.price
        return list(parts.items())


class OrderItem(Tracked):
    """One application in an order, with its price and its insurer. An application is in one live order at most.

    `is_live` follows the order's state by trigger, so that a unique index can judge. `returned` is what goes back
    after this policy was cancelled; the others stay.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="items", verbose_name=_("order"))
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="order_items", verbose_name=_("application")
    )
    insurer_code = models.CharField(_("insurer"), max_length=32)
    amount = AmountField(_("amount"))
    is_live = models.BooleanField(_("awaiting or holding payment"), default=True, editable=False)
    returned = AmountField(_("amount given back"), null=True, blank=True)

    class Meta(Tracked.Meta):
        verbose_name = _("item of an order")
        verbose_name_plural = _("items of orders")
        ordering = ["id"]
        triggers = [
            *Tracked.Meta.triggers,
            _items_sum_to_order("NEW.order_id", name="order_of_items"),
            pgtrigger.ReadOnly(name="item_stays_as_it_is", fields=["order", "application", "insurer_code", "amount"]),
            pgtrigger.Protect(name="item_stays", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="item_lives_with_its_order",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("is_live"),
                func=_FOLLOW_ORDER,
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=models.Q(is_live=True),
                name="order_item_one_live_for_an_application",
            ),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="order_item_amount_is_positive"),
            models.CheckConstraint(
                condition=models.Q(returned__isnull=True) | models.Q(returned__gt=0, returned__lte=models.F("amount")),
                name="order_item_gives_back_no_more_than_it_took",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.amount}"

    @property
    def price(self) -> Money:
        return Money(self.amount, self.application.currency)
