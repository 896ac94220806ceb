"""What underwriting decided, on which facts, by which rules or person. Never changed, only followed by another."""

import json
from typing import Any
from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from insureweb.audit.models import AppendOnly
from insureweb.kernel.localized import Localized
from insureweb.kernel.sealed import SealedField
from policies.underwriting.states import Outcome


class UnderwritingDecision(AppendOnly):
    """One decision about one subject (an application). Inputs and reasons speak of health, so they are sealed.

    `record` holds what the decision table answered: inputs, rules hit with the words of both languages, table and hash.
    A person's decision holds the reason code, the words the customer reads and the special terms instead.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    subject_kind = models.CharField(_("subject"), max_length=32)
    subject_no = models.CharField(_("subject number"), max_length=32, db_index=True)
    product_version: Any = models.ForeignKey(
        "products.ProductVersion", on_delete=models.PROTECT, related_name="+", verbose_name=_("product version")
    )
    table_id = models.CharField(_("decision table"), max_length=80, blank=True, default="")
    table_hash = models.CharField(_("hash of the table"), max_length=64, blank=True, default="")
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices)
    loading_percent = models.DecimalField(_("loading, per cent"), max_digits=6, decimal_places=2, default=0)
    record: Any = SealedField(mask="all", text_length=60_000, verbose_name=_("inputs and reasons"))
    is_automatic = models.BooleanField(_("decided by the table alone"))
    decided_by_kind = models.CharField(_("decision by"), max_length=16)
    decided_by_id = models.CharField(max_length=64, blank=True, default="")
    decided_by_label = models.CharField(_("decision by"), max_length=120)
    approved_by_id = models.CharField(max_length=64, blank=True, default="")
    approved_by_label = models.CharField(_("approved by"), max_length=120, blank=True, default="")
    at = models.DateTimeField(_("at"))

    class Meta(AppendOnly.Meta):
        verbose_name = _("underwriting decision")
        verbose_name_plural = _("underwriting decisions")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(outcome__in=Outcome.values), name="underwriting_decision_outcome_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(outcome="load", loading_percent__gt=0)
                | (~models.Q(outcome="load") & models.Q(loading_percent=0)),
                name="underwriting_decision_loads_only_when_it_says_so",
            ),
            models.CheckConstraint(
                condition=models.Q(is_automatic=True, table_hash__regex=r"^[0-9a-f]{64}$")
                | models.Q(is_automatic=False, decided_by_kind="staff"),
                name="underwriting_decision_is_by_a_table_or_a_person",
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by_id="") | ~models.Q(approved_by_id=models.F("decided_by_id")),
                name="underwriting_decision_has_two_pairs_of_eyes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject_no} {self.outcome}"

    @property
    def outcome_enum(self) -> Outcome:
        return Outcome(self.outcome)

    def opened(self) -> dict[str, Any]:
        """Inputs and reasons, decrypted."""
        record: dict[str, Any] = json.loads(self.record.open())
        return record

    @property
    def rules_shown(self) -> list[tuple[str, Outcome, Localized]]:
        """Each rule that spoke: its id, what it asked for, and why."""
        spoke = self.opened().get("rules", [])
        return [(rule["id"], Outcome(rule["outcome"]), Localized.read(rule["reason"])) for rule in spoke]

    @property
    def reasons(self) -> list[Localized]:
        """The words the customer reads."""
        return [Localized.read(words) for words in self.opened().get("reasons", [])]

    @property
    def special_terms(self) -> list[Localized]:
        """What this contract leaves out beyond the wording."""
        return [Localized.read(words) for words in self.opened().get("special_terms", [])]
