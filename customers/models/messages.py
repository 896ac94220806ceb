"""What the house tells a person: one model for the inbox, mail and SMS."""

from typing import Any
from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.states import MESSAGE_MACHINE, MessageState
from insureweb.audit.models import Tracked
from insureweb.kernel.localized import Localized, LocalizedField, localized_check


class Channel(models.TextChoices):
    INBOX = "inbox", _("Inbox")
    MAIL = "mail", _("Mail")
    SMS = "sms", _("SMS")


class Message(Tracked):
    """One message on one channel. Its text never holds unmasked personal data: it is kept in the clear."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    user: Any = models.ForeignKey(
        "customers.User", on_delete=models.PROTECT, related_name="messages", verbose_name=_("to account")
    )
    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices)
    kind = models.CharField(_("kind"), max_length=60)
    title: Any = LocalizedField(_("title"))
    body: Any = LocalizedField(_("text"))
    subject_kind = models.CharField(_("subject"), max_length=32, blank=True)
    subject_no = models.CharField(_("subject number"), max_length=64, blank=True)
    state = MESSAGE_MACHINE.field(default=MessageState.WAITING, verbose_name=_("state"))
    created_at = models.DateTimeField(_("created"))
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

    class Meta(Tracked.Meta):
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-id"]
        triggers = [*Tracked.Meta.triggers, MESSAGE_MACHINE.guard()]
        indexes = [
            models.Index(fields=["user", "-id"], condition=models.Q(channel="inbox"), name="message_inbox"),
            models.Index(fields=["user"], condition=models.Q(channel="inbox", state="sent"), name="message_unread"),
            models.Index(fields=["subject_kind", "subject_no"], name="message_about_a_subject"),
            models.Index(fields=["-id"], condition=models.Q(state="failed"), name="message_failed"),
        ]
        constraints = [
            localized_check("title", table="message"),
            localized_check("body", table="message"),
            models.CheckConstraint(
                condition=~models.Q(state="read") | models.Q(channel="inbox", read_at__isnull=False),
                name="message_read_only_in_the_inbox",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["sent", "read"]) | models.Q(sent_at__isnull=False),
                name="message_sent_has_its_instant",
            ),
        ]

    def __str__(self) -> str:
        title = self.title
        return str(title) if isinstance(title, Localized) else self.kind

    @property
    def state_enum(self) -> MessageState:
        return MessageState(self.state)
