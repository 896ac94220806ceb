"""What pages and the desk read about conversations."""

import functools
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import yaml
from django.db.models import QuerySet

from customers.models import User
from insureweb.helpdesk.models import Author, Ticket, TicketMessage
from insureweb.helpdesk.services.tickets import hash_of
from insureweb.helpdesk.states import WITH_US, TicketState
from insureweb.kernel.localized import Localized

CLOSED_AFTER = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Answer:
    """One question people often ask, with its answer."""

    id: str
    topic: str
    question: Localized
    answer: Localized


@functools.cache
def frequent_questions() -> tuple[Answer, ...]:
    """The list beside the contact page, from `faq.yaml`."""
    rows = yaml.safe_load(Path(__file__).with_name("faq.yaml").read_text(encoding="utf-8"))
    return tuple(
        Answer(str(row["id"]), str(row["topic"]), Localized.read(row["question"]), Localized.read(row["answer"]))
        for row in rows
    )


def tickets_of(user: User) -> QuerySet[Ticket]:
    return Ticket.objects.filter(user=user).order_by("-id")


def ticket_for(no: str, *, user: User | None = None, secret: str = "") -> Ticket | None:
    """The conversation for its owner or for the holder of its link; None for everybody else."""
    ticket = Ticket.objects.select_related("assigned_to__staff_profile").filter(no=no).first()
    if ticket is None:
        return None
    is_owner = user is not None and ticket.user_id == user.pk
    holds_link = bool(secret) and secrets.compare_digest(ticket.secret_hash, hash_of(secret))
    return ticket if is_owner or holds_link else None


def conversation(ticket: Ticket, *, notes: bool = False) -> list[TicketMessage]:
    """What was said, oldest first; notes for colleagues only on the desk."""
    said = TicketMessage.objects.filter(ticket=ticket).order_by("id")
    return list(said if notes else said.exclude(author=Author.NOTE))


def queue() -> QuerySet[Ticket]:
    """Conversations that are with us, the next deadline first."""
    waiting = Ticket.objects.filter(state__in=WITH_US).select_related("assigned_to__staff_profile")
    return waiting.order_by("due_at", "id")


def settled_silently(at: datetime) -> QuerySet[Ticket]:
    """Answered long ago and nobody wrote again: these may be closed."""
    silent = Ticket.objects.filter(state=TicketState.ANSWERED)
    return silent.exclude(messages__at__gt=at - CLOSED_AFTER).order_by("id")
