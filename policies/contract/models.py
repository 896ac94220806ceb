"""The contract: a policy, its versions, who receives a death benefit, and changes to it."""

from datetime import date
from typing import Any
from uuid import uuid4

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _

from insureweb.audit.models import AppendOnly, Tracked
from insureweb.kernel.fields import AmountField, CurrencyField, not_negative
from insureweb.kernel.money import Money
from insureweb.kernel.periods import Period, midnight
from insureweb.kernel.sealed import BlindIndexField, SealedField
from policies.contract.guards import members_are_the_offers, policy_has_its_members, sold_for_life
from policies.contract.states import CHANGE_MACHINE, POLICY_MACHINE, ChangeKind, ChangeState, PolicyState
from policies.offers.models import Quote


def _bounded(field: str, name: str) -> models.CheckConstraint:
    """A range with both ends, the first included and the last not."""
    return models.CheckConstraint(
        condition=models.Q(
            **{
                f"{field}__isempty": False,
                f"{field}__lower_inf": False,
                f"{field}__upper_inf": False,
                f"{field}__lower_inc": True,
                f"{field}__upper_inc": False,
            }
        ),
        name=name,
    )


class Policy(Tracked):
    """The contract between one insurer and one policyholder. One quote makes one policy, never two."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    no = models.CharField(_("policy number"), max_length=32, unique=True)
    insurer: Any = models.ForeignKey(
        "products.Insurer", on_delete=models.PROTECT, related_name="policies", verbose_name=_("insurer")
    )
    product_version: Any = models.ForeignKey(
        "products.ProductVersion", on_delete=models.PROTECT, related_name="policies", verbose_name=_("product version")
    )
    quote = models.OneToOneField(Quote, on_delete=models.PROTECT, related_name="policy", verbose_name=_("quote"))
    application_no = models.CharField(_("application number"), max_length=32, db_index=True)
    order_no = models.CharField(_("order number"), max_length=32)
    payment_no = models.CharField(_("payment number"), max_length=32, blank=True, default="")
    user: Any = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="policies", verbose_name=_("account")
    )
    holder: Any = models.ForeignKey(
        "customers.Party", on_delete=models.PROTECT, related_name="policies_held", verbose_name=_("policyholder")
    )
    insured: Any = models.ForeignKey(
        "customers.Party", on_delete=models.PROTECT, related_name="policies_insured", verbose_name=_("insured")
    )
    relationship = models.CharField(_("insured is the policyholder's"), max_length=16, default="self")
    renews: Any = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="renewed_by",
        verbose_name=_("renewal of"),
    )
    state = POLICY_MACHINE.field(verbose_name=_("state"))
    period: Any = DateTimeRangeField(_("period"))
    premium = AmountField(_("premium"))
    currency = CurrencyField(_("currency"))
    issued_at = models.DateTimeField(_("issued"))
    receipt_acknowledged_at = models.DateTimeField(_("receipt acknowledged"), null=True, blank=True)
    cooling_off_until = models.DateTimeField(_("cooling-off until"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta(Tracked.Meta):
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        ordering = ["-id"]
        triggers = [*Tracked.Meta.triggers, POLICY_MACHINE.guard(), policy_has_its_members(), sold_for_life()]
        indexes = [
            models.Index(fields=["user", "-id"], name="policy_of_an_account"),
            models.Index(fields=["insured", "-id"], name="policy_of_an_insured"),
            models.Index(fields=["issued_at"], name="policy_issued"),
            models.Index(
                models.Func("period", function="upper"),
                "id",
                name="policy_to_end",
                condition=models.Q(state="in_force"),
            ),
        ]
        constraints = [
            *not_negative("premium", table="policy"),
            _bounded("period", "policy_period_has_both_ends"),
            models.CheckConstraint(
                condition=models.Q(receipt_acknowledged_at__isnull=True, cooling_off_until__isnull=True)
                | models.Q(
                    receipt_acknowledged_at__isnull=False,
                    cooling_off_until__isnull=False,
                    cooling_off_until__gt=models.F("receipt_acknowledged_at"),
                ),
                name="policy_cooling_off_runs_from_receipt",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["in_force", "lapsed"], ended_at__isnull=True)
                | (~models.Q(state__in=["in_force", "lapsed"]) & models.Q(ended_at__isnull=False)),
                name="policy_over_exactly_when_it_ended",
            ),
        ]

    def __str__(self) -> str:
        return self.no

    @property
    def state_enum(self) -> PolicyState:
        return PolicyState(self.state)

    @property
    def span(self) -> Period:
        """The period as the kernel's half-open `Period`."""
        return Period(self.period.lower, self.period.upper)

    @property
    def price(self) -> Money:
        return Money(self.premium, self.currency)


class PolicyVersion(Tracked):
    """What the contract says from when to when, and when we held that to be so.

    Terms are never rewritten. A change closes the recorded period of the versions it replaces and adds new ones, so
    what we believed on any day about any other day stays answerable.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="versions", verbose_name=_("policy"))
    number = models.PositiveIntegerField(_("version"))
    effective: Any = DateTimeRangeField(_("in effect"))
    recorded: Any = DateTimeRangeField(_("held to be so"))
    terms = models.JSONField(_("terms"))
    special_terms: Any = SealedField(mask="all", text_length=20_000, null=True, verbose_name=_("special terms"))
    reason = models.CharField(_("reason"), max_length=40)

    class Meta(Tracked.Meta):
        verbose_name = _("policy version")
        verbose_name_plural = _("policy versions")
        ordering = ["policy_id", "number", "id"]
        triggers = [
            *Tracked.Meta.triggers,
            pgtrigger.Trigger(
                name="frozen_but_for_its_end",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func="""
                    IF TG_OP = 'DELETE' THEN
                        RAISE EXCEPTION 'policy_version: versions stay' USING ERRCODE = 'restrict_violation';
                    END IF;
                    IF upper(OLD.recorded) IS NOT NULL OR upper(NEW.recorded) IS NULL
                       OR lower(NEW.recorded) IS DISTINCT FROM lower(OLD.recorded)
                       OR (to_jsonb(NEW) - 'recorded') IS DISTINCT FROM (to_jsonb(OLD) - 'recorded') THEN
                        RAISE EXCEPTION 'policy_version: only the recorded period may be closed, once'
                            USING ERRCODE = 'restrict_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["policy", "number"], name="policy_version_number_is_used_once"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="policy_version_counts_from_one"),
            _bounded("effective", "policy_version_effective_has_both_ends"),
            models.CheckConstraint(
                condition=models.Q(recorded__isempty=False, recorded__lower_inf=False),
                name="policy_version_recorded_has_a_start",
            ),
            ExclusionConstraint(
                name="policy_version_one_truth_at_a_time",
                expressions=[
                    ("policy", RangeOperators.EQUAL),
                    ("effective", RangeOperators.OVERLAPS),
                    ("recorded", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy_id} / {self.number}"


class PolicyMember(AppendOnly):
    """A person insured by a group contract, as the roster named them on the day it was concluded.

    All members are written by one statement, which is checked as a whole: as many as the offer priced, and their
    premiums sum to the policy's. `facts` are what the premium depended on.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="members", verbose_name=_("policy"))
    position = models.PositiveIntegerField(_("number"))
    name: Any = SealedField(mask="name", text_length=120, verbose_name=_("name"))
    id_number: Any = SealedField(mask="identity", text_length=40, verbose_name=_("identity number"))
    id_number_index = BlindIndexField("id_number")
    facts = models.JSONField(_("facts"))
    premium = AmountField(_("premium"))
    effective: Any = DateTimeRangeField(_("in effect"))

    class Meta(AppendOnly.Meta):
        verbose_name = _("member of a group policy")
        verbose_name_plural = _("members of group policies")
        ordering = ["policy_id", "position", "id"]
        triggers = [*AppendOnly.Meta.triggers, members_are_the_offers()]
        constraints = [
            *not_negative("premium", table="policy_member"),
            _bounded("effective", "policy_member_effective_has_both_ends"),
            models.UniqueConstraint(fields=["policy", "position"], name="policy_member_number_is_unique"),
            models.UniqueConstraint(fields=["policy", "id_number_index"], name="policy_member_stands_once"),
            models.CheckConstraint(condition=models.Q(position__gt=0), name="policy_member_numbers_begin_at_one"),
        ]

    def __str__(self) -> str:
        return str(self.name)

    @property
    def span(self) -> Period:
        """The days of cover as the kernel's half-open `Period`."""
        return Period(self.effective.lower, self.effective.upper)

    def is_insured_on(self, day: date) -> bool:
        """Whether the register covers this day in Shanghai; whether the contract was in force is another question."""
        return self.span.contains(midnight(day))


class Beneficiary(Tracked):
    """A person named to receive the death benefit; without one it goes to the heirs (Insurance Law art. 42)."""

    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="beneficiaries", verbose_name=_("policy"))
    party: Any = models.ForeignKey(
        "customers.Party", on_delete=models.PROTECT, related_name="+", verbose_name=_("person")
    )
    relationship = models.CharField(_("relationship to the insured"), max_length=16)
    rank = models.PositiveSmallIntegerField(_("rank"), default=1)
    share_percent = models.DecimalField(_("share, per cent"), max_digits=5, decimal_places=2)

    class Meta(Tracked.Meta):
        verbose_name = _("beneficiary")
        verbose_name_plural = _("beneficiaries")
        ordering = ["policy_id", "rank", "id"]
        constraints = [
            models.UniqueConstraint(fields=["policy", "party"], name="beneficiary_is_named_once"),
            models.CheckConstraint(
                condition=models.Q(share_percent__gt=0, share_percent__lte=100), name="beneficiary_share_is_a_share"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.relationship} {self.share_percent}%"


class PolicyChange(Tracked):
    """A change to a policy: every kind goes through the same flow, the money difference shown before it is accepted."""

    no = models.CharField(_("change number"), max_length=32, unique=True)
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="changes", verbose_name=_("policy"))
    kind = models.CharField(_("kind"), max_length=24, choices=ChangeKind.choices)
    state = CHANGE_MACHINE.field(default=ChangeState.DRAFT, verbose_name=_("state"))
    amount = AmountField(_("money difference"), help_text=_("Negative when we pay it back."))
    currency = CurrencyField(_("currency"))
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="")
    asked_by_kind = models.CharField(_("asked by"), max_length=16)
    asked_by_id = models.CharField(max_length=64)
    asked_by_label = models.CharField(_("asked by"), max_length=120)
    effective_at = models.DateTimeField(_("in effect from"))
    created_at = models.DateTimeField(_("asked"))
    applied_at = models.DateTimeField(_("done"), null=True, blank=True)

    class Meta(Tracked.Meta):
        verbose_name = _("policy change")
        verbose_name_plural = _("policy changes")
        ordering = ["-id"]
        triggers = [*Tracked.Meta.triggers, CHANGE_MACHINE.guard()]
        constraints = [
            models.UniqueConstraint(
                fields=["policy"],
                condition=~models.Q(state__in=["applied", "withdrawn"]),
                name="policy_change_one_open_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(state="applied", applied_at__isnull=False)
                | (~models.Q(state="applied") & models.Q(applied_at__isnull=True)),
                name="policy_change_applied_has_its_instant",
            ),
        ]

    def __str__(self) -> str:
        return self.no

    @property
    def state_enum(self) -> ChangeState:
        return ChangeState(self.state)
