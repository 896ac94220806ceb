"""A case a person decides."""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from insureweb.audit.models import Tracked
from insureweb.kernel.fields import AmountField, CurrencyField, not_negative
from insureweb.kernel.sealed import SealedField
from policies.underwriting.models.decisions import UnderwritingDecision
from policies.underwriting.states import REFERRAL_MACHINE, Outcome, ReferralState

LIVE_STATES = [ReferralState.OPEN, ReferralState.ASSIGNED, ReferralState.PROPOSED]


class Referral(Tracked):
    """An application with an underwriter: why, until when, who has it, what is proposed."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    subject_kind = models.CharField(_("subject"), max_length=32)
    subject_no = models.CharField(_("subject number"), max_length=32)
    insurer: Any = models.ForeignKey(
        "products.Insurer", on_delete=models.PROTECT, related_name="+", verbose_name=_("insurer")
    )
    product_version: Any = models.ForeignKey(
        "products.ProductVersion", on_delete=models.PROTECT, related_name="+", verbose_name=_("product version")
    )
    cause: Any = models.ForeignKey(
        UnderwritingDecision, on_delete=models.PROTECT, related_name="referrals", verbose_name=_("why it is here")
    )
    sum_insured = AmountField(_("sum insured"))
    currency = CurrencyField(_("currency"))
    asked_by_customer = models.BooleanField(_("the customer asked a person to look again"), default=False)
    state = REFERRAL_MACHINE.field(verbose_name=_("state"))
    opened_at = models.DateTimeField(_("opened"))
    deadline_at = models.DateTimeField(_("due"))
    deadline_source = models.CharField(_("deadline from"), max_length=80)
    assigned_to: Any = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="referrals",
        verbose_name=_("with"),
    )
    proposed_outcome = models.CharField(
        _("proposed outcome"), max_length=10, choices=Outcome.choices, blank=True, default=""
    )
    proposal: Any = SealedField(mask="all", text_length=20_000, null=True, verbose_name=_("proposal"))
    proposed_by_id = models.CharField(max_length=64, blank=True, default="")
    proposed_by_label = models.CharField(_("proposed by"), max_length=120, blank=True, default="")
    decision: Any = models.OneToOneField(
        UnderwritingDecision,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="referral",
        verbose_name=_("decision"),
    )
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Meta(Tracked.Meta):
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")
        ordering = ["deadline_at", "id"]
        triggers = [*Tracked.Meta.triggers, REFERRAL_MACHINE.guard()]
        indexes = [
            models.Index(
                fields=["deadline_at", "id"], condition=models.Q(state__in=LIVE_STATES), name="referral_queue"
            ),
            models.Index(fields=["subject_kind", "subject_no"], name="referral_of_a_subject"),
        ]
        constraints = [
            *not_negative("sum_insured", table="referral"),
            models.UniqueConstraint(
                fields=["subject_kind", "subject_no"],
                condition=models.Q(state__in=LIVE_STATES),
                name="referral_one_live_for_a_subject",
            ),
            models.CheckConstraint(
                condition=models.Q(deadline_at__gt=models.F("opened_at")), name="referral_deadline_comes_after_opening"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[ReferralState.OPEN, ReferralState.WITHDRAWN])
                | models.Q(assigned_to__isnull=False),
                name="referral_worked_on_has_an_underwriter",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=ReferralState.PROPOSED)
                | (~models.Q(proposed_outcome="") & ~models.Q(proposed_by_id="") & models.Q(proposal__isnull=False)),
                name="referral_waiting_for_second_has_a_proposal",
            ),
            models.CheckConstraint(
                condition=models.Q(state=ReferralState.DECIDED, decision__isnull=False, closed_at__isnull=False)
                | (~models.Q(state=ReferralState.DECIDED) & models.Q(decision__isnull=True)),
                name="referral_decided_exactly_with_a_decision",
            ),
        ]

    def __str__(self) -> str:
        return self.subject_no

    @property
    def state_enum(self) -> ReferralState:
        return ReferralState(self.state)
