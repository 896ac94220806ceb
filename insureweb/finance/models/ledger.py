"""Double entry, one set of books per insurer and currency. Rows are added, never changed; a mistake is reversed."""

from django.db import models
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from insureweb.audit.models import AppendOnly, Tracked
from insureweb.finance import guards
from insureweb.finance.chart import LINE_OF, AccountKind, Side, TransactionKind
from insureweb.kernel.fields import AmountField, CurrencyField


class LedgerAccount(Tracked):
    """An account of one insurer's books in one currency. Its sum is that of its entries and is stored nowhere."""

    insurer_code = models.CharField(_("insurer"), max_length=32)
    currency = CurrencyField(_("currency"))
    code = models.CharField(_("account"), max_length=40)
    kind = models.CharField(_("kind"), max_length=9, choices=AccountKind.choices)

    class Meta(Tracked.Meta):
        verbose_name = _("ledger account")
        verbose_name_plural = _("ledger accounts")
        ordering = ["insurer_code", "currency", "id"]
        constraints = [
            models.UniqueConstraint(fields=["insurer_code", "currency", "code"], name="ledger_account_is_unique"),
            models.CheckConstraint(condition=models.Q(kind__in=AccountKind.values), name="ledger_account_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.insurer_code} {self.currency} {self.code}"

    @property
    def name(self) -> str:
        """The words of the chart; the code of an account that is no longer in it."""
        return str(LINE_OF[self.code].name) if self.code in LINE_OF else self.code


class CurrentTransactionId(models.Func):
    """PostgreSQL's 64-bit id of the open transaction."""

    function = "pg_current_xact_id"
    output_field = models.TextField()


class LedgerTransaction(AppendOnly):
    """The header: whose books, why, about what, when it happened and when it was written.

    `written_in` is the database transaction that wrote it; legs may be added in that one only.
    """

    insurer_code = models.CharField(_("insurer"), max_length=32)
    currency = CurrencyField(_("currency"))
    kind = models.CharField(_("kind"), max_length=24, choices=TransactionKind.choices)
    subject_kind = models.CharField(_("subject kind"), max_length=24)
    subject_no = models.CharField(_("subject number"), max_length=40)
    occurred_on = models.DateField(_("occurred on"))
    recorded_at = models.DateTimeField(_("recorded at"))
    reverses = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reversed_by",
        verbose_name=_("reverses"),
    )
    actor_kind = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=64, blank=True)
    actor_label = models.CharField(_("posted by"), max_length=120)
    reason = models.CharField(_("reason"), max_length=500, blank=True, default="")
    written_in = models.BigIntegerField(
        editable=False, db_default=Cast(Cast(CurrentTransactionId(), models.TextField()), models.BigIntegerField())
    )

    class Meta(AppendOnly.Meta):
        verbose_name = _("ledger transaction")
        verbose_name_plural = _("ledger transactions")
        ordering = ["-id"]
        triggers = [*AppendOnly.Meta.triggers, guards.balance("NEW.id", name="ledger_balance_of_header")]
        indexes = [
            models.Index(fields=["subject_kind", "subject_no", "id"], name="ledger_of_subject"),
            models.Index(fields=["insurer_code", "currency", "occurred_on", "id"], name="ledger_by_day"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=TransactionKind.values), name="ledger_transaction_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(kind=TransactionKind.REVERSAL, reverses__isnull=False)
                | (~models.Q(kind=TransactionKind.REVERSAL) & models.Q(reverses__isnull=True)),
                name="ledger_reversal_names_its_original",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.insurer_code} {self.kind} {self.subject_no}"


class LedgerEntry(AppendOnly):
    """One leg: an account, a direction, an amount above zero."""

    transaction = models.ForeignKey(LedgerTransaction, on_delete=models.PROTECT, related_name="entries")
    account = models.ForeignKey(
        LedgerAccount, on_delete=models.PROTECT, related_name="entries", verbose_name=_("account")
    )
    side = models.CharField(_("side"), max_length=6, choices=Side.choices)
    amount = AmountField(_("amount"))

    class Meta(AppendOnly.Meta):
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        ordering = ["id"]
        triggers = [*AppendOnly.Meta.triggers, guards.balance("NEW.transaction_id", name="ledger_balance_of_leg")]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="ledger_entry_amount_positive"),
            models.CheckConstraint(condition=models.Q(side__in=Side.values), name="ledger_entry_side_known"),
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.amount}"
