"""A person's request about their own data (PIPL arts. 44 to 47)."""

from typing import Any
from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.states import PRIVACY_REQUEST_MACHINE, PrivacyRequestState
from insureweb.audit.models import Tracked


class PrivacyRequestKind(models.TextChoices):
    EXPORT = "export", _("A copy of my data")
    ERASE = "erase", _("Erase my data")


class PrivacyRequest(Tracked):
    """What a person asked for, until when we answer, and what we answered."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    user: Any = models.ForeignKey(
        "customers.User", on_delete=models.PROTECT, related_name="privacy_requests", verbose_name=_("account")
    )
    kind = models.CharField(_("request"), max_length=8, choices=PrivacyRequestKind.choices)
    state = PRIVACY_REQUEST_MACHINE.field(verbose_name=_("state"))
    due_date = models.DateField(_("answer due"))
    answer = models.TextField(_("answer"), blank=True)
    created_at = models.DateTimeField(_("created"))
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    class Meta(Tracked.Meta):
        verbose_name = _("privacy request")
        verbose_name_plural = _("privacy requests")
        ordering = ["-id"]
        triggers = [*Tracked.Meta.triggers, PRIVACY_REQUEST_MACHINE.guard()]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind"],
                condition=models.Q(state="requested"),
                name="privacy_request_one_open_of_a_kind",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["done", "refused"])
                | (models.Q(answered_at__isnull=False) & ~models.Q(answer="")),
                name="privacy_request_answer_has_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.user}"

    @property
    def state_enum(self) -> PrivacyRequestState:
        return PrivacyRequestState(self.state)
