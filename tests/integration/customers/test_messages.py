"""Messages: there at once in the inbox, by mail once and only once."""

from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, connection, transaction
from django.test import Client

from customers import listeners, selectors
from customers.actors import actor_of
from customers.events import MessageQueued
from customers.mail import RecordedEmailBackend
from customers.models import Message, RecordedMail, User
from customers.services import messages
from customers.states import MESSAGE_MACHINE, MessageState
from insureweb.kernel import clock, outbox
from insureweb.kernel.localized import Localized
from insureweb.kernel.states import IllegalMove, NotAllowed
from tests.factories import customers as made

pytestmark = pytest.mark.django_db

TITLE = Localized(zh_hans="保单已生效", en="Your policy is in force")
BODY = Localized(zh_hans="保障从明天零点开始。", en="Cover begins tomorrow at midnight.")


def _send(user: User, **fields: object) -> list[Message]:
    return messages.send_message(
        user=user, kind="policy_issued", title=TITLE, body=BODY, subject_kind="policy", subject_no="BD1",
        by=made.SYSTEM, at=made.AT, **fields,
    )  # fmt: skip


def test_the_inbox_has_it_at_once_and_mail_follows() -> None:
    user = made.customer(language="en")
    _send(user)
    assert selectors.unread_count(user) == 1
    assert not mail.outbox
    outbox.drain(at=clock.now())
    (sent,) = mail.outbox
    assert sent.subject == "Your policy is in force"
    assert "Cover begins tomorrow" in sent.body
    assert sent.to == [user.email]
    assert Message.objects.get(channel="mail").state == MessageState.SENT


def test_mail_speaks_the_language_of_the_reader() -> None:
    _send(made.customer(), channels=["mail"])
    outbox.drain(at=clock.now())
    assert mail.outbox[0].subject == "保单已生效"


def test_a_second_delivery_sends_nothing() -> None:
    (message,) = _send(made.customer(), channels=["mail"])
    for _again in range(2):
        listeners.send_queued_message(MessageQueued(message=str(message.uuid)), at=made.AT)
    assert len(mail.outbox) == 1
    assert mail.outbox[0].extra_headers["Message-ID"] == f"<{message.uuid}@insureweb>"


def test_a_refused_address_is_not_tried_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(message: Message) -> None:
        raise SMTPRecipientsRefused({})

    (message,) = _send(made.customer(), channels=["mail"])
    monkeypatch.setitem(listeners.SENDERS, "mail", refuse)
    outbox.drain(at=clock.now())
    message.refresh_from_db()
    assert message.state == MessageState.FAILED
    messages.send_failed_again(message=message, by=made.staff_actor("customer_service"), at=made.AT)
    monkeypatch.undo()
    outbox.drain(at=clock.now())
    assert len(mail.outbox) == 1


def test_network_trouble_is_left_to_the_outbox(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(message: Message) -> None:
        raise ConnectionError

    (message,) = _send(made.customer(), channels=["mail"])
    monkeypatch.setitem(listeners.SENDERS, "mail", fail)
    outbox.drain(at=clock.now())
    message.refresh_from_db()
    assert message.state == MessageState.WAITING


def test_sms_goes_to_the_phone_of_the_account_holder() -> None:
    user = made.customer()
    made.person(user, phone="13905718846")
    _send(user, channels=["sms"])
    _send(made.customer(), channels=["sms"])
    outbox.drain(at=clock.now())
    assert [(m.channel, m.recipient, m.body) for m in RecordedMail.objects.all()] == [
        ("sms", "13905718846", "保障从明天零点开始。")
    ]
    assert Message.objects.filter(state=MessageState.FAILED).count() == 1


@pytest.mark.parametrize("source", MessageState)
@pytest.mark.parametrize("target", MessageState)
@pytest.mark.parametrize("who", ["system", "customer", "customer_service", "system_admin", "marketer"])
def test_who_may_move_a_message(source: MessageState, target: MessageState, who: str) -> None:
    kinds = {"system": made.SYSTEM, "customer": actor_of(User(email="a@example.com"))}
    actor = kinds.get(who) or made.SYSTEM.__class__("staff", "1", "x", frozenset({who}))
    owners = MESSAGE_MACHINE.moves.get((source, target))
    if owners is None:
        with pytest.raises(IllegalMove):
            MESSAGE_MACHINE.check_move(source, target, actor)
    elif actor.is_one_of(owners):
        MESSAGE_MACHINE.check_move(source, target, actor)
    else:
        with pytest.raises(NotAllowed):
            MESSAGE_MACHINE.check_move(source, target, actor)


def test_the_database_guards_states_and_languages() -> None:
    inbox, post = _send(made.customer())
    moves = [
        ({"state": "read"}, post, "message: waiting may not become read"),
        ({"state": "read", "read_at": None}, inbox, "message_read_only_in_the_inbox"),
        ({"state": "sent", "sent_at": None}, post, "message_sent_has_its_instant"),
    ]
    for fields, message, words in moves:
        with pytest.raises(IntegrityError, match=words), transaction.atomic():
            Message.objects.filter(pk=message.pk).update(**fields)
    for column in ("title", "body"):
        refused = pytest.raises(IntegrityError, match=f"message_{column}_in_both_languages")
        with refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"""UPDATE customers_message SET {column} = '{{"en": "x"}}'""")


def test_the_inbox_page(client: Client) -> None:
    user, other = made.customer(), made.customer()
    (message,) = _send(user, channels=["inbox"])
    (foreign,) = _send(other, channels=["inbox"])
    made.sign_in(client, user)
    assert TITLE.zh_hans in client.get("/my/messages/").content.decode()
    page = client.get(f"/en/my/messages/{message.uuid}/")
    assert BODY.en in page.content.decode()
    assert selectors.unread_count(user) == 0
    missing = client.get("/my/messages/00000000-0000-4000-8000-000000000000/")
    hidden = client.get(f"/my/messages/{foreign.uuid}/")
    assert (missing.status_code, hidden.status_code) == (404, 404)
    _send(user, channels=["inbox"])
    client.post("/my/messages/read/")
    assert selectors.unread_count(user) == 0
    assert selectors.unread_count(other) == 1


def test_the_inbox_costs_the_same_with_many(client: Client, django_assert_max_num_queries: object) -> None:
    user = made.customer()
    made.sign_in(client, user)
    for _number in range(12):
        _send(user, channels=["inbox"])
    client.get("/my/messages/")
    with django_assert_max_num_queries(5):  # type: ignore[operator]
        client.get("/my/messages/")


def test_recorded_mail_is_for_development(settings: object) -> None:
    user = made.customer()
    backend = RecordedEmailBackend()
    assert backend.send_messages([mail.EmailMessage("Code", "123456", to=[user.email])]) == 1
    assert selectors.recorded_mail()[0].body == "123456"
    settings.DEVELOPMENT_PAGES = False  # type: ignore[attr-defined]
    with pytest.raises(ImproperlyConfigured):
        backend.send_messages([mail.EmailMessage("Code", "123456", to=[user.email])])
