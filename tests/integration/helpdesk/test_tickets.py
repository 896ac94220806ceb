"""Conversations through the services: clocks, extensions, what is told to whom, what the database refuses."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils.translation import override

from customers.actors import actor_of
from customers.models import Message
from insureweb.helpdesk.models import Author, Ticket, TicketKind, TicketMessage
from insureweb.helpdesk.selectors import conversation, queue, ticket_for
from insureweb.helpdesk.services.tickets import (
    Contact,
    add_note,
    answer_ticket,
    close_ticket,
    extend_complaint,
    take_ticket,
    write_more,
)
from insureweb.helpdesk.states import TicketState
from insureweb.helpdesk.tasks import close_quiet_conversations
from insureweb.helpdesk.time_limits import due
from insureweb.kernel import clock, outbox
from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.states import IllegalMove
from tests.factories import customers
from tests.factories import helpdesk as made
from tests.factories.customers import AT

pytestmark = pytest.mark.django_db
VISITOR = Actor.anonymous()


def test_a_question_is_due_from_receipt() -> None:
    ticket = made.ticket()
    assert (ticket.state, ticket.due_at) == (TicketState.OPEN, due("question", received=AT))
    assert list(queue()) == [ticket]


def test_words_and_contact_are_sealed() -> None:
    ticket = made.ticket()
    row = str(list(Ticket.objects.values())) + str(list(TicketMessage.objects.values()))
    for secret in ("13800138000", "visitor@example.com", "snow"):
        assert secret not in row
    assert ticket.messages.get().body.open() == "Is snow covered?"


def test_a_complaint_runs_on_its_own_clock_and_is_extended_twice_at_most() -> None:
    ticket, agent = made.ticket(TicketKind.COMPLAINT), made.agent()
    assert ticket.due_at == due("complaint", received=AT)
    for step in (1, 2):
        ticket = extend_complaint(
            ticket=ticket, reason="We are asking the hospital.", by=actor_of(agent), at=AT + timedelta(days=1)
        )
        assert ticket.due_at == due("complaint", received=AT, step=step)
    with override("en"), pytest.raises(Refused, match="no further extension"):
        extend_complaint(ticket=ticket, reason="More.", by=actor_of(agent), at=AT)
    with pytest.raises(Refused):
        extend_complaint(ticket=made.ticket(), reason="No complaint.", by=actor_of(agent), at=AT)


def test_answer_write_again_close_and_go_on() -> None:
    agent = made.agent()
    ticket = made.answered(agent)
    assert (ticket.state, ticket.due_at, ticket.first_answered_at) == (TicketState.ANSWERED, None, AT)
    write_more(ticket=ticket, body="And hail?", by=VISITOR, at=AT + timedelta(hours=1))
    ticket.refresh_from_db()
    assert (ticket.state, ticket.assigned_to) == (TicketState.IN_PROGRESS, agent)
    answer_ticket(ticket=ticket, staff=agent, body="Hail too.", by=actor_of(agent), at=AT)
    ticket.refresh_from_db()
    close_ticket(ticket=ticket, by=VISITOR, at=AT)
    write_more(ticket=ticket, body="One more thing.", by=VISITOR, at=AT)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.closed_at) == (TicketState.IN_PROGRESS, None)
    assert [message.author for message in conversation(ticket)] == ["writer", "staff", "writer", "staff", "writer"]


def test_a_colleague_may_take_over() -> None:
    first, second = made.agent(), made.agent()
    ticket = made.in_progress(first)
    ticket = take_ticket(ticket=ticket, staff=second, by=actor_of(second), at=AT)
    assert ticket.assigned_to == second


def test_only_customer_service_answers() -> None:
    underwriter = customers.colleague("underwriter").user
    with pytest.raises(Refused):
        answer_ticket(ticket=made.ticket(), staff=underwriter, body="Yes.", by=actor_of(underwriter), at=AT)
    assert not TicketMessage.objects.filter(author=Author.STAFF).exists()


def test_nobody_answers_twice() -> None:
    agent = made.agent()
    with pytest.raises(IllegalMove):
        answer_ticket(ticket=made.answered(agent), staff=agent, body="Again.", by=actor_of(agent), at=AT)


def test_notes_stay_in_the_house() -> None:
    agent = made.agent()
    ticket = made.ticket()
    add_note(ticket=ticket, body="Called twice before.", by=actor_of(agent), at=AT)
    assert len(conversation(ticket)) == 1
    assert len(conversation(ticket, notes=True)) == 2


def test_a_visitor_is_mailed_the_answer_once() -> None:
    made.answered()
    outbox.drain(at=clock.now())
    outbox.drain(at=clock.now())
    (sent,) = mail.outbox
    assert sent.to == ["visitor@example.com"]
    assert "Yes, it is." in sent.body
    assert not Message.objects.exists()


def test_an_account_is_told_without_the_words() -> None:
    user = customers.customer()
    ticket = made.answered(user=user, contact=Contact())
    outbox.drain(at=clock.now())
    messages = list(Message.objects.filter(user=user))
    assert {message.channel for message in messages} == {"inbox", "mail"}
    assert all(ticket.no in message.title.en for message in messages)
    assert "Yes, it is." not in "".join(sent.body for sent in mail.outbox)


@pytest.mark.parametrize(("fields", "code"), [
    ({"body": "  \x00 "}, "empty"),
    ({"body": "x" * 4001}, "too_long"),
    ({"contact": Contact(name="周听澜")}, "no_contact"),
    ({"kind": TicketKind.CALL_BACK, "contact": Contact(email="a@example.com")}, "no_phone"),
    ({"kind": TicketKind.CALL_BACK, "call": None}, "no_time"),
])  # fmt: skip
def test_what_cannot_be_answered_is_refused(fields: dict[str, object], code: str) -> None:
    with pytest.raises(Refused) as refusal:
        made.ticket(**fields)
    assert refusal.value.code == code
    assert not Ticket.objects.exists()


def test_a_flood_is_stopped_by_contact_and_by_account() -> None:
    for _round in range(5):
        made.ticket()
    with override("en"), pytest.raises(Refused, match="5 times"):
        made.ticket(contact=Contact(phone="138 0013 8000"))
    made.ticket(contact=Contact(phone="13900139000"))
    made.ticket(at=AT + timedelta(days=1, minutes=1))


def test_the_link_opens_only_its_own_conversation() -> None:
    first, second = made.opened(), made.opened()
    user = customers.customer()
    owned = made.ticket(user=user, contact=Contact())
    assert ticket_for(first.ticket.no, secret=first.secret) == first.ticket
    assert ticket_for(first.ticket.no, secret=second.secret) is None
    assert ticket_for(first.ticket.no) is None
    assert ticket_for(owned.no, user=user) == owned
    assert ticket_for(owned.no, user=customers.customer()) is None


def test_quiet_conversations_are_closed() -> None:
    old, recent = made.answered(), made.answered()
    TicketMessage.objects.filter(ticket=old).first()
    with clock.moved_to(AT + timedelta(days=13)):
        assert close_quiet_conversations() == 0
    agent = made.agent()
    write_more(ticket=recent, body="More.", by=VISITOR, at=AT + timedelta(days=13))
    recent.refresh_from_db()
    answer_ticket(ticket=recent, staff=agent, body="Yes.", by=actor_of(agent), at=AT + timedelta(days=13))
    with clock.moved_to(AT + timedelta(days=15)):
        assert close_quiet_conversations() == 1
    old.refresh_from_db()
    assert old.state == TicketState.CLOSED


@pytest.mark.parametrize(("changes", "constraint"), [
    ({"phone": None, "phone_index": "", "email": None}, "ticket_can_be_answered"),
    ({"kind": "call_back"}, "ticket_call_back_has_phone_and_time"),
    ({"closed_at": AT}, "ticket_closed_at_fits_state"),
    ({"due_at": None}, "ticket_with_us_is_due"),
    ({"state": "in_progress"}, "ticket_in_progress_has_a_person"),
    ({"extensions": 3}, "ticket_extended_twice_at_most"),
])  # fmt: skip
def test_constraints(changes: dict[str, object], constraint: str) -> None:
    ticket = made.ticket()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Ticket.objects.filter(pk=ticket.pk).update(**changes)


def test_the_database_refuses_illegal_moves_and_changed_words() -> None:
    ticket = made.ticket()
    with pytest.raises(IntegrityError, match="may not become"), transaction.atomic():
        Ticket.objects.filter(pk=ticket.pk).update(state="closed", closed_at=AT)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        TicketMessage.objects.filter(ticket=ticket).update(author_label="somebody else")
