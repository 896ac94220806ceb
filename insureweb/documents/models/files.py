"""A private file and to whom it belongs. The bytes lie sealed in `PrivateStorage`."""

from typing import Any
from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from insureweb.audit.models import Tracked
from insureweb.kernel.sealed import SealedField


class MediaType(models.TextChoices):
    JPEG = "image/jpeg", "JPEG"
    PNG = "image/png", "PNG"
    WEBP = "image/webp", "WebP"
    PDF = "application/pdf", "PDF"

    @property
    def extension(self) -> str:
        return {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}.get(self.value, "pdf")


class StoredFile(Tracked):
    """One file as we keep it. `sha256` is of the bytes kept, `source_sha256` of the bytes that were sent to us.

    The two differ for photos, which are written anew without place and camera data.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    purpose = models.CharField(_("purpose"), max_length=32)
    subject_kind = models.CharField(_("belongs to"), max_length=32)
    subject_no = models.CharField(_("number"), max_length=64)
    owner_kind = models.CharField(_("owner"), max_length=16)
    owner_id = models.CharField(max_length=64)
    name: Any = SealedField(_("file name"), mask="all", text_length=120, null=True)
    media_type = models.CharField(_("type"), max_length=32, choices=MediaType.choices)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("fingerprint"), max_length=64)
    source_sha256 = models.CharField(max_length=64)
    location = models.CharField(max_length=200, unique=True, editable=False)
    stored_at = models.DateTimeField(_("stored"))

    class Meta(Tracked.Meta):
        verbose_name = _("private file")
        verbose_name_plural = _("private files")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["subject_kind", "subject_no", "id"], name="stored_file_of_subject"),
            models.Index(fields=["source_sha256"], name="stored_file_same_content"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(size__gt=0), name="stored_file_is_not_empty"),
            models.CheckConstraint(
                condition=models.Q(media_type__in=MediaType.values), name="stored_file_media_type_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(sha256__regex="^[0-9a-f]{64}$", source_sha256__regex="^[0-9a-f]{64}$"),
                name="stored_file_has_fingerprints",
            ),
            models.UniqueConstraint(
                fields=["subject_kind", "subject_no", "purpose", "owner_kind", "owner_id", "source_sha256"],
                name="stored_file_is_sent_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.subject_no}"

    @property
    def is_image(self) -> bool:
        return self.media_type != MediaType.PDF
