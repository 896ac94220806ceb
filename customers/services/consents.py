"""Keeping what people agree to, and that they changed their mind."""

from dataclasses import dataclass
from datetime import datetime

from customers.models import Consent, User
from insureweb.kernel.actors import Actor
from insureweb.kernel.context import use_case


@dataclass(frozen=True, slots=True)
class ConsentItem:
    """One text that was ticked: its kind, version, SHA-256 and the language it was read in."""

    kind: str
    version: str
    text_hash: str
    language: str


@use_case
def record_consents(
    *, user: User, items: list[ConsentItem], subject_kind: str = "", subject_no: str = "", by: Actor, at: datetime
) -> list[Consent]:
    """Keep every text the person ticked, each on a row of its own."""
    return Consent.objects.bulk_create(
        Consent(
            user=user,
            kind=item.kind,
            version=item.version,
            text_hash=item.text_hash,
            language=item.language,
            subject_kind=subject_kind,
            subject_no=subject_no,
            at=at,
        )
        for item in items
    )


@use_case
def withdraw_consent(*, consent: Consent, by: Actor, at: datetime) -> Consent:
    """Add the withdrawal beside the consent; the consent itself stays what it was."""
    return Consent.objects.create(
        user=consent.user,
        kind=consent.kind,
        version=consent.version,
        text_hash=consent.text_hash,
        language=consent.language,
        subject_kind=consent.subject_kind,
        subject_no=consent.subject_no,
        is_given=False,
        at=at,
    )
