"""The worker's part: read what arrived, price the next members."""

from datetime import datetime

from insureweb.kernel.actors import Actor
from insureweb.kernel.outbox import subscribe
from policies.offers.rosters.events import MembersToPrice, RosterReceived
from policies.offers.rosters.services.intake import take_over_rows
from policies.offers.rosters.services.pricing import price_members

WORKER = Actor.system("rosters")


@subscribe(RosterReceived)
def read_the_rows(event: RosterReceived, *, at: datetime) -> None:
    take_over_rows(upload_id=event.upload_id, by=WORKER, at=at)


@subscribe(MembersToPrice)
def price_the_next(event: MembersToPrice, *, at: datetime) -> None:
    price_members(offer_id=event.offer_id, priced=event.priced, by=WORKER, at=at)
