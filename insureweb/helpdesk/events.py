"""What happened in conversations."""

from dataclasses import dataclass

from insureweb.kernel.outbox import Event


@dataclass(frozen=True)
class TicketOpened(Event):
    """Somebody wrote, asked for a call or complained."""

    ticket_no: str
    kind: str
    topic: str


@dataclass(frozen=True)
class TicketAnswered(Event):
    """A person of the house answered; `message` is the UUID of the answer."""

    ticket_no: str
    message: str
