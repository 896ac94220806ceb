"""Products whose sale risk management has paused."""

from typing import Any
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from insureweb.audit.models import Tracked

EVERYWHERE = "all"


class SalePause(Tracked):
    """Nothing of this product is bound in this region ("all", or a GB/T 2260 code) from its start until it is lifted.

    The product manager's switch (`products.SaleSwitch`) is another one: lifting this never switches a sale on.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    product: Any = models.ForeignKey(
        "products.Product", on_delete=models.PROTECT, related_name="sale_pauses", verbose_name=_("product")
    )
    region = models.CharField(_("region"), max_length=10, default=EVERYWHERE)
    reason = models.CharField(_("reason"), max_length=500)
    starts_at = models.DateTimeField(_("from"))
    paused_by_id = models.CharField(max_length=64)
    paused_by_label = models.CharField(_("paused by"), max_length=120)
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)
    lifted_by_label = models.CharField(_("lifted by"), max_length=120, blank=True, default="")
    lifting_reason = models.CharField(_("why it was lifted"), max_length=500, blank=True, default="")

    class Meta(Tracked.Meta):
        verbose_name = _("sale pause")
        verbose_name_plural = _("sale pauses")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "region"],
                condition=Q(lifted_at__isnull=True),
                name="sale_pause_one_live_for_product_and_region",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="sale_pause_has_a_reason"),
            models.CheckConstraint(
                condition=Q(region__regex=r"^(all|[1-9][0-9]{5})$"), name="sale_pause_region_is_a_code"
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True) | Q(lifted_at__gte=F("starts_at")),
                name="sale_pause_lifted_after_its_start",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True) | ~(Q(lifting_reason="") | Q(lifted_by_label="")),
                name="sale_pause_lifted_by_somebody_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} {self.region}"

    @property
    def is_live(self) -> bool:
        return self.lifted_at is None
