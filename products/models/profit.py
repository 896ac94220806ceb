"""What people enter before a version is published: what they expect of it, and what others ask for the same."""

from typing import Any
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from insureweb.audit.models import AppendOnly, Tracked
from insureweb.kernel.fields import AmountField, CurrencyField
from products.models.products import Product, ProductVersion


class ProfitKind(models.TextChoices):
    YEAR = "year", _("One year")
    LIFE = "life", _("Life, by policy year")


class ProfitAssumptions(AppendOnly):
    """Assumptions of a profit test, dated and signed: the newest of a version counts. Figures and facts are text."""

    version: Any = models.ForeignKey(
        ProductVersion, on_delete=models.PROTECT, related_name="profit_assumptions", verbose_name=_("product version")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=ProfitKind.choices)
    plan = models.CharField(_("plan"), max_length=40, blank=True, default="")
    facts: Any = models.JSONField(_("facts"))
    figures: Any = models.JSONField(_("figures"))
    source = models.CharField(_("source"), max_length=300)
    entered_at = models.DateTimeField(_("entered"))
    entered_by_kind = models.CharField(max_length=12)
    entered_by_id = models.CharField(max_length=64)
    entered_by_label = models.CharField(_("entered by"), max_length=120)

    class Meta(AppendOnly.Meta):
        verbose_name = _("profit assumptions")
        verbose_name_plural = _("profit assumptions")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ProfitKind.values), name="profit_assumptions_kind_is_known"),
            models.CheckConstraint(condition=~Q(source=""), name="profit_assumptions_have_a_source"),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.kind}"


class CompetitorPrice(Tracked):
    """What another insurer asked for the same facts on a day, and where that was seen. A wrong one is withdrawn."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    product: Any = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="competitor_prices", verbose_name=_("product")
    )
    insurer_name = models.CharField(_("insurer"), max_length=80)
    product_name = models.CharField(_("their product"), max_length=120)
    plan = models.CharField(_("our plan"), max_length=40, blank=True, default="")
    facts: Any = models.JSONField(_("facts"))
    price = AmountField(_("price"))
    currency = CurrencyField(_("currency"))
    seen_date = models.DateField(_("seen on"))
    source = models.CharField(_("source"), max_length=300)
    entered_at = models.DateTimeField(_("entered"))
    entered_by_kind = models.CharField(max_length=12)
    entered_by_id = models.CharField(max_length=64)
    entered_by_label = models.CharField(_("entered by"), max_length=120)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_because = models.CharField(_("why it was withdrawn"), max_length=200, blank=True, default="")

    class Meta(Tracked.Meta):
        verbose_name = _("competitor’s price")
        verbose_name_plural = _("competitors’ prices")
        ordering = ["-seen_date", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(price__gt=0), name="competitor_price_is_positive"),
            models.CheckConstraint(condition=~Q(source=""), name="competitor_price_has_a_source"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_because="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_because="")),
                name="competitor_price_withdrawn_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.insurer_name} {self.product_name}"
