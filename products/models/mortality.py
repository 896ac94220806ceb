"""Mortality tables as data. A table never changes: other rates are another table under another code."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.lookups import Regex
from django.utils.translation import gettext_lazy as _

from insureweb.audit.models import AppendOnly
from insureweb.kernel.localized import LocalizedField, localized_check

TABLE_CODE_PATTERN = r"^[A-Za-z][A-Za-z0-9]*([-_][A-Za-z0-9]+)*$"
# Probabilities in digits, one after the other.
RATES_PATTERN = r"^(0(\.[0-9]+)?|1(\.0+)?)( (0(\.[0-9]+)?|1(\.0+)?))*$"


class MortalityTable(AppendOnly):
    """Yearly probabilities of death from an age on, as text with the digits as published."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = LocalizedField(verbose_name=_("table name"))
    source = LocalizedField(verbose_name=_("source"))
    from_age = models.PositiveSmallIntegerField(_("first age"))
    rates = ArrayField(models.CharField(max_length=60), verbose_name=_("rates"))
    sha256 = models.CharField(_("hash of the rates"), max_length=64)
    loaded_at = models.DateTimeField(_("loaded"))

    class Meta(AppendOnly.Meta):
        verbose_name = _("mortality table")
        verbose_name_plural = _("mortality tables")
        ordering = ["code"]
        constraints = [
            localized_check("name", table="mortality_table"),
            localized_check("source", table="mortality_table"),
            models.CheckConstraint(condition=Q(code__regex=TABLE_CODE_PATTERN), name="mortality_table_code_is_a_code"),
            models.CheckConstraint(
                condition=Regex(
                    Func(F("rates"), Value(" "), function="ARRAY_TO_STRING", output_field=models.TextField()),
                    Value(RATES_PATTERN),
                ),
                name="mortality_table_holds_probabilities",
            ),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="mortality_table_hash_is_sha256"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def last_age(self) -> int:
        return self.from_age + len(self.rates) - 1
