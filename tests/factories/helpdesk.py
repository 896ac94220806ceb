"""Conversations in any state, reached through the services. Every person is invented."""

from datetime import datetime
from typing import Any

from customers.actors import actor_of
from customers.models import User
from insureweb.helpdesk.models import Ticket, TicketKind, Topic
from insureweb.helpdesk.rules.calls import open_windows
from insureweb.helpdesk.services.tickets import (
    Contact,
    OpenedTicket,
    answer_ticket,
    close_ticket,
    open_ticket,
    take_ticket,
)
from insureweb.kernel.actors import Actor
from tests.factories import customers
from tests.factories.customers import AT

VISITOR = Contact(name="周听澜", phone="13800138000", email="visitor@example.com")


def opened(
    kind: TicketKind = TicketKind.QUESTION, *, user: User | None = None, contact: Contact | None = None,
    at: datetime = AT, **fields: Any,
) -> OpenedTicket:  # fmt: skip
    window = open_windows(at)[0] if kind == TicketKind.CALL_BACK else None
    by = actor_of(user) if user else Actor.anonymous()
    given = {"topic": Topic.POLICY, "body": "Is snow covered?", "call": window, "language": "en"} | fields
    return open_ticket(kind=kind, user=user, contact=contact or VISITOR, by=by, at=at, **given)


def ticket(kind: TicketKind = TicketKind.QUESTION, **fields: Any) -> Ticket:
    return opened(kind, **fields).ticket


def agent() -> User:
    return customers.colleague("customer_service").user


def in_progress(staff: User | None = None, **fields: Any) -> Ticket:
    staff = staff or agent()
    return take_ticket(ticket=ticket(**fields), staff=staff, by=actor_of(staff), at=AT)


def answered(staff: User | None = None, **fields: Any) -> Ticket:
    staff = staff or agent()
    made = ticket(**fields)
    answer_ticket(ticket=made, staff=staff, body="Yes, it is.", by=actor_of(staff), at=AT)
    made.refresh_from_db()
    return made


def closed(**fields: Any) -> Ticket:
    return close_ticket(ticket=answered(**fields), by=Actor.anonymous(), at=AT)
