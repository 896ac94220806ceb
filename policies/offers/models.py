"""A quote: an immutable priced offer."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from insureweb.audit.models import AppendOnly
from insureweb.kernel.fields import AmountField, CurrencyField, not_negative
from insureweb.kernel.money import Money
from insureweb.kernel.periods import business_date
from policies.offers.rules.household import MOST_PEOPLE, RELATIONSHIPS


class Quote(AppendOnly):
    """What cover would cost, with every step of the price, until when. It belongs to whoever holds its secret token.

    `owner_token_hash` is the SHA-256 of the token in the visitor's signed cookie; the token itself is not kept.
    Quotes priced together for a household share its UUID; each keeps its place when it is priced again.
    """

    no = models.CharField(_("quote number"), max_length=24, unique=True)
    product_version: Any = models.ForeignKey(
        "products.ProductVersion", on_delete=models.PROTECT, related_name="quotes", verbose_name=_("product version")
    )
    channel = models.CharField(_("channel"), max_length=8, db_default="web", default="web")
    region = models.CharField(
        _("region"), max_length=10, db_default="all", default="all", help_text=_("“all” where it is not known")
    )
    plan = models.CharField(_("plan"), max_length=40, blank=True, default="")
    facts = models.JSONField(_("facts"))
    breakdown = models.JSONField(_("price step by step"))
    breakdown_hash = models.CharField(_("hash of the price"), max_length=64)
    total = AmountField(_("premium"))
    currency = CurrencyField(_("currency"))
    owner_token_hash = models.CharField(max_length=64, editable=False)
    user: Any = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="quotes",
        verbose_name=_("account"),
    )
    based_on: Any = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="repriced",
        verbose_name=_("re-priced from"),
    )
    needs_result: Any = models.ForeignKey(
        "policies.NeedsResult",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="quotes",
        verbose_name=_("needs result"),
    )
    household = models.UUIDField(_("household"), null=True, blank=True, editable=False)
    household_place = models.PositiveSmallIntegerField(_("place in the household"), null=True, blank=True)
    household_relationship = models.CharField(
        _("relationship in the household"), max_length=8, blank=True, db_default="", default=""
    )
    created_at = models.DateTimeField(_("made"))
    expires_at = models.DateTimeField(_("held until"))

    class Meta(AppendOnly.Meta):
        verbose_name = _("quote")
        verbose_name_plural = _("quotes")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["user", "-id"], name="quote_of_an_account"),
            models.Index(
                fields=["needs_result"],
                condition=models.Q(needs_result__isnull=False),
                name="quote_after_a_needs_check",
            ),
            models.Index(
                fields=["household"], condition=models.Q(household__isnull=False), name="quote_of_a_household"
            ),
        ]
        constraints = [
            *not_negative("total", table="quote"),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")), name="quote_expires_after_it_is_made"
            ),
            models.CheckConstraint(
                condition=models.Q(breakdown_hash__regex=r"^[0-9a-f]{64}$"), name="quote_breakdown_hash_is_sha256"
            ),
            models.CheckConstraint(
                condition=models.Q(owner_token_hash__regex=r"^[0-9a-f]{64}$"),  # noqa: S106  a pattern
                name="quote_owner_token_is_hashed",
            ),
            models.CheckConstraint(
                condition=models.Q(household=None, household_place=None, household_relationship="")
                | models.Q(
                    household__isnull=False,
                    household_place__isnull=False,
                    household_place__range=(1, MOST_PEOPLE),
                    household_relationship__in=RELATIONSHIPS,
                ),
                name="quote_household_is_whole",
            ),
            models.UniqueConstraint(
                fields=["household", "household_place"],
                condition=models.Q(based_on=None, household__isnull=False),
                name="quote_one_for_a_place_in_a_household",
            ),
        ]

    def __str__(self) -> str:
        return self.no

    @property
    def tax(self) -> Money:
        """The tax within the total, collected for the state."""
        return Money(Decimal(self.breakdown.get("tax", "0")), self.currency)

    @property
    def held_through(self) -> date:
        """The last whole day on which the price stands."""
        return business_date(self.expires_at - timedelta(microseconds=1))

    @property
    def premium(self) -> Money:
        return Money(self.total, self.currency)

    @property
    def check_code(self) -> str:
        """Eight characters of the hash for people."""
        return f"{self.breakdown_hash[:4]}-{self.breakdown_hash[4:8]}"


class QuoteClaim(AppendOnly):
    """A visitor's quote taken over by the account the visitor signed in with; once."""

    quote = models.OneToOneField(Quote, on_delete=models.PROTECT, related_name="claim", verbose_name=_("quote"))
    user: Any = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="quote_claims", verbose_name=_("account")
    )
    at = models.DateTimeField(_("at"))

    class Meta(AppendOnly.Meta):
        verbose_name = _("quote taken over")
        verbose_name_plural = _("quotes taken over")
        ordering = ["-id"]

    def __str__(self) -> str:
        return str(self.quote_id)
