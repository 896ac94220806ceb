"""What underwriting asks of the wing whose subject it decides; registered in `ready()`, one transaction."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from insureweb.kernel.actors import Actor
from policies.underwriting.models import UnderwritingDecision


@dataclass(frozen=True, slots=True)
class CaseStory:
    """What an underwriter sees of a subject; personal values are masked objects, never plain text."""

    title: str
    facts: list[tuple[str, Any]] = field(default_factory=list)
    declared: list[tuple[str, str]] = field(default_factory=list)
    events: list[tuple[datetime, str, str]] = field(default_factory=list)
    people: list[tuple[str, Any]] = field(default_factory=list)


class SubjectHandler:
    """The owner of a kind of subject. Override every method."""

    def lock(self, subject_no: str) -> None:
        """Lock the subject's rows; called before the referral is locked."""
        raise LookupError("This kind of subject cannot be locked.")

    def decided(self, subject_no: str, decision: UnderwritingDecision, *, by: Actor, at: datetime) -> None:
        """A person decided; the subject moves on."""
        raise LookupError("This kind of subject cannot be decided.")

    def story(self, subject_no: str) -> CaseStory:
        """What the underwriter sees."""
        raise LookupError("This kind of subject has no story.")


_handlers: dict[str, SubjectHandler] = {}


def register_subject(kind: str, handler: SubjectHandler) -> None:
    _handlers[kind] = handler


def subject_handler(kind: str) -> SubjectHandler:
    """Raises `LookupError`: nobody answers for this kind of subject."""
    try:
        return _handlers[kind]
    except KeyError:
        raise LookupError(f"No handler for {kind!r}.") from None
