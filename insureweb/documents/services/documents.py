"""Issuing documents: typeset in both languages, signed, sealed, and given a code under which anyone can check them."""

import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import override

from insureweb.documents.models import Document, DocumentKind, DocumentRendition, MediaType
from insureweb.documents.rendering import Frame, in_language, render, template_hash
from insureweb.documents.rules.shapes import check_shape
from insureweb.documents.services.files import keep_file
from insureweb.documents.signing import sign
from insureweb.documents.states import DOCUMENT_MACHINE, DocumentState
from insureweb.kernel.actors import Actor
from insureweb.kernel.context import use_case
from insureweb.kernel.localized import LANGUAGES, Localized
from insureweb.kernel.numbers import allocate
from insureweb.kernel.states import transition

# No 0, 1, I or O: the code is read from paper and typed.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
ISSUER = Actor.system("documents")


def new_code() -> str:
    """Twelve characters of 32, about 60 bits: nobody finds a document by trying."""
    characters = "".join(secrets.choice(ALPHABET) for _position in range(12))
    return "-".join(characters[start : start + 4] for start in (0, 4, 8))


@use_case
def issue_document(
    *, kind: str, template: str, data: Mapping[str, Any], subject_kind: str, subject_no: str, owner_kind: str,
    owner_id: str, title: Localized, by: Actor, at: datetime,
) -> Document:  # fmt: skip
    """Make a document in both languages; `data` has the template's shape (`rules.shapes`).

    A new policy document replaces the one before it.

    Raises:
        KeyError: no such template.
        ValueError: the data is not what the template prints.
    """
    check_shape(template, data)
    if kind == DocumentKind.POLICY:
        _supersede(subject_kind, subject_no, by=by, at=at)
    shown = {language: in_language(template, data, language) for language in LANGUAGES}
    document = Document.objects.create(
        no=allocate("document", at=at),
        kind=DocumentKind(kind),
        subject_kind=subject_kind,
        subject_no=subject_no,
        owner_kind=owner_kind,
        owner_id=owner_id,
        title=title,
        data=json.dumps(shown, ensure_ascii=False),
        template=template,
        template_hash=template_hash(template),
        verification_code=new_code(),
        issued_at=at,
    )
    for language in LANGUAGES:
        _add_rendition(document, language, shown[language], by=by, at=at)
    return document


def _supersede(subject_kind: str, subject_no: str, *, by: Actor, at: datetime) -> None:
    valid = Q(kind=DocumentKind.POLICY, state=DocumentState.ISSUED)
    for old in Document.objects.filter(valid, subject_kind=subject_kind, subject_no=subject_no):
        transition(old, DOCUMENT_MACHINE, DocumentState.SUPERSEDED, by=ISSUER, at=at, ended_at=at)


@use_case
def revoke_documents(*, subject_kind: str, subject_no: str, reason: str, by: Actor, at: datetime) -> int:
    """Withdraw every valid document about a subject, such as a cancelled policy; how many there were."""
    valid = list(Document.objects.filter(subject_kind=subject_kind, subject_no=subject_no, state=DocumentState.ISSUED))
    for document in valid:
        transition(document, DOCUMENT_MACHINE, DocumentState.REVOKED, by=ISSUER, at=at, reason=reason, ended_at=at)
    return len(valid)


def verification_address(code: str, language: str) -> str:
    with override(language):
        return settings.PUBLIC_URL.rstrip("/") + reverse("documents:verify", args=[code])


def _add_rendition(document: Document, language: str, shown: Mapping[str, Any], *, by: Actor, at: datetime) -> None:
    frame = Frame(
        brand=settings.BRAND["name"][language],
        phone=settings.BRAND["phone"],
        number=document.no,
        title=document.title.get(language),
        code=document.verification_code,
        address=verification_address(document.verification_code, language),
        issued_at=document.issued_at,
    )
    signed = sign(render(document.template, shown, language, frame), reason=frame.title)
    file = keep_file(
        content=signed.content,
        media_type=MediaType.PDF,
        purpose="document",
        subject_kind="document",
        subject_no=document.no,
        owner_kind=document.owner_kind,
        owner_id=document.owner_id,
        name=f"{document.no}-{language}.pdf",
        by=by,
        at=at,
    )
    DocumentRendition.objects.create(
        document=document,
        language=language,
        file=file,
        sha256=file.sha256,
        certificate_sha256=signed.certificate_sha256,
        signed_at=at,
    )
