"""What the sandbox still has to tell the shop."""

from dataclasses import dataclass

from insureweb.kernel.outbox import Event


@dataclass(frozen=True)
class NotificationDue(Event):
    """A message about a trade is to be posted to the shop; `times` times in a row."""

    trade_no: str
    times: int = 1
