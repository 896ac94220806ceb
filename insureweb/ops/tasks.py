"""Background work that only proves that background work is done."""

from celery import shared_task
from django.core.cache import cache

PROBE_KEY = "insureweb:probe:worker:"
PROBE_SECONDS = 60


@shared_task(name="insureweb.ops.tasks.answer_probe")
def answer_probe(token: str) -> None:
    """Written by whichever worker takes the task; `manage.py doctor` waits for it."""
    cache.set(PROBE_KEY + token, "done", timeout=PROBE_SECONDS)
