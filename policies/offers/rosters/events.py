"""Work that a roster waits for. Delivered by the outbox, so nothing of it lives in the broker."""

from dataclasses import dataclass

from insureweb.kernel.outbox import Event


@dataclass(frozen=True)
class RosterReceived(Event):
    """A file with rows arrived."""

    upload_id: int


@dataclass(frozen=True)
class MembersToPrice(Event):
    """The next members of an offer are to be priced; `priced` says how many are done."""

    offer_id: int
    priced: int
