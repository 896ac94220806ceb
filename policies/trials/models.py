"""Runs of a version over policies and applications, and what came of each record."""

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from insureweb.audit.models import AppendOnly
from insureweb.kernel.fields import AmountField, CurrencyField, not_negative
from products.models.runs import BackTestRow, BackTestRun, VersionRun


class WhatIfRun(VersionRun):
    """The policies of a product in force, priced again with one of its versions.

    Sums are over the policies that could be priced; `buckets` counts their change in per cent, in the order of
    `products.rules.what_if`, without those whose old premium was nothing.
    """

    currency = CurrencyField(_("currency"))
    priced = models.PositiveIntegerField(_("policies priced"), default=0)
    dearer = models.PositiveIntegerField(_("policies that become dearer"), default=0)
    cheaper = models.PositiveIntegerField(_("policies that become cheaper"), default=0)
    old_total = AmountField(_("old premium"), default=0)
    new_total = AmountField(_("new premium"), default=0)
    buckets = models.JSONField(_("policies by change"), default=list)

    class Meta(VersionRun.Meta):
        verbose_name = _("what-if run")
        verbose_name_plural = _("what-if runs")
        constraints = [
            *VersionRun.Meta.constraints,
            *not_negative("old_total", "new_total", table="what_if_run"),
            models.CheckConstraint(condition=Q(priced__lte=F("done")), name="what_if_run_prices_what_is_done"),
            models.CheckConstraint(
                condition=Q(priced__gte=F("dearer") + F("cheaper")), name="what_if_run_counts_each_policy_once"
            ),
        ]

    @property
    def difference(self) -> Decimal:
        return self.new_total - self.old_total

    @property
    def unchanged(self) -> int:
        return self.priced - self.dearer - self.cheaper

    @property
    def not_priced(self) -> int:
        return self.done - self.priced


class WhatIfRow(AppendOnly):
    """One policy of a run: its number, its premium before and after, or why it cannot be priced."""

    run = models.ForeignKey(WhatIfRun, on_delete=models.PROTECT, related_name="rows", verbose_name=_("what-if run"))
    policy_no = models.CharField(_("policy number"), max_length=32)
    old_premium = AmountField(_("old premium"))
    new_premium = AmountField(_("new premium"), null=True, blank=True)
    difference = AmountField(_("difference"), null=True, blank=True)
    problems: Any = models.JSONField(_("why it cannot be priced"), default=dict)

    class Meta(AppendOnly.Meta):
        verbose_name = _("what-if result")
        verbose_name_plural = _("what-if results")
        ordering = ["id"]
        indexes = [models.Index(fields=["run", "difference", "id"], name="what_if_row_by_difference")]
        constraints = [
            *not_negative("old_premium", "new_premium", table="what_if_row"),
            models.UniqueConstraint(fields=["run", "policy_no"], name="what_if_row_once_for_a_policy"),
            models.CheckConstraint(
                condition=Q(problems={}, new_premium__isnull=False, difference=F("new_premium") - F("old_premium"))
                | (~Q(problems={}) & Q(new_premium__isnull=True, difference__isnull=True)),
                name="what_if_row_is_priced_or_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.policy_no


class UnderwritingBackTest(BackTestRun):
    """The automatic decisions about applications for a product, made again by one of its versions."""

    class Meta(BackTestRun.Meta):
        verbose_name = _("underwriting back-test")
        verbose_name_plural = _("underwriting back-tests")


class UnderwritingBackTestRow(BackTestRow):
    """An application that would be decided otherwise. What the applicant answered is not kept here."""

    run = models.ForeignKey(UnderwritingBackTest, on_delete=models.PROTECT, related_name="rows")

    class Meta(BackTestRow.Meta):
        verbose_name = _("underwriting back-test result")
        verbose_name_plural = _("underwriting back-test results")
        constraints = [
            *BackTestRow.Meta.constraints,
            models.UniqueConstraint(fields=["run", "record_id"], name="underwriting_back_test_once_for_a_decision"),
        ]
