"""How many policies of a version were sold, where its filing sets an end to them."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from products.models.products import ProductVersion


class SaleCount(models.Model):
    """The policies made under a version with a quota. Made when the version is published; a constraint holds the end.

    A cancelled policy stays counted: the quota is one of contracts made. Each policy has its own history, so the count
    keeps none.
    """

    version = models.OneToOneField(
        ProductVersion, on_delete=models.CASCADE, primary_key=True, related_name="sale_count", verbose_name=_("version")
    )
    quota = models.PositiveIntegerField(_("quota"))
    sold = models.PositiveIntegerField(_("sold"), default=0)

    class Meta:
        verbose_name = _("sale count")
        verbose_name_plural = _("sale counts")
        ordering = ["version_id"]
        constraints = [
            models.CheckConstraint(condition=Q(quota__gt=0), name="sale_count_has_a_quota"),
            models.CheckConstraint(condition=Q(sold__lte=F("quota")), name="sale_count_within_its_quota"),
        ]

    def __str__(self) -> str:
        return f"{self.sold}/{self.quota}"
