"""What pages read about files and documents."""

from dataclasses import dataclass

from django.core.files.storage import default_storage
from django.db.models import QuerySet

from insureweb.documents.models import Document, DocumentRendition, StoredFile
from insureweb.documents.rules.fingerprints import fingerprint
from insureweb.documents.signing import examine
from insureweb.kernel.actors import Actor, ActorKind


def files_for(subject_kind: str, subject_no: str) -> QuerySet[StoredFile]:
    return StoredFile.objects.filter(subject_kind=subject_kind, subject_no=subject_no).order_by("id")


def documents_for(subject_kind: str, subject_no: str) -> QuerySet[Document]:
    return Document.objects.filter(subject_kind=subject_kind, subject_no=subject_no).order_by("-id")


def open_file(stored: StoredFile) -> bytes:
    """The bytes. Raises `FileNotFoundError` or `CannotOpen`."""
    with default_storage.open(stored.location) as file:
        content: bytes = file.read()
    return content


def is_owner(record: StoredFile | Document, actor: Actor) -> bool:
    return actor.kind == ActorKind.CUSTOMER and actor.same_person_as(record.owner_kind, record.owner_id)


def rendition_of(document: Document, language: str) -> DocumentRendition:
    """The document in a language; the authoritative Chinese one when there is no such rendition."""
    found = {part.language: part for part in document.renditions.select_related("file")}
    return found.get(language) or found["zh-hans"]


@dataclass(frozen=True)
class Verification:
    """What we say about a PDF somebody holds: `known` to us byte by byte, and its `signature` good."""

    known: bool
    signature: bool

    @property
    def genuine(self) -> bool:
        return self.known and self.signature


def verify_pdf(document: Document | None, content: bytes) -> Verification:
    """Compare a file with what we issued, for one document or among all."""
    renditions = DocumentRendition.objects.filter(sha256=fingerprint(content))
    if document is not None:
        renditions = renditions.filter(document=document)
    return Verification(known=renditions.exists(), signature=examine(content).good)
