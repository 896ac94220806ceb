"""The life of a conversation."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from insureweb.kernel.states import StateMachine

SERVICE = "customer_service"


class TicketState(models.TextChoices):
    OPEN = "open", _("Waiting for us")
    IN_PROGRESS = "in_progress", _("A person is on it")
    ANSWERED = "answered", _("Answered")
    CLOSED = "closed", _("Closed")


WRITERS = {"customer", "anonymous"}
TICKET_MACHINE = StateMachine(
    "ticket",
    TicketState,
    initial={TicketState.OPEN},
    moves={
        (TicketState.OPEN, TicketState.IN_PROGRESS): {SERVICE},
        (TicketState.IN_PROGRESS, TicketState.ANSWERED): {SERVICE},
        # The customer writes again: it is with the same person.
        (TicketState.ANSWERED, TicketState.IN_PROGRESS): WRITERS,
        (TicketState.ANSWERED, TicketState.CLOSED): WRITERS | {SERVICE, "system"},
        (TicketState.CLOSED, TicketState.IN_PROGRESS): WRITERS,
    },
)
# With us: somebody of the house must do something.
WITH_US = (TicketState.OPEN, TicketState.IN_PROGRESS)
