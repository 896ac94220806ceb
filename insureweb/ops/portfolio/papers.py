"""Documents of the invented past: typesetting and signing is a third of the work, and nothing waits for it."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

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


def _waiting() -> QuerySet[Delivery]:
    return Delivery.objects.filter(PAPERS, state=DeliveryState.WAITING, attempts=0).order_by("created_at", "id")


def hold_papers_back() -> None:
    """Keep the worker from dating the documents of the past today."""
    _waiting().update(due_at=clock.now() + HELD_BACK)


def make_papers() -> int:
    """Make every document that waits, each dated when it fell due; how many."""
    made = 0
    for identifier in list(_waiting().values_list("pk", flat=True)):
        with transaction.atomic():
            paper = _waiting().select_for_update(skip_locked=True).filter(pk=identifier).first()
            if paper is None:
                continue
            paper.due_at = paper.created_at
            paper.save(update_fields=["due_at"])
            with clock.moved_to(paper.created_at):
                outbox.deliver_next(at=paper.created_at, only=identifier)
        made += 1
    return made
