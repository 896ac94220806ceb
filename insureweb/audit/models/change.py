from django.db import models
from django.utils.translation import gettext_lazy as _

from insureweb.audit.models.bases import AppendOnly


class Operation(models.TextChoices):
    INSERT = "I", _("Created")
    UPDATE = "U", _("Changed")
    DELETE = "D", _("Deleted")


class Change(AppendOnly):
    """One change to one row of a business table, written by the row-history trigger.

    `before` holds the old values of the changed columns (all of them for a deletion, none for a creation).
    `transaction_id` is PostgreSQL's, 64 bits: sealing may only take rows below the oldest running transaction.
    """

    table_name = models.CharField(_("table"), max_length=63)
    row_id = models.BigIntegerField(_("row"))
    operation = models.CharField(_("operation"), max_length=1, choices=Operation.choices)
    before = models.JSONField(_("before"), null=True)
    actor_kind = models.CharField(_("kind of actor"), max_length=16)
    actor_id = models.CharField(_("actor id"), max_length=64)
    actor_label = models.CharField(_("actor"), max_length=120)
    reason = models.TextField(_("reason"), blank=True)
    request_id = models.CharField(_("request id"), max_length=64, blank=True)
    transaction_id = models.BigIntegerField(_("transaction"))
    recorded_at = models.DateTimeField(_("recorded"))

    class Meta(AppendOnly.Meta):
        db_table = "audit_change"
        verbose_name = _("row change")
        verbose_name_plural = _("row changes")
        ordering = ["-id"]
        indexes = [models.Index(fields=["table_name", "row_id", "-id"], name="audit_change_of_row")]

    def __str__(self) -> str:
        return f"{self.table_name} {self.row_id} {self.operation}"
