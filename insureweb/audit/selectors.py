"""Reading the history."""

from django.db import models
from django.db.models import QuerySet

from insureweb.audit.models import Change


def history_of(record: models.Model) -> QuerySet[Change]:
    """Every change to one row, newest first."""
    return Change.objects.filter(table_name=record._meta.db_table, row_id=record.pk).order_by("-id")
