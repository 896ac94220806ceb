"""What every try-out of a version over past business keeps: on which content, how far it is, who began it."""

from typing import Any
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from insureweb.audit.models import AppendOnly, Tracked
from products.models.products import ProductVersion
from products.states import VERSION_RUN, RunState


class VersionRun(Tracked):
    """A run over records in the order of their keys. Subclass with `class Meta(VersionRun.Meta)`.

    `after_id` is the last record done and `through_id` the last one of the book, so that a run goes on where it
    stopped and what is written meanwhile is no part of it.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    version: Any = models.ForeignKey(
        ProductVersion, on_delete=models.PROTECT, related_name="%(class)ss", verbose_name=_("product version")
    )
    content_hash = models.CharField(_("content hash"), max_length=64)
    state = VERSION_RUN.field(verbose_name=_("state"))
    total = models.PositiveIntegerField(_("records in all"))
    done = models.PositiveIntegerField(_("records done"), default=0)
    after_id = models.BigIntegerField(default=0)
    through_id = models.BigIntegerField()
    started_at = models.DateTimeField(_("begun"))
    finished_at = models.DateTimeField(_("ended"), null=True, blank=True)
    started_by_kind = models.CharField(max_length=12)
    started_by_id = models.CharField(max_length=64)
    started_by_label = models.CharField(_("begun by"), max_length=120)

    class Meta(Tracked.Meta):
        abstract = True
        ordering = ["-id"]
        triggers = [*Tracked.Meta.triggers, VERSION_RUN.guard()]
        constraints = [
            models.UniqueConstraint(
                fields=["version"], condition=Q(state=RunState.RUNNING), name="%(class)s_one_at_work"
            ),
            models.CheckConstraint(condition=Q(content_hash__regex=r"^[0-9a-f]{64}$"), name="%(class)s_hash_is_sha256"),
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="%(class)s_done_within_total"),
            models.CheckConstraint(
                condition=Q(state=RunState.RUNNING, finished_at__isnull=True)
                | Q(state=RunState.STOPPED, finished_at__isnull=False)
                | Q(state=RunState.FINISHED, finished_at__isnull=False, done=F("total")),
                name="%(class)s_finished_is_complete",
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)

    @property
    def state_enum(self) -> RunState:
        return RunState(self.state)

    @property
    def is_running(self) -> bool:
        return self.state == RunState.RUNNING

    @property
    def is_outdated(self) -> bool:
        """Whether the version says something else than what was tried."""
        return bool(self.content_hash != self.version.content_hash)


class BackTestRun(VersionRun):
    """A decision table asked again about decisions already made. Subclass with `class Meta(BackTestRun.Meta)`.

    `matrix` holds [outcome of the old table, outcome of the new one, how many]; `deviating` counts decisions on file
    that the old table alone would not have made.
    """

    compared = models.PositiveIntegerField(_("decisions compared"), default=0)
    changed = models.PositiveIntegerField(_("decisions that change"), default=0)
    deviating = models.PositiveIntegerField(_("decisions made otherwise"), default=0)
    matrix = models.JSONField(_("old and new outcomes"), default=list)

    class Meta(VersionRun.Meta):
        abstract = True
        constraints = [
            *VersionRun.Meta.constraints,
            models.CheckConstraint(condition=Q(compared__lte=F("done")), name="%(class)s_compares_what_is_done"),
            models.CheckConstraint(condition=Q(changed__lte=F("compared")), name="%(class)s_changes_what_it_compares"),
        ]

    @property
    def not_compared(self) -> int:
        return self.done - self.compared


class BackTestRow(AppendOnly):
    """A decision that changes, or could not be compared. `record_id` is the decision's key in its own table.

    `before` and `after` hold outcome, rules, their words and outputs; `inputs` what may be shown of the facts, None for
    what may not; `problem` which columns are missing, or why a table could not answer.
    """

    record_id = models.BigIntegerField()
    reference = models.CharField(_("number"), max_length=32)
    stored = models.CharField(_("on file"), max_length=20)
    before: Any = models.JSONField(_("old table"), null=True)
    after: Any = models.JSONField(_("new table"), null=True)
    inputs: Any = models.JSONField(_("inputs"), default=dict)
    problem: Any = models.JSONField(_("why it was not compared"), default=dict)

    class Meta(AppendOnly.Meta):
        abstract = True
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(problem={}, before__isnull=False, after__isnull=False)
                | (~Q(problem={}) & Q(before__isnull=True, after__isnull=True)),
                name="%(class)s_is_compared_or_says_why",
            )
        ]

    def __str__(self) -> str:
        return self.reference
