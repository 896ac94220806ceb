"""Photos and papers that belong to a claim; the bytes lie encrypted in documents."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from claims.models.claim import Claim
from insureweb.audit.models import Tracked


class Evidence(Tracked):
    """One paper on one uploaded file. `file` is the UUID of the stored file; a file may show several papers."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="evidence", verbose_name=_("claim"))
    file = models.UUIDField(_("file"), db_index=True, editable=False)
    kind = models.CharField(_("kind"), max_length=64, blank=True, default="")
    sha256 = models.CharField(max_length=64, editable=False)
    added_at = models.DateTimeField(_("added on"))

    class Meta(Tracked.Meta):
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["claim", "sha256", "kind"], name="evidence_is_added_once"),
        ]

    def __str__(self) -> str:
        return self.kind or str(self.pk)
