"""Looking at personal data: opened on purpose, with a reason, and written down."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from insureweb.audit.models.access import AccessKind, AccessLog
from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.context import current, use_case
from insureweb.kernel.sealed import Sealed


@use_case
def record_access(
    *,
    kind: AccessKind,
    subject: str,
    subject_id: str = "",
    field: str = "",
    count: int = 1,
    reason: str,
    by: Actor,
    at: datetime,
) -> AccessLog:
    """Write one line of the access log.

    Raises:
        Refused: no reason was given.
    """
    if not reason.strip():
        raise Refused("reason_needed", _("Say why you need to see this."), field="reason")
    return AccessLog.objects.create(
        kind=kind,
        subject=subject,
        subject_id=subject_id,
        field=field,
        count=count,
        reason=reason.strip(),
        actor_kind=by.kind,
        actor_id=by.id,
        actor_label=by.label,
        request_id=current().request_id,
        at=at,
    )


@use_case
def reveal(*, record: models.Model, field: str, reason: str, by: Actor, at: datetime) -> str:
    """The plain text of a sealed field, after writing who looked and why. The caller has checked the permission."""
    value = getattr(record, field)
    record_access(
        kind=AccessKind.REVEAL,
        subject=record._meta.db_table,
        subject_id=str(getattr(record, "uuid", record.pk)),
        field=field,
        reason=reason,
        by=by,
        at=at,
    )
    return value.open() if isinstance(value, Sealed) else ("" if value is None else str(value))
