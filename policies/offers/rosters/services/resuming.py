"""Going on where the worker gave up on a roster."""

from datetime import datetime

from django.db.models import QuerySet

from insureweb.kernel.actors import Actor
from insureweb.kernel.context import use_case
from insureweb.kernel.outbox import Delivery, parked_deliveries, send_again
from policies.offers.rosters.events import MembersToPrice, RosterReceived
from policies.offers.rosters.models import Roster
from policies.offers.rosters.selectors import latest_offer, latest_upload
from policies.offers.rosters.states import RosterState


def stuck_deliveries(roster: Roster) -> QuerySet[Delivery]:
    """What the roster waits for and the worker gave up on; empty while it is still at work."""
    offer, upload = latest_offer(roster), latest_upload(roster)
    if roster.state == RosterState.PRICING and offer is not None:
        return parked_deliveries(MembersToPrice(offer_id=offer.pk, priced=offer.priced))
    if roster.state == RosterState.READING and upload is not None:
        return parked_deliveries(RosterReceived(upload_id=upload.pk))
    return Delivery.objects.none()


@use_case
def resume_roster(*, roster: Roster, by: Actor, at: datetime) -> None:
    """Have the worker try again; rows read and people priced already stay as they are."""
    for delivery in stuck_deliveries(roster):
        send_again(delivery, at=at)
