"""What happened to accounts and messages."""

from dataclasses import dataclass

from insureweb.kernel.outbox import Event


@dataclass(frozen=True)
class MessageQueued(Event):
    """A mail or SMS waits to be sent."""

    message: str
