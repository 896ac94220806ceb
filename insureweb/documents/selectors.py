"""What pages read about files and documents."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import QuerySet

from insureweb.documents.models import Document, DocumentRendition, StoredFile
from insureweb.documents.rendering import all_words
from insureweb.documents.rules.fingerprints import fingerprint
from insureweb.documents.signing import examine
from insureweb.kernel.localized import LANGUAGES
from insureweb.kernel.sealed import MASKS


def files_for(subject_kind: str, subject_no: str) -> QuerySet[StoredFile]:
    return StoredFile.objects.filter(subject_kind=subject_kind, subject_no=subject_no).order_by("id")


def documents_for(subject_kind: str, subject_no: str) -> QuerySet[Document]:
    return Document.objects.filter(subject_kind=subject_kind, subject_no=subject_no).order_by("-id")


def open_file(stored: StoredFile) -> bytes:
    """The bytes. Raises `FileNotFoundError` or `CannotOpen`."""
    with default_storage.open(stored.location) as file:
        content: bytes = file.read()
    return content


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
    """Compare a file with what we issued, for one document or among all. Only what we issued is read any further."""
    renditions = DocumentRendition.objects.filter(sha256=fingerprint(content))
    if document is not None:
        renditions = renditions.filter(document=document)
    known = renditions.exists()
    return Verification(known=known, signature=known and examine(content).good)


# What the public page tells about a document: nothing that is not on the paper, persons by their masked name.
PUBLIC_FACTS: dict[str, tuple[str, ...]] = {
    "policy.typ": ("number", "insurer", "product", "plan", "holder", "insured", "period", "concluded_at"),
    "member_certificate.typ": (
        "certificate_number",
        "policy_number",
        "insurer",
        "product",
        "plan",
        "holder",
        "insured",
        "period",
    ),
    "member_list.typ": ("policy_number", "insurer", "product", "plan", "holder", "people", "period"),
    "claim_letter.typ": ("claim_number", "policy_number", "insurer", "product", "recipient", "decided_on"),
    "notice.typ": ("reference", "insurer", "recipient", "dated"),
}
PERSONS = frozenset({"holder", "insured", "recipient"})
LABELS = {"concluded_at": "concluded", "recipient": "addressee", "dated": "issued"}


def public_facts(document: Document, language: str) -> list[tuple[str, str]]:
    """Label and value of what a stranger may compare with the paper in hand."""
    language = language if language in LANGUAGES else LANGUAGES[0]
    shown = json.loads(document.data.open())[language]["data"]
    words = all_words()[language]
    return [
        (str(words[LABELS.get(key, key)]), _masked(shown[key]) if key in PERSONS else str(shown[key]))
        for key in PUBLIC_FACTS.get(document.template, ())
        if shown.get(key)
    ]


def _masked(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_masked(one) for one in value)
    return MASKS["name"](value["name"] if isinstance(value, Mapping) else str(value))
