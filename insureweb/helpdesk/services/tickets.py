"""Conversations: opening, writing, answering, extending, closing. The clock runs from receipt."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models import User
from insureweb.helpdesk.events import TicketAnswered, TicketOpened
from insureweb.helpdesk.models import LONGEST_TEXT, Author, Ticket, TicketKind, TicketMessage, Topic
from insureweb.helpdesk.rules.calls import CallWindow
from insureweb.helpdesk.states import TICKET_MACHINE, TicketState
from insureweb.helpdesk.time_limits import due
from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.context import use_case
from insureweb.kernel.numbers import allocate
from insureweb.kernel.outbox import publish
from insureweb.kernel.states import transition

# Nobody needs more open conversations a day than this; a script does.
MOST_A_DAY = 5
MOST_EXTENSIONS = 2


@dataclass(frozen=True, slots=True)
class Contact:
    """How a visitor without an account can be reached."""

    name: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class OpenedTicket:
    """A new conversation and, once, the secret of its link."""

    ticket: Ticket
    secret: str


def hash_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


@use_case
def open_ticket(
    *, kind: TicketKind, topic: Topic, body: str, user: User | None = None, contact: Contact = Contact(),
    call: CallWindow | None = None, subject_no: str = "", language: str, by: Actor, at: datetime,
) -> OpenedTicket:  # fmt: skip
    """Start a conversation; the answer to a question, the call, the decision on a complaint fall due from now.

    Raises:
        Refused: no text, no way to reach the writer, no time to call, or too many conversations today.
    """
    text = _checked_text(body) if kind != TicketKind.CALL_BACK or body.strip() else ""
    _check_reachable(kind, user, contact, call)
    _check_not_flooding(user, contact, at)
    secret = secrets.token_urlsafe(24)
    ticket = Ticket.objects.create(
        no=allocate("ticket", at=at),
        kind=kind,
        topic=topic,
        subject_no=subject_no[:32],
        user=user,
        secret_hash=hash_of(secret),
        name=contact.name or None,
        phone=contact.phone or None,
        email=contact.email or None,
        language=language,
        call_from=call.start if call else None,
        call_until=call.end if call else None,
        received_at=at,
        due_at=call.end if call and kind == TicketKind.CALL_BACK else due(_clock_of(kind), received=at),
    )
    if text:
        _say(ticket, Author.WRITER, text, by=by, at=at)
    publish(TicketOpened(ticket_no=ticket.no, kind=kind.value, topic=topic.value), at=at)
    return OpenedTicket(ticket, secret)


def _clock_of(kind: str) -> str:
    return "complaint" if kind == TicketKind.COMPLAINT else "question"


def _checked_text(body: str) -> str:
    text = body.replace("\x00", "").strip()
    if not text:
        raise Refused("empty", _("Write what we should know."), field="body")
    if len(text) > LONGEST_TEXT:
        raise Refused("too_long", _("Please write at most %(most)s characters.") % {"most": LONGEST_TEXT}, field="body")
    return text


def _check_reachable(kind: TicketKind, user: User | None, contact: Contact, call: CallWindow | None) -> None:
    if kind == TicketKind.CALL_BACK:
        if not contact.phone:
            raise Refused("no_phone", _("Tell us the number to call."), field="phone")
        if call is None:
            raise Refused("no_time", _("Choose when we should call."), field="call")
    if user is None and not (contact.phone or contact.email):
        raise Refused("no_contact", _("Tell us an e-mail address or a phone number for the answer."), field="email")


def _check_not_flooding(user: User | None, contact: Contact, at: datetime) -> None:
    """By account or contact; an exact bound is not needed, so nothing is locked."""
    fields = Ticket._meta
    same = Q(user=user) if user else Q(pk__in=[])
    if contact.phone:
        same |= Q(phone_index=fields.get_field("phone_index").of(contact.phone))  # type: ignore[union-attr]
    if contact.email:
        same |= Q(email_index=fields.get_field("email_index").of(contact.email))  # type: ignore[union-attr]
    if Ticket.objects.filter(same, received_at__gt=at - timedelta(days=1)).count() >= MOST_A_DAY:
        words = _("You have written to us %(most)s times today. Add to one of these conversations, or call %(phone)s.")
        raise Refused("too_many", words % {"most": MOST_A_DAY, "phone": settings.BRAND["phone"]})


def _say(ticket: Ticket, author: Author, text: str, *, by: Actor, at: datetime) -> TicketMessage:
    return TicketMessage.objects.create(ticket=ticket, author=author, author_label=by.label, body=text, at=at)


def _locked(ticket: Ticket) -> Ticket:
    return Ticket.objects.select_for_update().get(pk=ticket.pk)


@use_case
def write_more(*, ticket: Ticket, body: str, by: Actor, at: datetime) -> TicketMessage:
    """The writer adds something; an answered or closed conversation goes back to the person who has it."""
    locked = _locked(ticket)
    message = _say(locked, Author.WRITER, _checked_text(body), by=by, at=at)
    if locked.state in {TicketState.ANSWERED, TicketState.CLOSED}:
        transition(
            locked, TICKET_MACHINE, TicketState.IN_PROGRESS, by=by, at=at, closed_at=None,
            due_at=due(_clock_of(locked.kind), received=at),
        )  # fmt: skip
    return message


@use_case
def take_ticket(*, ticket: Ticket, staff: User, by: Actor, at: datetime) -> Ticket:
    """A member of staff takes the conversation; one that a colleague has may be taken over."""
    locked = _locked(ticket)
    if locked.state == TicketState.OPEN:
        return transition(locked, TICKET_MACHINE, TicketState.IN_PROGRESS, by=by, at=at, assigned_to=staff)
    locked.assigned_to = staff
    locked.save(update_fields=["assigned_to"])
    return locked


@use_case
def answer_ticket(*, ticket: Ticket, staff: User, body: str, by: Actor, at: datetime) -> TicketMessage:
    """Answer in words, or write down what was said on the telephone. Whoever answers has the conversation.

    Raises:
        Refused: no text. IllegalMove: it is answered or closed already.
    """
    text = _checked_text(body)
    locked = _locked(ticket)
    if locked.assigned_to_id != staff.pk or locked.state == TicketState.OPEN:
        locked = take_ticket(ticket=locked, staff=staff, by=by, at=at)
    transition(
        locked, TICKET_MACHINE, TicketState.ANSWERED, by=by, at=at, due_at=None,
        first_answered_at=locked.first_answered_at or at,
    )  # fmt: skip
    message = _say(locked, Author.STAFF, text, by=by, at=at)
    publish(TicketAnswered(ticket_no=locked.no, message=str(message.uuid)), at=at)
    return message


@use_case
def add_note(*, ticket: Ticket, body: str, by: Actor, at: datetime) -> TicketMessage:
    """A note for colleagues; the customer never sees it."""
    return _say(_locked(ticket), Author.NOTE, _checked_text(body), by=by, at=at)


@use_case
def extend_complaint(*, ticket: Ticket, reason: str, by: Actor, at: datetime) -> Ticket:
    """Take the next longer limit of the law for a complex complaint; the customer is told the reason.

    Raises:
        Refused: no complaint with us, no reason, or extended twice already.
    """
    locked = _locked(ticket)
    if locked.kind != TicketKind.COMPLAINT or not locked.is_with_us:
        raise Refused("not_extendable", _("Only a complaint that is with us can be extended."))
    if locked.extensions >= MOST_EXTENSIONS:
        raise Refused("extended_enough", _("The law allows no further extension."))
    text = _checked_text(reason)
    locked.extensions += 1
    locked.due_at = due("complaint", received=locked.received_at, step=locked.extensions)
    locked.save(update_fields=["extensions", "due_at"])
    message = _say(locked, Author.STAFF, text, by=by, at=at)
    publish(TicketAnswered(ticket_no=locked.no, message=str(message.uuid)), at=at)
    return locked


@use_case
def close_ticket(*, ticket: Ticket, by: Actor, at: datetime, reason: str = "") -> Ticket:
    """Settled. The writer can go on with it at any time."""
    return transition(ticket, TICKET_MACHINE, TicketState.CLOSED, by=by, at=at, reason=reason, closed_at=at)
