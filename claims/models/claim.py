"""A claim: what happened, to whom, what we owe and where the money goes."""

from typing import Any
from uuid import uuid4

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from claims.guards import claim_fits_its_policy
from claims.rules import payees
from claims.states import CLAIM, LIVE, ClaimState
from insureweb.audit.models import Tracked
from insureweb.kernel.fields import AmountField, CurrencyField, not_negative
from insureweb.kernel.money import Money
from insureweb.kernel.sealed import BlindIndexField, SealedField


class BenefitKind(models.TextChoices):
    DAILY_CASH = "daily_cash", _("An amount for each day in hospital")
    LUMP_SUM = "lump_sum", _("A fixed sum")
    REIMBURSEMENT = "reimbursement", _("Costs you paid")
    INDEMNITY = "indemnity", _("The damage")


class Cause(models.TextChoices):
    """Causes every product knows; a product's events bring their own."""

    ACCIDENT = "accident", _("An accident")
    ILLNESS = "illness", _("An illness")
    OTHER = "other", _("Something else")


class Payee(models.TextChoices):
    """Who receives the benefit of a group contract, seen from its member. See `claims.rules.payees`."""

    SELF = payees.SELF, _("The insured person")
    SPOUSE = "spouse", _("Husband or wife")
    CHILD = "child", _("Child")
    PARENT = "parent", _("Father or mother")
    SIBLING = "sibling", _("Brother or sister")
    GRANDPARENT = "grandparent", _("Grandparent")
    GRANDCHILD = "grandchild", _("Grandchild")


class Claim(Tracked):
    """One claim on one coverage of one policy, of a group policy for one of its members.

    A member's claim pays the member, and then has no claimant of its own; after a death it pays the claimant, a person
    of the close family. Any other claim has a claimant, who is paid.

    `coverage` is the coverage's code in the product version. `stay` is what two claims on the same cover may not share:
    the days in hospital, the day of the event, or all time for a sum that is paid once. `due_at` repeats the next
    deadline for the queue.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    no = models.CharField(_("claim number"), max_length=32, unique=True, editable=False)
    policy: Any = models.ForeignKey(
        "policies.Policy", on_delete=models.PROTECT, related_name="claims", verbose_name=_("policy")
    )
    user: Any = models.ForeignKey(
        "customers.User", on_delete=models.PROTECT, related_name="claims", verbose_name=_("reported by")
    )
    member: Any = models.ForeignKey(
        "policies.PolicyMember",
        on_delete=models.PROTECT,
        related_name="claims",
        null=True,
        blank=True,
        verbose_name=_("member of the group"),
    )
    claimant: Any = models.ForeignKey(
        "customers.Party",
        on_delete=models.PROTECT,
        related_name="claims",
        null=True,
        blank=True,
        verbose_name=_("claimant"),
    )
    payee_is = models.CharField(_("receives the money"), max_length=16, choices=Payee.choices, blank=True, default="")
    coverage = models.CharField(_("coverage"), max_length=64)
    benefit = models.CharField(_("kind of benefit"), max_length=16, choices=BenefitKind.choices)
    line = models.CharField(_("line of business"), max_length=32)
    state = CLAIM.field(verbose_name=_("state"), editable=False)

    # A cause of the product's events, or OTHER.
    cause = models.CharField(_("cause"), max_length=60, default=Cause.ACCIDENT)
    event_date = models.DateField(_("when it happened"))
    admitted_date = models.DateField(_("into hospital"), null=True, blank=True)
    discharged_date = models.DateField(_("out of hospital"), null=True, blank=True)
    stay: Any = DateRangeField(null=True, blank=True, editable=False)
    hospital: Any = SealedField(mask="all", null=True, text_length=120, verbose_name=_("hospital"))
    what_happened: Any = SealedField(mask="all", null=True, text_length=2000, verbose_name=_("what happened"))

    payee_name: Any = SealedField(mask="name", null=True, text_length=80, verbose_name=_("account holder"))
    payee_account: Any = SealedField(mask="account", null=True, text_length=40, verbose_name=_("account"))
    payee_account_index = BlindIndexField("payee_account")
    payout_problem = models.CharField(_("why the payment came back"), max_length=200, blank=True, default="")

    currency = CurrencyField(_("currency"))
    amount_claimed = AmountField(_("amount claimed"), default=0)
    amount_assessed = AmountField(_("amount assessed"), default=0)
    amount_approved = AmountField(_("amount approved"), default=0)
    amount_paid = AmountField(_("amount paid"), default=0)
    days_paid = models.PositiveIntegerField(_("days paid"), default=0)

    adjuster: Any = models.ForeignKey(
        "customers.User",
        on_delete=models.PROTECT,
        related_name="claims_in_hand",
        null=True,
        blank=True,
        verbose_name=_("adjuster"),
    )
    created_at = models.DateTimeField(_("begun"))
    notified_at = models.DateTimeField(_("reported"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    paid_at = models.DateTimeField(_("paid on"), null=True, blank=True)
    due_at = models.DateTimeField(_("next deadline"), null=True, blank=True)

    class Meta(Tracked.Meta):
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        ordering = ["-id"]
        triggers = [*Tracked.Meta.triggers, CLAIM.guard(), claim_fits_its_policy()]
        indexes = [
            models.Index(fields=["user", "-id"], name="claim_of_user"),
            models.Index(fields=["policy", "coverage"], name="claim_of_coverage"),
            models.Index(fields=["state", "due_at", "id"], name="claim_queue"),
        ]
        constraints = [
            *not_negative("amount_claimed", "amount_assessed", "amount_approved", "amount_paid", table="claim"),
            models.CheckConstraint(
                condition=Q(amount_paid__lte=F("amount_approved")), name="claim_paid_within_approved"
            ),
            models.CheckConstraint(
                condition=~Q(state=ClaimState.PAID) | Q(amount_paid=F("amount_approved"), amount_paid__gt=0),
                name="claim_paid_in_full",
            ),
            models.CheckConstraint(
                condition=Q(admitted_date__isnull=True)
                | Q(discharged_date__isnull=True)
                | Q(admitted_date__lte=F("discharged_date")),
                name="claim_admitted_before_discharged",
            ),
            models.CheckConstraint(
                condition=Q(admitted_date__isnull=True) | Q(event_date__lte=F("admitted_date")),
                name="claim_event_before_admission",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[ClaimState.DRAFT, ClaimState.WITHDRAWN])
                | Q(notified_at__isnull=False, stay__isnull=False, payee_account__isnull=False),
                name="claim_sent_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(member__isnull=True, claimant__isnull=False, payee_is="")
                | Q(member__isnull=False, claimant__isnull=True, payee_is=Payee.SELF)
                | Q(member__isnull=False, claimant__isnull=False, payee_is__in=payees.CLOSE_FAMILY),
                name="claim_pays_the_insured_or_family",
            ),
            ExclusionConstraint(
                name="claim_one_live_for_a_stay",
                expressions=[
                    ("policy", RangeOperators.EQUAL),
                    (Coalesce("member", Value(0, models.BigIntegerField())), RangeOperators.EQUAL),
                    ("coverage", RangeOperators.EQUAL),
                    ("stay", RangeOperators.OVERLAPS),
                ],
                condition=Q(state__in=LIVE) | Q(amount_paid__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return self.no

    @property
    def state_enum(self) -> ClaimState:
        return ClaimState(self.state)

    @property
    def approved(self) -> Money:
        return Money(self.amount_approved, self.currency)

    @property
    def paid(self) -> Money:
        return Money(self.amount_paid, self.currency)

    @property
    def owed(self) -> Money:
        """Approved and not yet paid."""
        return Money(self.amount_approved - self.amount_paid, self.currency)

    @property
    def payee(self) -> Any:
        """Whoever is paid, with a sealed `name`: the claimant, or the member of the group."""
        return self.claimant or self.member

    @property
    def insured(self) -> Any:
        """Whoever the cover is for, with a sealed `name` and `id_number`."""
        return self.member or self.policy.insured

    def _insured_id_number(self) -> Any:
        """The insured's sealed identity number, for those who compare papers with it."""
        return self.insured.id_number

    _insured_id_number.short_description = _("identity number of the insured")  # type: ignore[attr-defined]
    insured_id_number = property(_insured_id_number)

    @property
    def is_draft(self) -> bool:
        return self.state == ClaimState.DRAFT
