"""Papers nobody uploads: a partner's system says what they would show."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from claims.models.claim import Claim
from insureweb.audit.models import AppendOnly


class PartnerRecord(AppendOnly):
    """What a partner's system recorded about an event, such as the delivery of a returned parcel.

    `kind` is the paper of the coverage it stands in for, `reference` the partner's own number of the event (a waybill).
    """

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="records", verbose_name=_("claim"))
    kind = models.CharField(_("kind"), max_length=64)
    partner = models.CharField(_("partner"), max_length=32)
    reference = models.CharField(_("reference"), max_length=64)
    happened_at = models.DateTimeField(_("when it happened"))
    at = models.DateTimeField(_("told on"))

    class Meta(AppendOnly.Meta):
        verbose_name = _("partner’s record")
        verbose_name_plural = _("partners’ records")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["partner", "kind", "reference"], name="partner_record_counts_once"),
            models.CheckConstraint(condition=~models.Q(reference=""), name="partner_record_has_a_reference"),
        ]

    def __str__(self) -> str:
        return self.reference
