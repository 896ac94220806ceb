"""Lives of messages and privacy requests."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from insureweb.kernel.states import StateMachine


class MessageState(models.TextChoices):
    WAITING = "waiting", _("Waiting to be sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Could not be sent")
    READ = "read", _("Read")


# A message to the inbox is there at once; mail and SMS wait for the outbox.
MESSAGE_MACHINE = StateMachine(
    "message",
    MessageState,
    initial={MessageState.WAITING, MessageState.SENT},
    moves={
        (MessageState.WAITING, MessageState.SENT): {"system"},
        (MessageState.WAITING, MessageState.FAILED): {"system"},
        (MessageState.FAILED, MessageState.WAITING): {"customer_service", "system_admin"},
        (MessageState.SENT, MessageState.READ): {"customer", "staff"},
    },
)


class PrivacyRequestState(models.TextChoices):
    REQUESTED = "requested", _("Requested")
    DONE = "done", _("Done")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


PRIVACY_REQUEST_MACHINE = StateMachine(
    "privacy_request",
    PrivacyRequestState,
    initial={PrivacyRequestState.REQUESTED},
    moves={
        (PrivacyRequestState.REQUESTED, PrivacyRequestState.DONE): {"security_admin"},
        (PrivacyRequestState.REQUESTED, PrivacyRequestState.REFUSED): {"security_admin"},
        (PrivacyRequestState.REQUESTED, PrivacyRequestState.WITHDRAWN): {"customer", "staff"},
    },
)
