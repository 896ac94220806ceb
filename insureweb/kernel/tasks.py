"""Background work of the kernel."""

from celery import shared_task
from django.core.cache import cache

from insureweb.kernel import clock, outbox

HEARTBEAT_KEY = "insureweb:heartbeat"


@shared_task(name="insureweb.kernel.tasks.relay_outbox")
def relay_outbox() -> int:
    """Deliver what is due in the outbox."""
    return outbox.drain(at=clock.now(), limit=outbox.BATCH)


@shared_task(name="insureweb.kernel.tasks.beat_heartbeat")
def beat_heartbeat() -> None:
    """Proof of life by work done: sent by the schedule, written by a worker, read by `manage.py doctor`."""
    cache.set(HEARTBEAT_KEY, clock.now().timestamp(), timeout=3600)
