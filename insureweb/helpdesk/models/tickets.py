"""A conversation with a person of the house: a question, a call back, a complaint."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models import User
from insureweb.audit.models import AppendOnly, Tracked
from insureweb.helpdesk.states import TICKET_MACHINE, TicketState
from insureweb.kernel.periods import business_date
from insureweb.kernel.sealed import BlindIndexField, SealedField

LONGEST_TEXT = 4000


class TicketKind(models.TextChoices):
    QUESTION = "question", _("Question")
    CALL_BACK = "call_back", _("Call back")
    COMPLAINT = "complaint", _("Complaint")


class Topic(models.TextChoices):
    BUYING = "buying", _("Choosing or buying insurance")
    POLICY = "policy", _("A policy I have")
    CLAIM = "claim", _("A claim")
    PAYMENT = "payment", _("A payment or refund")
    ACCOUNT = "account", _("My account or my data")
    OTHER = "other", _("Something else")


class Ticket(Tracked):
    """One conversation. A visitor's is opened with the secret of its link, of which only the hash is kept.

    `due_at` is when we owe the next step: the answer, the call, or the decision on a complaint.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    no = models.CharField(_("number"), max_length=32, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=TicketKind.choices)
    topic = models.CharField(_("about"), max_length=12, choices=Topic.choices)
    subject_no = models.CharField(_("policy or claim"), max_length=32, blank=True, default="")
    state = TICKET_MACHINE.field()
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="tickets", verbose_name=_("account")
    )
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    name: Any = SealedField(mask="name", text_length=60, null=True, verbose_name=_("name"))
    phone: Any = SealedField(mask="phone", text_length=32, null=True, verbose_name=_("phone"))
    phone_index = BlindIndexField("phone")
    email: Any = SealedField(mask="all", text_length=254, null=True, verbose_name=_("e-mail"))
    email_index = BlindIndexField("email")
    language = models.CharField(_("language"), max_length=8)
    call_from = models.DateTimeField(_("call from"), null=True, blank=True)
    call_until = models.DateTimeField(_("call until"), null=True, blank=True)
    assigned_to = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="assigned_tickets",
        verbose_name=_("in the hands of"),
    )  # fmt: skip
    extensions = models.PositiveSmallIntegerField(_("times extended"), default=0)
    received_at = models.DateTimeField(_("received"))
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    first_answered_at = models.DateTimeField(_("first answered"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Meta(Tracked.Meta):
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")
        ordering = ["-id"]
        triggers = [*Tracked.Meta.triggers, TICKET_MACHINE.guard()]
        indexes = [
            models.Index(fields=["due_at", "id"], name="ticket_queue", condition=~Q(state__in=["answered", "closed"])),
            models.Index(fields=["user", "-id"], name="ticket_of_user"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False) | Q(phone__isnull=False) | Q(email__isnull=False),
                name="ticket_can_be_answered",
            ),
            models.CheckConstraint(
                condition=~Q(kind=TicketKind.CALL_BACK)
                | Q(phone__isnull=False, call_from__isnull=False, call_until__gt=models.F("call_from")),
                name="ticket_call_back_has_phone_and_time",
            ),
            models.CheckConstraint(
                condition=Q(state=TicketState.CLOSED, closed_at__isnull=False)
                | (~Q(state=TicketState.CLOSED) & Q(closed_at__isnull=True)),
                name="ticket_closed_at_fits_state",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["open", "in_progress"]) | Q(due_at__isnull=False), name="ticket_with_us_is_due"
            ),
            models.CheckConstraint(
                condition=~Q(state=TicketState.IN_PROGRESS) | Q(assigned_to__isnull=False),
                name="ticket_in_progress_has_a_person",
            ),
            models.CheckConstraint(condition=Q(extensions__lte=2), name="ticket_extended_twice_at_most"),
        ]

    def __str__(self) -> str:
        return self.no

    @property
    def state_enum(self) -> TicketState:
        return TicketState(self.state)

    @property
    def kind_enum(self) -> TicketKind:
        return TicketKind(self.kind)

    @property
    def last_day(self) -> date | None:
        """The last whole day on which the answer is in time."""
        return business_date(self.due_at - timedelta(microseconds=1)) if self.due_at else None

    @property
    def is_with_us(self) -> bool:
        return self.state in {"open", "in_progress"}


class Author(models.TextChoices):
    WRITER = "writer", _("Customer")
    STAFF = "staff", _("Staff")
    NOTE = "note", _("Note for colleagues")


class TicketMessage(AppendOnly):
    """One thing said, sealed: people write about their health and their money here. Notes stay inside the house."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    ticket = models.ForeignKey(
        Ticket, on_delete=models.PROTECT, related_name="messages", verbose_name=_("conversation")
    )
    author = models.CharField(_("who"), max_length=8, choices=Author.choices)
    author_label = models.CharField(max_length=120)
    body: Any = SealedField(mask="all", text_length=LONGEST_TEXT, verbose_name=_("text"))
    at = models.DateTimeField(_("time"))

    class Meta(AppendOnly.Meta):
        verbose_name = _("message of a conversation")
        verbose_name_plural = _("messages of conversations")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.author}"
