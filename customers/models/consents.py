"""What a person agreed to: which text, in which version and language, and when."""

from typing import Any
from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from insureweb.audit.models import AppendOnly


class Consent(AppendOnly):
    """One tick or its withdrawal. The newest row of a person, kind and subject is what counts."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    user: Any = models.ForeignKey("customers.User", on_delete=models.PROTECT, related_name="consents")
    kind = models.CharField(_("kind"), max_length=60)
    version = models.CharField(_("version of the text"), max_length=40)
    text_hash = models.CharField(_("hash of the text"), max_length=64)
    language = models.CharField(_("language"), max_length=8)
    subject_kind = models.CharField(_("subject"), max_length=32, blank=True)
    subject_no = models.CharField(_("subject number"), max_length=64, blank=True)
    is_given = models.BooleanField(_("given"), default=True)
    at = models.DateTimeField(_("at"))

    class Meta(AppendOnly.Meta):
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["user", "kind", "-id"], name="consent_of_a_person"),
            models.Index(fields=["subject_kind", "subject_no"], name="consent_on_a_subject"),
        ]
        constraints = [
            models.CheckConstraint(condition=~models.Q(kind="") & ~models.Q(version=""), name="consent_names_its_text"),
            models.CheckConstraint(
                condition=models.Q(text_hash__regex=r"^[0-9a-f]{64}$"), name="consent_hash_is_sha256"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.version}"
