"""What the house issues in writing: one document, two languages, each signed."""

from typing import Any
from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from insureweb.audit.models import Tracked
from insureweb.documents.models.files import StoredFile
from insureweb.documents.states import DOCUMENT_MACHINE, DocumentState
from insureweb.kernel.localized import LANGUAGES, LocalizedField, localized_check
from insureweb.kernel.sealed import SealedField

LONGEST_DATA = 400_000


class DocumentKind(models.TextChoices):
    POLICY = "policy", _("Policy")
    CERTIFICATE = "certificate", _("Certificate of insurance")
    MEMBER_LIST = "member_list", _("List of the insured")
    CLAIM_LETTER = "claim_letter", _("Claim decision letter")
    NOTICE = "notice", _("Letter")


class Document(Tracked):
    """An issued document. `data` holds everything that was printed, sealed; the rendering can be repeated from it."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    no = models.CharField(_("number"), max_length=32, unique=True)
    kind = models.CharField(_("kind"), max_length=24, choices=DocumentKind.choices)
    state = DOCUMENT_MACHINE.field()
    subject_kind = models.CharField(_("about"), max_length=32)
    subject_no = models.CharField(_("its number"), max_length=64)
    owner_kind = models.CharField(_("owner"), max_length=16)
    owner_id = models.CharField(max_length=64)
    title = LocalizedField(_("title"))
    data: Any = SealedField(_("content"), mask="all", text_length=LONGEST_DATA)
    template = models.CharField(max_length=40)
    template_hash = models.CharField(max_length=64)
    verification_code = models.CharField(_("verification code"), max_length=14, unique=True)
    issued_at = models.DateTimeField(_("issued"))
    ended_at = models.DateTimeField(_("no longer valid since"), null=True, blank=True)

    class Meta(Tracked.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["-id"]
        triggers = [*Tracked.Meta.triggers, DOCUMENT_MACHINE.guard()]
        indexes = [
            models.Index(fields=["subject_kind", "subject_no", "-id"], name="document_of_subject"),
            models.Index(fields=["owner_kind", "owner_id", "-id"], name="document_of_owner"),
        ]
        constraints = [
            localized_check("title", table="document"),
            models.UniqueConstraint(
                fields=["kind", "subject_kind", "subject_no"],
                condition=models.Q(state=DocumentState.ISSUED, kind=DocumentKind.POLICY),
                name="document_one_valid_per_policy",
            ),
            models.CheckConstraint(
                condition=models.Q(verification_code__regex="^[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}$"),
                name="document_code_is_well_formed",
            ),
            models.CheckConstraint(
                condition=models.Q(state=DocumentState.ISSUED, ended_at__isnull=True)
                | (~models.Q(state=DocumentState.ISSUED) & models.Q(ended_at__isnull=False)),
                name="document_ended_when_not_valid",
            ),
        ]

    def __str__(self) -> str:
        return self.no

    @property
    def state_enum(self) -> DocumentState:
        return DocumentState(self.state)


class DocumentRendition(Tracked):
    """The document in one language, as a signed PDF."""

    document = models.ForeignKey(
        Document, on_delete=models.CASCADE, related_name="renditions", verbose_name=_("document")
    )
    language = models.CharField(_("language"), max_length=8)
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="rendition", verbose_name=_("file"))
    sha256 = models.CharField(_("fingerprint"), max_length=64, unique=True)
    certificate_sha256 = models.CharField(_("signing certificate"), max_length=64)
    signed_at = models.DateTimeField(_("signed"))

    class Meta(Tracked.Meta):
        verbose_name = _("document in one language")
        verbose_name_plural = _("documents in one language")
        ordering = ["document_id", "-language", "id"]
        constraints = [
            models.UniqueConstraint(fields=["document", "language"], name="rendition_one_per_language"),
            models.CheckConstraint(condition=models.Q(language__in=LANGUAGES), name="rendition_language_is_known"),
            models.CheckConstraint(
                condition=models.Q(sha256__regex="^[0-9a-f]{64}$", certificate_sha256__regex="^[0-9a-f]{64}$"),
                name="rendition_has_fingerprints",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.language}"
