"""What was decided, on which facts, by which rules, in which words. Never changed afterwards."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from claims.models.claim import Claim
from insureweb.audit.models import AppendOnly
from insureweb.kernel.fields import AmountField, CurrencyField, not_negative
from insureweb.kernel.localized import LocalizedField, localized_check
from insureweb.kernel.money import Money


class Maker(models.TextChoices):
    AUTOMATIC = "automatic", _("By the rules")
    PERSON = "person", _("By a person")


class Outcome(models.TextChoices):
    PAY = "pay", _("Pay")
    ADVANCE = "advance", _("Pay a part first")
    DOCUMENTS = "documents", _("Ask for documents")
    REFER = "refer", _("Send to a person")
    REFUSE = "refuse", _("Refuse")
    UPHOLD = "uphold", _("The decision stands")


class RefusalGround(models.TextChoices):
    NOT_IN_FORCE = "not_in_force", _("The policy was not in force on that day")
    DUPLICATE = "duplicate", _("The same days have been claimed already")
    WAITING_PERIOD = "waiting_period", _("Within the waiting period")
    NOT_COVERED = "not_covered", _("This event is not covered")
    EXCLUDED = "excluded", _("An exclusion applies")
    NOT_PROVEN = "not_proven", _("The papers do not show that it happened")


# A machine may refuse on these only (Personal Information Protection Law, article 24).
FORMAL_GROUNDS = (RefusalGround.NOT_IN_FORCE, RefusalGround.DUPLICATE)


class ClaimDecision(AppendOnly):
    """One decision. `inputs` holds facts, terms, loss and fraud signals as text; a replay gives the same answer.

    `rules` are the rows of the decision table that hit, `lines` the steps of the sum, `wanted` the documents asked for.
    """

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="decisions", verbose_name=_("claim"))
    sequence = models.PositiveSmallIntegerField(_("number"))
    maker = models.CharField(_("how decided"), max_length=16, choices=Maker.choices)
    outcome = models.CharField(_("outcome"), max_length=16, choices=Outcome.choices)
    ground = models.CharField(
        _("ground of refusal"), max_length=24, choices=RefusalGround.choices, blank=True, default=""
    )
    words: Any = LocalizedField(_("words for the customer"))
    note = models.TextField(_("reason on file"), blank=True, default="")
    table_id = models.CharField(_("rule set"), max_length=120, blank=True, default="")
    table_hash = models.CharField(_("rule set hash"), max_length=64, blank=True, default="")
    product_hash = models.CharField(_("product version hash"), max_length=64, blank=True, default="")
    inputs = models.JSONField(_("inputs"), default=dict)
    rules = models.JSONField(_("rules hit"), default=list)
    lines = models.JSONField(_("calculation"), default=list)
    wanted = models.JSONField(_("documents asked for"), default=list)
    currency = CurrencyField(_("currency"))
    amount = AmountField(_("amount"), default=0)
    days = models.PositiveIntegerField(_("days paid"), default=0)
    actor_kind = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=64)
    actor_label = models.CharField(_("decided by"), max_length=120)
    at = models.DateTimeField(_("decided"))

    class Meta(AppendOnly.Meta):
        verbose_name = _("claim decision")
        verbose_name_plural = _("claim decisions")
        ordering = ["id"]
        constraints = [
            *not_negative("amount", table="claim_decision"),
            localized_check("words", table="claim_decision"),
            models.UniqueConstraint(fields=["claim", "sequence"], name="claim_decision_sequence_is_unique"),
            models.UniqueConstraint(
                fields=["claim", "maker"],
                condition=Q(outcome=Outcome.DOCUMENTS),
                name="claim_documents_are_asked_once",
            ),
            models.CheckConstraint(
                condition=~Q(outcome=Outcome.REFUSE, maker=Maker.AUTOMATIC) | Q(ground__in=FORMAL_GROUNDS),
                name="claim_machine_refuses_formally",
            ),
            models.CheckConstraint(
                condition=~Q(outcome=Outcome.REFUSE) | ~Q(ground=""), name="claim_refusal_has_a_ground"
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=[Outcome.PAY, Outcome.ADVANCE]) | Q(amount__gt=0),
                name="claim_payment_has_an_amount",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claim_id}/{self.sequence} {self.outcome}"

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)

    @property
    def outcome_enum(self) -> Outcome:
        return Outcome(self.outcome)
