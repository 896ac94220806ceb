"""The Celery application; started as `celery -A insureweb.celery worker`."""

import os

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "insureweb.settings.prod")

app = Celery("insureweb")
app.config_from_object("django.conf:settings", namespace="CELERY")
# Without this, in capitals and outside the namespace, every task reconnects to PostgreSQL (4 ms).
app.conf.CELERY_DB_REUSE_MAX = 10_000
app.autodiscover_tasks()


@setup_logging.connect
def keep_our_logging(**_facts: object) -> None:
    """Celery leaves logging alone when somebody answers this signal; Django has set up the masked one already."""
