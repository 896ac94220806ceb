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


class Insurer(Tracked):
    """A legal entity with its own licence, number series and ledger books.

    `sale_regions` holds the provinces it may sell in (GB/T 2260 codes), or "all".
    """

    code = models.CharField(_("code"), max_length=32, unique=True)
    name = LocalizedField(verbose_name=_("company name"))
    short_name = LocalizedField(verbose_name=_("short name"))
    licence_scope = models.CharField(_("licence scope"), max_length=8, choices=LicenceScope.choices)
    uscc = models.CharField(_("unified social credit code"), max_length=18, unique=True)
    sale_regions = ArrayField(models.CharField(max_length=10), verbose_name=_("sale regions"))

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
