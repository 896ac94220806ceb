"""A customer asks that another person looks again."""

from typing import Any
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from claims.models.claim import Claim
from claims.states import REVIEW, ClaimState, ReviewState
from insureweb.audit.models import Tracked
from insureweb.kernel.sealed import SealedField


class ReviewRequest(Tracked):
    """One review. `came_from` is the state the claim goes back to when the decision stands."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="reviews", verbose_name=_("claim"))
    state = REVIEW.field(verbose_name=_("state"), editable=False)
    came_from = models.CharField(_("decision reviewed"), max_length=24, choices=ClaimState.choices)
    words: Any = SealedField(mask="all", null=True, text_length=2000, verbose_name=_("what the customer says"))
    asked_at = models.DateTimeField(_("asked on"))
    answered_at = models.DateTimeField(_("answered on"), null=True, blank=True)

    class Meta(Tracked.Meta):
        verbose_name = _("claim review")
        verbose_name_plural = _("claim reviews")
        ordering = ["-id"]
        triggers = [*Tracked.Meta.triggers, REVIEW.guard()]
        constraints = [
            models.UniqueConstraint(
                fields=["claim"], condition=Q(state=ReviewState.OPEN), name="claim_review_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(state=ReviewState.OPEN) | Q(answered_at__isnull=False), name="claim_review_is_answered"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.state}"

    @property
    def state_enum(self) -> ReviewState:
        return ReviewState(self.state)
