"""Renewal notices: each policy hears of its end once."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from insureweb.audit.models import AppendOnly
from policies.contract.models import Policy
from policies.offers.models import Quote


class RenewalNotice(AppendOnly):
    """The notice sent before a policy ends, with the price of a new application at the age then reached."""

    policy = models.OneToOneField(
        Policy, on_delete=models.PROTECT, related_name="renewal_notice", verbose_name=_("policy")
    )
    quote = models.ForeignKey(
        Quote, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("quote")
    )
    kind = models.CharField(_("kind of renewal"), max_length=20)
    sent_at = models.DateTimeField(_("sent"))

    class Meta(AppendOnly.Meta):
        verbose_name = _("renewal notice")
        verbose_name_plural = _("renewal notices")
        ordering = ["-id"]

    def __str__(self) -> str:
        return str(self.policy_id)
