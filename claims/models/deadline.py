"""The statutory clock of a claim, one row a duty."""

from datetime import date, datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from claims.models.claim import Claim
from claims.rules.clocks import is_late, last_day
from claims.time_limits import time_limit
from insureweb.audit.models import Tracked
from insureweb.kernel.localized import Localized


class Duty(models.TextChoices):
    ASK_ONCE = "ask_once", _("Ask once for what is missing")
    DECIDE = "decide", _("Decide")
    PAY = "pay", _("Pay")
    REFUSE = "refuse", _("Refuse in writing")
    ADVANCE = "advance", _("Pay the part that is certain")
    REVIEW = "review", _("Answer the review")


class ClaimDeadline(Tracked):
    """A duty with its limit. It runs, stops while we wait for documents, and is met, missed or dropped.

    `days` and `valid_from` name the dated limit it was computed from; a later amendment never moves it.
    """

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="deadlines", verbose_name=_("claim"))
    duty = models.CharField(_("duty"), max_length=16, choices=Duty.choices)
    valid_from = models.DateField(_("limit of"))
    days = models.PositiveSmallIntegerField(_("days allowed"))
    waited_days = models.PositiveSmallIntegerField(_("days waited for documents"), default=0)
    started_at = models.DateTimeField(_("began on"))
    due_at = models.DateTimeField(_("late from"))
    stopped_at = models.DateTimeField(_("stopped on"), null=True, blank=True)
    met_at = models.DateTimeField(_("met on"), null=True, blank=True)
    missed_at = models.DateTimeField(_("found late"), null=True, blank=True)
    dropped_at = models.DateTimeField(_("no longer needed"), null=True, blank=True)

    class Meta(Tracked.Meta):
        verbose_name = _("claim deadline")
        verbose_name_plural = _("claim deadlines")
        ordering = ["due_at", "id"]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                name="claim_deadline_running",
                condition=Q(
                    met_at__isnull=True, dropped_at__isnull=True, missed_at__isnull=True, stopped_at__isnull=True
                ),
            )
        ]
        constraints = [
            models.CheckConstraint(condition=Q(due_at__gt=F("started_at")), name="claim_deadline_due_after_start"),
            models.CheckConstraint(
                condition=Q(met_at__isnull=True) | Q(dropped_at__isnull=True), name="claim_deadline_ends_once"
            ),
            models.UniqueConstraint(
                fields=["claim", "duty"],
                condition=Q(met_at__isnull=True, dropped_at__isnull=True),
                name="claim_deadline_runs_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.duty}"

    @property
    def is_open(self) -> bool:
        return self.met_at is None and self.dropped_at is None

    @property
    def is_running(self) -> bool:
        return self.is_open and self.stopped_at is None

    @property
    def last_day(self) -> date:
        """The last day on which it is met in time."""
        return last_day(self.due_at)

    @property
    def article(self) -> Localized:
        return time_limit(self.duty, line=self.claim.line, day=self.valid_from).article

    @property
    def limit_words(self) -> Localized:
        return time_limit(self.duty, line=self.claim.line, day=self.valid_from).words

    def is_late(self, at: datetime) -> bool:
        return self.is_running and is_late(self.due_at, at)
