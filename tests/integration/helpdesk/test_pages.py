"""The contact page, the three forms, the conversation and the desk, over HTTP."""

import pytest
from django.test import Client

from insureweb.audit.models import AccessLog
from insureweb.helpdesk.models import Ticket, TicketKind
from insureweb.helpdesk.states import TicketState
from tests.factories import customers
from tests.factories import helpdesk as made

pytestmark = pytest.mark.django_db
WORDS = {"topic": "claim", "body": "Where is my money?"}
PERSON = {"name": "周听澜", "phone": "138 0013 8000", "email": "visitor@example.com"}


def test_the_contact_page_in_both_languages() -> None:
    assert "12378" in Client().get("/help/").content.decode()
    page = Client().get("/en/help/").content.decode()
    assert "How is the premium worked out?" in page
    assert "Your conversations" not in page


@pytest.mark.parametrize("way", ["write", "call", "complain"])
def test_the_forms_open(way: str) -> None:
    assert Client().get(f"/en/help/{way}/").status_code == 200


@pytest.mark.parametrize(("way", "kind"), [("write", "question"), ("complain", "complaint"), ("call", "call_back")])
def test_a_visitor_writes_and_finds_the_way_back(way: str, kind: str) -> None:
    client = Client()
    data = WORDS | PERSON
    if way == "call":
        form = client.get("/en/help/call/").context["form"]
        data |= {"call": next(iter(form.windows))}
    response = client.post(f"/en/help/{way}/", data)
    assert response.status_code == 302
    ticket = Ticket.objects.get()
    assert ticket.kind == kind
    page = Client().get(response["Location"])
    assert page.status_code == 200
    assert "Where is my money?" in page.content.decode()
    assert page["Referrer-Policy"] == "no-referrer"
    assert Client().get(f"/en/help/conversation/{ticket.no}/").status_code == 404
    assert Client().get(f"/en/help/conversation/{ticket.no}/wrong/").status_code == 404


def test_an_account_needs_no_address_and_sees_its_conversations() -> None:
    client = customers.sign_in(Client(), customers.customer())
    response = client.post("/en/help/write/", WORDS)
    ticket = Ticket.objects.get()
    assert response["Location"] == f"/en/help/conversation/{ticket.no}/"
    assert ticket.no in client.get("/en/help/").content.decode()
    stranger = customers.sign_in(Client(), customers.customer())
    assert stranger.get(response["Location"]).status_code == 404


@pytest.mark.parametrize(("way", "data", "words"), [
    ("write", {}, "Choose what it is about."),
    ("write", WORDS | PERSON | {"email": "nobody"}, "Enter an e-mail address"),
    ("write", WORDS | PERSON | {"email": "a\x00@example.com"}, "Enter an e-mail address"),
    ("write", WORDS | PERSON | {"name": "<b>"}, "does not look like a name"),
    ("write", WORDS | PERSON | {"phone": "12"}, "does not look like a phone"),
    ("write", WORDS | PERSON | {"subject_no": "BDL123"}, "not one of our numbers"),
    ("write", WORDS | PERSON | {"body": "x" * 5000}, "4000"),
    ("call", WORDS | PERSON | {"call": "2020-01-01T09"}, "Select a valid choice"),
    ("call", {"topic": "claim"}, "Choose when we should call."),
    ("write", WORDS | PERSON | {"topic": "else"}, "Select a valid choice"),
])  # fmt: skip
def test_mistakes_are_told_and_nothing_typed_is_lost(way: str, data: dict[str, str], words: str) -> None:
    response = Client().post(f"/en/help/{way}/", data)
    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert page.count("Error:") >= 1
    if data.get("body") == WORDS["body"]:
        assert "Where is my money?" in page
    assert not Ticket.objects.exists()


def test_odd_text_is_only_text() -> None:
    client = customers.sign_in(Client(), customers.customer())
    response = client.post("/en/help/write/", WORDS | {"body": "<script>alert(1)</script> \u202e ﷽ 💧"})
    page = client.get(response["Location"]).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_the_same_form_sent_twice_is_one_message() -> None:
    client = Client()
    data = WORDS | PERSON | {"idempotency_key": "7b1f1d1e-9d62-4a57-8f1a-6a3a8d5b0c11"}
    client.get("/en/help/write/")
    first, second = client.post("/en/help/write/", data), client.post("/en/help/write/", data)
    assert first["Location"] == second["Location"]
    assert Ticket.objects.count() == 1


def test_the_writer_writes_more_and_settles() -> None:
    opened = made.opened()
    path = f"/en/help/conversation/{opened.ticket.no}/{opened.secret}/"
    client = Client()
    assert client.post(path, {"body": "", "action": "write"}).status_code == 422
    assert client.post(path, {"body": "More.", "action": "write"}).status_code == 302
    assert client.post(path, {"action": "close"}).status_code == 422
    answered = made.answered()
    Ticket.objects.get(pk=answered.pk)
    user = customers.customer()
    own = made.answered(user=user)
    client = customers.sign_in(Client(), user)
    assert client.post(f"/en/help/conversation/{own.no}/", {"action": "close"}).status_code == 302
    own.refresh_from_db()
    assert own.state == TicketState.CLOSED


def desk(agent: object = None) -> Client:
    return customers.sign_in(Client(), agent or made.agent())


def test_customer_service_takes_answers_notes_and_closes() -> None:
    ticket, client = made.ticket(), desk()
    path = f"/en/staff/helpdesk/ticket/{ticket.no}/change/"
    page = client.get(path).content.decode()
    assert "Is snow covered?" in page
    assert "13800138000" not in page
    for data in (
        {"action": "take"},
        {"action": "note", "note": "Ask claims."},
        {"action": "answer", "body": "It is."},
        {"action": "close"},
    ):
        assert client.post(path, data).status_code == 302, data
    ticket.refresh_from_db()
    assert ticket.state == TicketState.CLOSED
    assert client.post(path, {"action": "answer", "body": "Late."}).status_code == 409
    assert client.get(path).status_code == 200


def test_a_complaint_is_extended_with_a_reason() -> None:
    ticket, client = made.ticket(TicketKind.COMPLAINT), desk()
    path = f"/en/staff/helpdesk/ticket/{ticket.no}/change/"
    assert client.post(path, {"action": "extend", "reason": ""}).status_code == 409
    assert client.post(path, {"action": "extend", "reason": "We are asking the hospital."}).status_code == 302
    ticket.refresh_from_db()
    assert ticket.extensions == 1


def test_revealing_a_phone_is_written_down() -> None:
    ticket, client = made.ticket(), desk()
    path = f"/en/staff/helpdesk/ticket/{ticket.no}/reveal/phone/"
    assert "13800138000" in client.post(path, {"reason": "Calling back"}).content.decode()
    assert AccessLog.objects.get().field == "phone"


@pytest.mark.parametrize(("role", "sees", "acts"), [("customer_service", 200, 302), ("auditor", 200, 403),
                                                    ("underwriter", 403, 403), ("marketer", 403, 403)])  # fmt: skip
def test_who_works_at_the_desk(role: str, sees: int, acts: int) -> None:
    ticket, client = made.ticket(), desk(customers.colleague(role).user)
    path = f"/en/staff/helpdesk/ticket/{ticket.no}/change/"
    assert client.get(path).status_code == sees
    assert client.post(path, {"action": "take"}).status_code == acts


def test_the_queue_and_the_first_page_show_what_waits() -> None:
    ticket, client = made.ticket(TicketKind.COMPLAINT), desk()
    assert ticket.no in client.get("/en/staff/helpdesk/ticket/").content.decode()
    assert "Conversations to answer" in client.get("/en/staff/").content.decode()
