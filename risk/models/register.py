"""The risk register: what could happen, why, with what consequence, and whose it is to watch."""

from typing import Any
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from insureweb.audit.models import Tracked
from risk.rules.matrix import Band, band_of
from risk.states import RISK, RiskState


class RiskCategory(models.TextChoices):
    """The kinds of risk of C-ROSS, the solvency regime of mainland China (偿付能力监管规则)."""

    INSURANCE = "insurance", _("Insurance risk")
    MARKET = "market", _("Market risk")
    CREDIT = "credit", _("Credit risk")
    OPERATIONAL = "operational", _("Operational risk")
    STRATEGIC = "strategic", _("Strategic risk")
    REPUTATION = "reputation", _("Reputation risk")
    LIQUIDITY = "liquidity", _("Liquidity risk")


class RiskEntry(Tracked):
    """One risk. Likelihood and impact run from 1 (lowest) to 5; their product gives the band."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    category = models.CharField(_("kind of risk"), max_length=12, choices=RiskCategory.choices)
    cause = models.TextField(_("cause"), max_length=1000)
    event = models.TextField(_("event"), max_length=1000)
    consequence = models.TextField(_("consequence"), max_length=1000)
    treatment = models.TextField(_("what we do about it"), max_length=2000, blank=True, default="")
    likelihood = models.PositiveSmallIntegerField(_("likelihood, 1 to 5"))
    impact = models.PositiveSmallIntegerField(_("impact, 1 to 5"))
    owner: Any = models.ForeignKey(
        "customers.StaffProfile", on_delete=models.PROTECT, related_name="risks", verbose_name=_("owner")
    )
    review_date = models.DateField(_("review by"))
    state = RISK.field(verbose_name=_("state"))
    created_at = models.DateTimeField(_("created"))

    class Meta(Tracked.Meta):
        verbose_name = _("risk")
        verbose_name_plural = _("risk register")
        ordering = ["-id"]
        triggers = [*Tracked.Meta.triggers, RISK.guard()]
        indexes = [models.Index(fields=["review_date", "id"], name="risk_to_review", condition=Q(state=RiskState.OPEN))]
        constraints = [
            models.CheckConstraint(condition=Q(likelihood__range=(1, 5)), name="risk_likelihood_is_1_to_5"),
            models.CheckConstraint(condition=Q(impact__range=(1, 5)), name="risk_impact_is_1_to_5"),
            models.CheckConstraint(
                condition=~Q(cause="") & ~Q(event="") & ~Q(consequence=""), name="risk_says_cause_event_consequence"
            ),
        ]

    def __str__(self) -> str:
        return self.event[:60]

    @property
    def state_enum(self) -> RiskState:
        return RiskState(self.state)

    @property
    def score(self) -> int:
        return self.likelihood * self.impact

    @property
    def band(self) -> Band:
        return band_of(self.likelihood, self.impact)
