"""Writing down that somebody of the house opened a customer's file."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import override

from insureweb.audit.access import record_access
from insureweb.audit.models.access import AccessKind
from insureweb.documents.models import StoredFile
from insureweb.kernel.actors import Actor
from insureweb.kernel.context import use_case


@use_case
def note_opening(*, stored: StoredFile, by: Actor, at: datetime, reason: str = "") -> None:
    """One line in the access log; without a reason of their own, the case the file belongs to is the reason."""
    with override("zh-hans"):
        case = _("Work on %(kind)s %(number)s") % {"kind": stored.subject_kind, "number": stored.subject_no}
    record_access(
        kind=AccessKind.DOWNLOAD,
        subject=stored._meta.db_table,
        subject_id=str(stored.uuid),
        field=stored.purpose,
        reason=reason or case,
        by=by,
        at=at,
    )
