from django.db import models
from django.utils.translation import gettext_lazy as _

from insureweb.audit.models.bases import AppendOnly


class AccessKind(models.TextChoices):
    REVEAL = "reveal", _("Personal data shown")
    EXPORT = "export", _("Exported")
    DOWNLOAD = "download", _("Document opened")


class AccessLog(AppendOnly):
    """Who looked at personal data, which, when and why. Holds no personal data itself."""

    kind = models.CharField(_("kind"), max_length=8, choices=AccessKind.choices)
    subject = models.CharField(_("subject"), max_length=120, help_text="table, or table and record")
    subject_id = models.CharField(_("subject number"), max_length=64, blank=True)
    field = models.CharField(_("field"), max_length=64, blank=True)
    count = models.PositiveIntegerField(_("count"), default=1)
    actor_kind = models.CharField(_("kind of actor"), max_length=16)
    actor_id = models.CharField(_("actor id"), max_length=64)
    actor_label = models.CharField(_("actor"), max_length=120)
    reason = models.TextField(_("reason"))
    request_id = models.CharField(_("request id"), max_length=64, blank=True)
    at = models.DateTimeField(_("at"))

    class Meta(AppendOnly.Meta):
        verbose_name = _("access record")
        verbose_name_plural = _("access log")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["actor_kind", "actor_id", "-id"], name="access_by_actor"),
            models.Index(fields=["subject", "subject_id", "-id"], name="access_of_subject"),
        ]
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="access_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject} {self.subject_id}"
