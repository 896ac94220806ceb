"""Who carries the risk, and the kinds of cover there are."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from insureweb.audit.models import Tracked
from insureweb.kernel.localized import LocalizedField, localized_check

CODE_PATTERN = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"


class LicenceScope(models.TextChoices):
    """One legal entity may not carry both (Insurance Law, art. 95)."""

    LIFE = "life", _("Life")
    PROPERTY = "property", _("Property")


class RegionsFrom(models.TextChoices):
    """Where an insurer's sale regions come from."""

    LIST = "list", _("A list")
    BRANCHES = "branches", _("Its branches")


class Insurer(Tracked):
    """A legal entity with its own licence, number series and ledger books.

    It may sell in `sale_regions` (GB/T 2260 codes, or "all"), or where it has branches: `regions_from` says which.
    """

    code = models.CharField(_("code"), max_length=32, unique=True)
    name = LocalizedField(verbose_name=_("company name"))
    short_name = LocalizedField(verbose_name=_("short name"))
    licence_scope = models.CharField(_("licence scope"), max_length=8, choices=LicenceScope.choices)
    uscc = models.CharField(_("unified social credit code"), max_length=18, unique=True)
    sale_regions = ArrayField(models.CharField(max_length=10), verbose_name=_("sale regions"))
    regions_from = models.CharField(
        _("sale regions come from"), max_length=8, choices=RegionsFrom.choices, default=RegionsFrom.LIST
    )

    class Meta(Tracked.Meta):
        verbose_name = _("insurer")
        verbose_name_plural = _("insurers")
        ordering = ["code"]
        constraints = [
            localized_check("name", table="insurer"),
            localized_check("short_name", table="insurer"),
            models.CheckConstraint(condition=models.Q(code__regex=CODE_PATTERN), name="insurer_code_is_a_code"),
            models.CheckConstraint(
                condition=models.Q(licence_scope__in=LicenceScope.values), name="insurer_has_one_licence_scope"
            ),
            models.CheckConstraint(condition=models.Q(uscc__regex=r"^[0-9A-Z]{18}$"), name="insurer_uscc_is_18_long"),
            models.CheckConstraint(condition=models.Q(sale_regions__len__gt=0), name="insurer_sells_somewhere"),
            models.CheckConstraint(
                condition=models.Q(regions_from__in=RegionsFrom.values), name="insurer_regions_come_from_somewhere"
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)


class Branch(Tracked):
    """An office of an insurer in a region, from the day it opened to the day it closed."""

    insurer = models.ForeignKey(Insurer, on_delete=models.PROTECT, related_name="branches", verbose_name=_("insurer"))
    name = LocalizedField(verbose_name=_("branch name"))
    region = models.CharField(_("region"), max_length=6, help_text=_("six digits, GB/T 2260"))
    opened_on = models.DateField(_("opened on"))
    closed_on = models.DateField(_("closed on"), null=True, blank=True, help_text=_("the first day it is closed"))

    class Meta(Tracked.Meta):
        verbose_name = _("branch")
        verbose_name_plural = _("branches")
        ordering = ["insurer_id", "region", "id"]
        constraints = [
            localized_check("name", table="branch"),
            models.CheckConstraint(
                condition=models.Q(region__regex=r"^[1-9][0-9]{5}$"), name="branch_region_is_a_code"
            ),
            models.CheckConstraint(
                condition=models.Q(closed_on__isnull=True) | models.Q(closed_on__gt=models.F("opened_on")),
                name="branch_closes_after_it_opens",
            ),
            models.UniqueConstraint(
                fields=["insurer", "region"],
                condition=models.Q(closed_on__isnull=True),
                name="branch_one_open_for_insurer_and_region",
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)


class Category(Tracked):
    """A kind of cover and the licences that may carry it.

    `short_term_scopes` may carry it for at most one year: property insurers sell short-term accident and health
    (Insurance Law, art. 95, second paragraph).
    """

    code = models.CharField(_("code"), max_length=32, unique=True)
    name = LocalizedField(verbose_name=_("category name"))
    licence_scopes = ArrayField(models.CharField(max_length=8), verbose_name=_("licence scopes"))
    short_term_scopes = ArrayField(
        models.CharField(max_length=8), default=list, blank=True, verbose_name=_("licence scopes up to one year")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=100)

    class Meta(Tracked.Meta):
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["order", "code"]
        constraints = [
            localized_check("name", table="category"),
            models.CheckConstraint(condition=models.Q(code__regex=CODE_PATTERN), name="category_code_is_a_code"),
            models.CheckConstraint(condition=models.Q(licence_scopes__len__gt=0), name="category_has_a_licence_scope"),
            models.CheckConstraint(
                condition=models.Q(licence_scopes__contained_by=LicenceScope.values)
                & models.Q(short_term_scopes__contained_by=LicenceScope.values),
                name="category_scopes_are_known",
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)
