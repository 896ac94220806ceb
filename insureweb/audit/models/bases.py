"""The two bases of every business table: history for what changes, append-only for what may not."""

from django.db import models

from insureweb.audit.history import append_only, no_truncate, row_history


class Tracked(models.Model):
    """A business table whose every change is kept in `audit_change`. Subclass with `class Meta(Tracked.Meta)`."""

    class Meta:
        abstract = True
        triggers = [row_history(), no_truncate()]


class AppendOnly(models.Model):
    """A business table that only grows; corrections are new rows. Subclass with `class Meta(AppendOnly.Meta)`."""

    class Meta:
        abstract = True
        triggers = append_only()
