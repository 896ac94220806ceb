"""What the insured seller tells between the sale and a claim: turnover by the quarter, accounts that fell overdue."""

from typing import Any
from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from insureweb.audit.models import AppendOnly
from insureweb.kernel.fields import AmountField, CurrencyField, not_negative
from insureweb.kernel.money import Money
from insureweb.kernel.sealed import SealedField
from policies.contract.models import Policy


class TurnoverDeclaration(AppendOnly):
    """Turnover on credit in one quarter, from `first_date` up to but not including `end_date`.

    A correction is another row with the next number; the newest counts.
    """

    policy = models.ForeignKey(
        Policy, on_delete=models.PROTECT, related_name="turnover_declarations", verbose_name=_("policy")
    )
    first_date = models.DateField(_("first day"))
    end_date = models.DateField(_("first day after"))
    number = models.PositiveSmallIntegerField(_("number"))
    turnover = AmountField(_("turnover"))
    currency = CurrencyField(_("currency"))
    declared_at = models.DateTimeField(_("declared"))
    declared_by_kind = models.CharField(max_length=16)
    declared_by_id = models.CharField(max_length=64)
    declared_by_label = models.CharField(_("declared by"), max_length=120)

    class Meta(AppendOnly.Meta):
        verbose_name = _("turnover declaration")
        verbose_name_plural = _("turnover declarations")
        ordering = ["-id"]
        constraints = [
            *not_negative("turnover", table="turnover_declaration"),
            models.CheckConstraint(
                condition=models.Q(first_date__lt=models.F("end_date")), name="turnover_declaration_quarter_in_order"
            ),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="turnover_declaration_counts_from_one"),
            models.UniqueConstraint(
                fields=["policy", "first_date", "number"], name="turnover_declaration_number_is_used_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_date} / {self.number}"

    @property
    def money(self) -> Money:
        return Money(self.turnover, self.currency)


class OverdueReport(AppendOnly):
    """An account a buyer has not paid by its due date. Who the buyers are is the seller's secret, so it is sealed."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    policy = models.ForeignKey(
        Policy, on_delete=models.PROTECT, related_name="overdue_reports", verbose_name=_("policy")
    )
    buyer: Any = SealedField(mask="name", text_length=120, verbose_name=_("buyer"))
    invoice_no = models.CharField(_("invoice number"), max_length=60)
    due_date = models.DateField(_("due date"))
    amount = AmountField(_("amount"))
    currency = CurrencyField(_("currency"))
    in_time = models.BooleanField(_("reported in time"))
    reported_at = models.DateTimeField(_("report received"))
    reported_by_kind = models.CharField(max_length=16)
    reported_by_id = models.CharField(max_length=64)
    reported_by_label = models.CharField(_("report by"), max_length=120)

    class Meta(AppendOnly.Meta):
        verbose_name = _("overdue report")
        verbose_name_plural = _("overdue reports")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="overdue_report_has_an_amount"),
            models.CheckConstraint(condition=~models.Q(invoice_no=""), name="overdue_report_names_its_invoice"),
            models.UniqueConstraint(fields=["policy", "invoice_no"], name="overdue_report_stands_once_an_invoice"),
        ]

    def __str__(self) -> str:
        return self.invoice_no

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)


class QuarterNotice(AppendOnly):
    """A message to the seller about a quarter that is over: to be declared through `due_date`, or late. Each once."""

    policy = models.ForeignKey(
        Policy, on_delete=models.PROTECT, related_name="quarter_notices", verbose_name=_("policy")
    )
    number = models.PositiveSmallIntegerField(_("quarter"))
    first_date = models.DateField(_("first day"))
    due_date = models.DateField(_("declared by the day"))
    is_late = models.BooleanField(_("late"))
    sent_at = models.DateTimeField(_("told at"))

    class Meta(AppendOnly.Meta):
        verbose_name = _("quarter to be declared")
        verbose_name_plural = _("quarters to be declared")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(first_date__lt=models.F("due_date")), name="quarter_notice_days_in_order"
            ),
            models.UniqueConstraint(fields=["policy", "first_date", "is_late"], name="quarter_notice_is_sent_once"),
        ]

    def __str__(self) -> str:
        return f"{self.first_date} / {self.number}"
