"""Background work of the partner API."""

from celery import shared_task

from insureweb.api.services.keys import forget_nonces
from insureweb.kernel import clock
from insureweb.kernel.actors import Actor


@shared_task(name="insureweb.api.tasks.forget_nonces")
def forget_used_nonces() -> int:
    """Drop nonces that are too old to be replayed; how many there were."""
    return forget_nonces(by=Actor.system("api"), at=clock.now())
