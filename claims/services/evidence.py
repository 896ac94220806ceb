"""Photos and papers of a claim: stored, named, taken away again."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from claims.checks import check_is_draft, check_takes_evidence
from claims.models import Claim, Evidence
from claims.services.locking import locked_claim
from insureweb.audit.access import record_access
from insureweb.audit.models.access import AccessKind
from insureweb.documents.models import StoredFile
from insureweb.documents.selectors import open_file
from insureweb.documents.services.uploads import store_upload
from insureweb.kernel.actors import Actor, ActorKind
from insureweb.kernel.checks import Refused
from insureweb.kernel.context import use_case

MOST_FILES = 40


@use_case
def add_evidence(*, claim: Claim, file: Any, kind: str = "", by: Actor, at: datetime) -> Evidence:
    """Store one file with the claim. The same file sent twice for one paper is kept once.

    Raises:
        Refused: empty, no real image or PDF, too large, too many, or the claim is decided.
    """
    locked = locked_claim(claim.no)
    check_takes_evidence(locked)
    digest = _digest(file)
    known = locked.evidence.filter(sha256=digest, kind=kind[:64]).first()
    if known is not None:
        return known
    if locked.evidence.count() >= MOST_FILES:
        raise Refused(
            "too_many_files", _("A claim holds at most %(most)s files.") % {"most": MOST_FILES}, field="files"
        )
    stored = store_upload(
        file=file,
        purpose="claim_evidence",
        subject_kind="claim",
        subject_no=locked.no,
        owner_kind="customer",
        owner_id=by.id if by.kind == ActorKind.CUSTOMER else str(locked.user.uuid),
        by=by,
        at=at,
    )
    return Evidence.objects.create(claim=locked, file=stored.uuid, kind=kind[:64], sha256=digest, added_at=at)


@use_case
def remove_evidence(*, claim: Claim, file: str, by: Actor, at: datetime) -> None:
    """Take a file off a claim that has not been sent.

    Raises:
        Refused: the claim was sent; what the decision rests on stays.
    """
    locked = locked_claim(claim.no)
    check_is_draft(locked)
    locked.evidence.filter(file=file).delete()


@dataclass(frozen=True, slots=True)
class Opened:
    """A file's bytes for the screen of a member of staff."""

    content: bytes
    media_type: str


@use_case
def open_evidence(*, claim: Claim, file: str, by: Actor, at: datetime) -> Opened | None:
    """Open one file of a claim for staff and write down who did; None when the claim has no such file."""
    if not claim.evidence.filter(file=file).exists():
        return None
    stored = StoredFile.objects.get(uuid=file)
    reason = str(_("To decide claim %(number)s") % {"number": claim.no})
    record_access(
        kind=AccessKind.DOWNLOAD, subject=Evidence._meta.db_table, subject_id=file, reason=reason, by=by, at=at
    )
    return Opened(open_file(stored), stored.media_type)


def _digest(file: Any) -> str:
    digest = hashlib.sha256()
    file.seek(0)
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()
