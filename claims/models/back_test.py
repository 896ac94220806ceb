"""The claims table of a version asked again about claims already decided."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from products.models.runs import BackTestRow, BackTestRun


class ClaimsBackTest(BackTestRun):
    """The automatic decisions about claims on a product, made again by one of its versions."""

    class Meta(BackTestRun.Meta):
        verbose_name = _("claims back-test")
        verbose_name_plural = _("claims back-tests")


class ClaimsBackTestRow(BackTestRow):
    """A claim that would be decided otherwise."""

    run = models.ForeignKey(ClaimsBackTest, on_delete=models.PROTECT, related_name="rows")

    class Meta(BackTestRow.Meta):
        verbose_name = _("claims back-test result")
        verbose_name_plural = _("claims back-test results")
        constraints = [
            *BackTestRow.Meta.constraints,
            models.UniqueConstraint(fields=["run", "record_id"], name="claims_back_test_once_for_a_decision"),
        ]
