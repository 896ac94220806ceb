"""What the house measures about itself, and what it raised because of it."""

from typing import Any
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.models import User
from insureweb.audit.models import AppendOnly, Tracked
from insureweb.kernel.localized import LocalizedField, localized_check
from risk.states import ALERT, LIVE_ALERTS, AlertState


class Indicator(models.TextChoices):
    POLICIES_PER_DAY = "policies_per_day", _("Policies issued on one day")
    REFUSED_SHARE = "refused_share", _("Refused share of claims, per cent over 30 days")
    SUM_PER_PERSON = "sum_per_person", _("Sum insured on one life, yuan")


class SubjectKind(models.TextChoices):
    PRODUCT = "product", _("Product")
    PERSON = "person", _("Insured person")


class Severity(models.TextChoices):
    HIGH = "high", _("High")
    MEDIUM = "medium", _("Medium")

    @property
    def tone(self) -> str:
        return "bad" if self == Severity.HIGH else "waiting"


def person_behind(cause: str) -> str:
    """A person told by the policy or claim that led to the measurement."""
    return gettext("the insured of %(number)s") % {"number": cause.partition("/")[0]}


class IndicatorReading(AppendOnly):
    """One measurement. `cause` is the public number of what led to it; it is measured once for each.

    `subject` is a product code, or the blind index of an identity number: it finds a person's further readings and
    names nobody.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    indicator = models.CharField(_("indicator"), max_length=24, choices=Indicator.choices)
    subject_kind = models.CharField(_("about a"), max_length=8, choices=SubjectKind.choices)
    subject = models.CharField(_("about"), max_length=64)
    cause = models.CharField(_("measured after"), max_length=64)
    value = models.DecimalField(_("value"), max_digits=18, decimal_places=2)
    sample = models.PositiveIntegerField(_("out of"))
    usual = models.DecimalField(_("usual value"), max_digits=18, decimal_places=2, null=True, blank=True)
    at = models.DateTimeField(_("measured"))

    class Meta(AppendOnly.Meta):
        verbose_name = _("indicator reading")
        verbose_name_plural = _("indicator readings")
        ordering = ["-id"]
        indexes = [models.Index(fields=["indicator", "subject", "-at"], name="reading_of_a_subject")]
        constraints = [
            models.CheckConstraint(condition=Q(value__gte=0), name="reading_value_not_negative"),
            models.CheckConstraint(
                condition=~Q(indicator=Indicator.REFUSED_SHARE) | Q(value__lte=100), name="reading_share_is_a_share"
            ),
            models.UniqueConstraint(fields=["indicator", "subject", "cause"], name="reading_is_taken_once_for_a_cause"),
        ]

    def __str__(self) -> str:
        return f"{self.get_indicator_display()} {self.value}"

    @property
    def subject_shown(self) -> str:
        """The product code, or whom it is about without naming the person."""
        return self.subject if self.subject_kind == SubjectKind.PRODUCT else person_behind(self.cause)


class Alert(Tracked):
    """A rule of risk/tables/alerts.yaml hit. It holds the rule, the table's hash, the inputs and the words.

    While it is open, a further hit of the same rule about the same subject counts up instead of raising another.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    rule = models.CharField(_("rule"), max_length=20)
    table_id = models.CharField(_("rule set"), max_length=60)
    table_hash = models.CharField(_("rule set hash"), max_length=64)
    severity = models.CharField(_("severity"), max_length=8, choices=Severity.choices)
    words: Any = LocalizedField(_("what it says"))
    inputs = models.JSONField(_("inputs"))
    reading = models.ForeignKey(
        IndicatorReading, on_delete=models.PROTECT, related_name="alerts", verbose_name=_("first reading")
    )
    indicator = models.CharField(_("indicator"), max_length=24, choices=Indicator.choices)
    subject_kind = models.CharField(_("about a"), max_length=8, choices=SubjectKind.choices)
    subject = models.CharField(_("about"), max_length=64)
    state = ALERT.field(verbose_name=_("state"))
    assigned_to = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="risk_alerts",
        verbose_name=_("in the hands of"),
    )  # fmt: skip
    hits = models.PositiveIntegerField(_("times hit"), default=1)
    opened_at = models.DateTimeField(_("raised"))
    last_hit_at = models.DateTimeField(_("last hit"))
    due_at = models.DateTimeField(_("due"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closing_reason = models.CharField(_("why it was closed"), max_length=500, blank=True, default="")

    class Meta(Tracked.Meta):
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        ordering = ["-id"]
        triggers = [*Tracked.Meta.triggers, ALERT.guard()]
        indexes = [models.Index(fields=["due_at", "id"], name="alert_queue", condition=Q(state__in=LIVE_ALERTS))]
        constraints = [
            localized_check("words", table="alert"),
            models.UniqueConstraint(
                fields=["rule", "subject"], condition=Q(state__in=LIVE_ALERTS), name="alert_one_live_for_a_subject"
            ),
            models.CheckConstraint(
                condition=Q(state=AlertState.CLOSED, closed_at__isnull=False) & ~Q(closing_reason="")
                | (~Q(state=AlertState.CLOSED) & Q(closed_at__isnull=True)),
                name="alert_closed_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(state=AlertState.OPEN, assigned_to__isnull=True)
                | (~Q(state=AlertState.OPEN) & Q(assigned_to__isnull=False)),
                name="alert_assigned_has_a_person",
            ),
            models.CheckConstraint(condition=Q(hits__gte=1), name="alert_hit_at_least_once"),
            models.CheckConstraint(condition=Q(last_hit_at__gte=F("opened_at")), name="alert_last_hit_after_the_first"),
        ]

    def __str__(self) -> str:
        told = {"choice": self.get_indicator_display(), "words": self.subject_shown}
        return gettext("%(choice)s: %(words)s") % told

    @property
    def state_enum(self) -> AlertState:
        return AlertState(self.state)

    @property
    def severity_enum(self) -> Severity:
        return Severity(self.severity)

    @property
    def subject_shown(self) -> str:
        """The product code, or whom it is about without naming the person."""
        return self.subject if self.subject_kind == SubjectKind.PRODUCT else person_behind(self.reading.cause)
