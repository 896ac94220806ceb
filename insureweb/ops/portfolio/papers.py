"""Documents of the invented past: typesetting and signing is a third of the work, and nothing waits for it."""

from datetime import timedelta

from django.db.models import Q

from insureweb.kernel import clock, outbox
from insureweb.kernel.outbox import Delivery, DeliveryState

PAPERS = Q(
    handler__in=[
        "policies.contract.listeners.make_document",
        "claims.listeners.write_payment_letter",
        "claims.listeners.write_refusal_letter",
    ]
)
# Until then the worker leaves them alone; afterwards it makes what is still missing, dated that day.
HELD_BACK = timedelta(hours=1)


def hold_papers_back() -> None:
    """Keep the worker from dating the documents of the past today."""
    outbox.hold_back(among=PAPERS, until=clock.now() + HELD_BACK)


def make_papers() -> int:
    """Make every document that waits, each dated when it fell due; how many."""
    waiting = Delivery.objects.filter(PAPERS, state=DeliveryState.WAITING, attempts=0).order_by("created_at", "id")
    return sum(outbox.deliver_as_of_creation(identifier) for identifier in list(waiting.values_list("pk", flat=True)))
