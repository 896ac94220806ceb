"""Who works here, in which unit and team, and up to which amounts they may decide alone."""

from typing import Any
from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from insureweb.audit.models import Tracked
from insureweb.kernel.fields import AmountField, CurrencyField, not_negative
from insureweb.kernel.localized import LocalizedField, localized_check


class Unit(Tracked):
    """A department: underwriting, claims, customer service."""

    code = models.SlugField(_("code"), max_length=32, unique=True)
    name: Any = LocalizedField(_("name"))

    class Meta(Tracked.Meta):
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["code"]
        constraints = [localized_check("name", table="unit")]

    def __str__(self) -> str:
        return str(self.name)


class Team(Tracked):
    """People of one unit who share a queue."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="teams", verbose_name=_("unit"))
    code = models.SlugField(_("code"), max_length=32, unique=True)
    name: Any = LocalizedField(_("name"))

    class Meta(Tracked.Meta):
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ["code"]
        constraints = [localized_check("name", table="team")]

    def __str__(self) -> str:
        return str(self.name)


class StaffProfile(Tracked):
    """A member of staff. The limits are the delegated authority: sums above them need a second person."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    user: Any = models.OneToOneField(
        "customers.User", on_delete=models.PROTECT, related_name="staff_profile", verbose_name=_("account")
    )
    name = models.CharField(_("name"), max_length=60)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="staff", verbose_name=_("unit"))
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, related_name="staff", null=True, blank=True, verbose_name=_("team")
    )
    underwriting_limit = AmountField(_("underwriting authority"), default=0)
    claims_limit = AmountField(_("claims authority"), default=0)
    currency = CurrencyField(_("currency"))
    created_at = models.DateTimeField(_("created"))

    class Meta(Tracked.Meta):
        verbose_name = _("member of staff")
        verbose_name_plural = _("staff")
        ordering = ["name", "id"]
        constraints = [
            *not_negative("underwriting_limit", "claims_limit", table="staff_profile"),
            models.CheckConstraint(condition=~models.Q(name=""), name="staff_profile_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name
