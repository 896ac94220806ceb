"""The needs check: answers on the way, and what came of them, kept with every sale that follows."""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from insureweb.audit.models import AppendOnly, Tracked
from insureweb.kernel.fields import AmountField, CurrencyField, not_negative
from insureweb.kernel.money import Money


class NeedsOutcome(models.TextChoices):
    """What a needs check ended with. Nobody is turned away: a person helps where the table cannot."""

    PROPOSED = "proposed", _("Covers proposed")
    CARE = "care", _("Covers proposed, a person speaks to the customer first")
    NOTHING = "nothing", _("Nothing on sale fits, a person helps")


class NeedsCheck(Tracked):
    """Answers so far. It belongs to whoever holds the browser's secret, or to the account that was signed in.

    Nothing in it says who somebody is: an age, a sex, what there is to protect, a budget.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    owner_token_hash = models.CharField(max_length=64, editable=False)
    user: Any = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="needs_checks",
        verbose_name=_("account"),
    )
    persona = models.CharField(_("for whom"), max_length=20)
    answers = models.JSONField(_("answers"), default=dict)
    begun_at = models.DateTimeField(_("begun"))
    answered_at = models.DateTimeField(_("last answered"))

    class Meta(Tracked.Meta):
        verbose_name = _("needs check")
        verbose_name_plural = _("needs checks")
        ordering = ["-id"]
        indexes = [models.Index(fields=["owner_token_hash", "-id"], name="needs_check_of_a_browser")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(owner_token_hash__regex=r"^[0-9a-f]{64}$"),  # noqa: S106  a pattern
                name="needs_check_owner_token_is_hashed",
            ),
            models.CheckConstraint(
                condition=models.Q(answered_at__gte=models.F("begun_at")),
                name="needs_check_is_answered_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)


class NeedsResult(AppendOnly):
    """What a complete set of answers led to: the rules that fired, the split of the budget, each cover with its price.

    `decision` is the advice table's own record (rules, inputs, hash); `proposal` what was made of it with the products
    then on sale. Other answers make another result.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    check_of = models.ForeignKey(
        NeedsCheck, on_delete=models.PROTECT, related_name="results", verbose_name=_("needs check")
    )
    persona = models.CharField(_("for whom"), max_length=20)
    answers = models.JSONField(_("answers"))
    decision = models.JSONField(_("rules that fired"))
    proposal = models.JSONField(_("proposal"))
    outcome = models.CharField(_("outcome"), max_length=12, choices=NeedsOutcome.choices)
    budget = AmountField(_("budget for a year"))
    currency = CurrencyField(_("currency"))
    table_hash = models.CharField(_("hash of the advice table"), max_length=64)
    made_at = models.DateTimeField(_("made"))

    class Meta(AppendOnly.Meta):
        verbose_name = _("needs result")
        verbose_name_plural = _("needs results")
        ordering = ["-id"]
        constraints = [
            *not_negative("budget", table="needs_result"),
            models.CheckConstraint(
                condition=models.Q(table_hash__regex=r"^[0-9a-f]{64}$"), name="needs_result_table_hash_is_sha256"
            ),
            models.CheckConstraint(
                condition=models.Q(outcome__in=NeedsOutcome.values), name="needs_result_outcome_is_known"
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)

    @property
    def outcome_enum(self) -> NeedsOutcome:
        return NeedsOutcome(self.outcome)

    @property
    def money(self) -> Money:
        return Money(self.budget, self.currency)
