"""Keeping private files. Bytes go to the sealed store first; a row without its bytes cannot come about."""

from datetime import datetime
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from insureweb.documents.models import MediaType, StoredFile
from insureweb.documents.rules.fingerprints import fingerprint
from insureweb.kernel.actors import Actor
from insureweb.kernel.context import use_case


@use_case
def keep_file(
    *, content: bytes, media_type: MediaType, purpose: str, subject_kind: str, subject_no: str, owner_kind: str,
    owner_id: str, name: str = "", source_sha256: str = "", by: Actor, at: datetime,
) -> StoredFile:  # fmt: skip
    """Seal the bytes under a name of their own and write down whose they are."""
    uuid = uuid4()
    text = uuid.hex
    location = default_storage.save(f"{purpose}/{text[:2]}/{text}", ContentFile(content))
    digest = fingerprint(content)
    return StoredFile.objects.create(
        uuid=uuid,
        purpose=purpose,
        subject_kind=subject_kind,
        subject_no=subject_no,
        owner_kind=owner_kind,
        owner_id=owner_id,
        name=name[:120] or None,
        media_type=media_type,
        size=len(content),
        sha256=digest,
        source_sha256=source_sha256 or digest,
        location=location,
        stored_at=at,
    )
