"""What the applicant declared, saved as it was typed."""

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from insureweb.audit.models import Tracked
from insureweb.kernel.fields import AmountField, CurrencyField, not_negative
from insureweb.kernel.money import Money
from insureweb.kernel.periods import business_date
from insureweb.kernel.sealed import SealedField
from policies.offers.models import Quote
from policies.sale.states import APPLICATION_MACHINE, ApplicationState
from policies.underwriting.models import UnderwritingDecision
from policies.underwriting.rules.loading import loaded_premium

OVER = [ApplicationState.WITHDRAWN, ApplicationState.EXPIRED]


class Application(Tracked):
    """An application for one quote. Answers speak of health and family, so they are sealed; people are parties.

    `saved` says when each question group was last saved. `premium` is the quote's total until a loading changes it.
    `proposed_quote` waits for the customer's yes when the insured's identity gives another price.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    no = models.CharField(_("application number"), max_length=32, unique=True)
    quote = models.ForeignKey(Quote, on_delete=models.PROTECT, related_name="applications", verbose_name=_("quote"))
    proposed_quote = models.ForeignKey(
        Quote, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("re-priced quote")
    )
    user: Any = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="applications", verbose_name=_("account")
    )
    state = APPLICATION_MACHINE.field(verbose_name=_("state"))
    holder: Any = models.ForeignKey(
        "customers.Party",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="applications_held",
        verbose_name=_("policyholder"),
    )
    insured: Any = models.ForeignKey(
        "customers.Party",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="applications_insured",
        verbose_name=_("insured"),
    )
    relationship = models.CharField(_("insured is the policyholder's"), max_length=16, blank=True, default="")
    region = models.CharField(
        _("where the policyholder lives"), max_length=10, db_default="all", default="all",
        help_text=_("“all” where it makes no difference"),
    )  # fmt: skip
    answers: Any = SealedField(mask="all", text_length=60_000, verbose_name=_("answers"))
    saved = models.JSONField(_("saved at, by question group"), default=dict)
    premium = AmountField(_("premium"))
    currency = CurrencyField(_("currency"))
    loading_percent = models.DecimalField(_("loading, per cent"), max_digits=6, decimal_places=2, default=0)
    decision: Any = models.ForeignKey(
        UnderwritingDecision,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("underwriting decision"),
    )
    renews_no = models.CharField(_("renewal of policy"), max_length=32, blank=True, default="")
    created_at = models.DateTimeField(_("begun"))
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    terms_accepted_at = models.DateTimeField(_("changed terms accepted"), null=True, blank=True)
    expires_at = models.DateTimeField(_("expires"))

    class Meta(Tracked.Meta):
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        ordering = ["-id"]
        triggers = [*Tracked.Meta.triggers, APPLICATION_MACHINE.guard()]
        indexes = [models.Index(fields=["user", "-id"], name="application_of_an_account")]
        constraints = [
            *not_negative("premium", "loading_percent", table="application"),
            models.UniqueConstraint(
                fields=["quote"], condition=~models.Q(state__in=OVER), name="application_one_live_for_a_quote"
            ),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")), name="application_expires_after_it_begins"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["draft", "withdrawn", "expired"])
                | models.Q(
                    submitted_at__isnull=False,
                    decision__isnull=False,
                    holder__isnull=False,
                    insured__isnull=False,
                ),
                name="application_submitted_is_complete",
            ),
            models.CheckConstraint(
                condition=models.Q(loading_percent=0)
                | ~models.Q(state__in=["accepted", "issued"])
                | models.Q(terms_accepted_at__isnull=False),
                name="application_loading_needs_the_customers_yes",
            ),
        ]

    def __str__(self) -> str:
        return self.no

    @property
    def state_enum(self) -> ApplicationState:
        return ApplicationState(self.state)

    def with_loading(self, percent: Decimal) -> Money:
        """What the quoted price comes to with a loading."""
        return loaded_premium(self.quote.premium, percent, self.quote.tax) if percent else self.quote.premium

    @property
    def held_through(self) -> date:
        """The last whole day on which the price stands."""
        return business_date(self.expires_at - timedelta(microseconds=1))

    @property
    def price(self) -> Money:
        return Money(self.premium, self.currency)

    def read_answers(self) -> dict[str, Any]:
        """The answers by field, decrypted."""
        read: dict[str, Any] = json.loads(self.answers.open())
        return read

    def saved_at(self, step: str) -> datetime | None:
        """When a question group was last saved."""
        text = self.saved.get(step)
        return datetime.fromisoformat(text) if text else None
