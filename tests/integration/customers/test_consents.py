"""Consents and privacy requests."""

import hashlib

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from customers import selectors
from customers.models import Consent, PrivacyRequest, User
from customers.services import accounts, consents
from customers.services.consents import ConsentItem
from customers.states import PRIVACY_REQUEST_MACHINE, PrivacyRequestState
from insureweb.kernel.states import NotAllowed
from tests.expect import refused
from tests.factories import customers as made

pytestmark = pytest.mark.django_db
HASH = hashlib.sha256(b"words").hexdigest()


def _agree(user: User, *kinds: str) -> list[Consent]:
    items = [ConsentItem(kind, "2026-03", HASH, "en") for kind in kinds]
    return consents.record_consents(
        user=user, items=items, subject_kind="application", subject_no="TB1", by=made.SYSTEM, at=made.AT
    )


def test_each_tick_is_a_row_and_withdrawal_another() -> None:
    user = made.customer()
    first, _second = _agree(user, "privacy", "marketing")
    consents.withdraw_consent(consent=first, by=made.SYSTEM, at=made.AT)
    assert Consent.objects.count() == 3
    assert [consent.kind for consent in selectors.current_consents(user)] == ["marketing"]


def test_consents_are_append_only() -> None:
    _agree(made.customer(), "privacy")
    for change in (lambda: Consent.objects.update(version="x"), lambda: Consent.objects.all().delete()):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            change()


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"kind": ""}, "consent_names_its_text"),
        ({"version": ""}, "consent_names_its_text"),
        ({"text_hash": "no hash"}, "consent_hash_is_sha256"),
    ],
)
def test_the_database_refuses(fields: dict[str, str], constraint: str) -> None:
    row = {"kind": "privacy", "version": "1", "text_hash": HASH, "language": "en"} | fields
    with pytest.raises(IntegrityError, match=constraint):
        Consent.objects.create(user=made.customer(), at=made.AT, **row)


def test_one_open_request_of_a_kind() -> None:
    user = made.customer()
    asked = accounts.request_privacy(user=user, kind="export", by=made.SYSTEM, at=made.AT)
    with refused("already_open", field="kind"):
        accounts.request_privacy(user=user, kind="export", by=made.SYSTEM, at=made.AT)
    with refused("kind"):
        accounts.request_privacy(user=user, kind="\x00", by=made.SYSTEM, at=made.AT)
    with pytest.raises(IntegrityError, match="privacy_request_one_open_of_a_kind"), transaction.atomic():
        PrivacyRequest.objects.create(user=user, kind="export", due_date=asked.due_date, created_at=made.AT)


def test_security_answers_in_words() -> None:
    asked = accounts.request_privacy(user=made.customer(), kind="erase", by=made.SYSTEM, at=made.AT)
    security = made.staff_actor("security_admin")
    with refused("answer"):
        accounts.answer_privacy_request(request=asked, done=True, answer=" ", by=security, at=made.AT)
    with pytest.raises(NotAllowed):
        accounts.answer_privacy_request(
            request=asked, done=True, answer="ok", by=made.staff_actor("marketer"), at=made.AT
        )
    with pytest.raises(IntegrityError, match="privacy_request_answer_has_words"), transaction.atomic():
        PrivacyRequest.objects.update(state="done")
    accounts.answer_privacy_request(request=asked, done=False, answer="Contract runs.", by=security, at=made.AT)
    assert asked.state_enum == PrivacyRequestState.REFUSED
    with pytest.raises(IntegrityError, match="may not become"), transaction.atomic():
        PrivacyRequest.objects.update(state="requested")


def test_a_request_can_be_withdrawn() -> None:
    asked = accounts.request_privacy(user=made.customer(), kind="erase", by=made.SYSTEM, at=made.AT)
    customer = made.SYSTEM.__class__("customer", "1", "x")
    accounts.withdraw_privacy_request(request=asked, by=customer, at=made.AT)
    assert asked.state in PRIVACY_REQUEST_MACHINE.final


def test_the_profile_page(client: Client) -> None:
    user = made.customer()
    party = made.person(user, name="陈安澜")
    (consent,) = _agree(user, "privacy")
    (foreign,) = _agree(made.customer(), "privacy")
    made.sign_in(client, user)
    page = client.get("/my/profile/").content.decode()
    assert "陈**" in page
    assert party.id_number.open() not in page
    assert "陈安澜" not in page
    assert client.post("/my/profile/data/", {"kind": "export"}).status_code == 302
    assert client.post("/my/profile/data/", {"kind": "export"}).status_code == 422
    assert client.post(f"/my/profile/consents/{consent.uuid}/withdraw/").status_code == 302
    assert client.post(f"/my/profile/consents/{foreign.uuid}/withdraw/").status_code == 404
    assert not selectors.current_consents(user)
    assert client.post("/my/profile/contact/", {"phone": "13800138000"}).status_code == 302
    assert selectors.own_party(user).phone.open() == "13800138000"  # type: ignore[union-attr]


@pytest.mark.parametrize("phone", ["", "12", "\x00", "😀" * 50, "' OR 1=1 --", "١٢٣"])
def test_what_is_typed_stays_on_the_page(client: Client, phone: str) -> None:
    user = made.customer()
    made.person(user)
    made.sign_in(client, user)
    page = client.post("/en/my/profile/contact/", {"phone": phone, "address": "1 Some Street"})
    assert page.status_code in {302, 422, 400}
    if page.status_code == 422:
        assert "1 Some Street" in page.content.decode()


def test_the_language_of_mail(client: Client) -> None:
    user = made.customer()
    made.sign_in(client, user)
    answer = client.post("/my/profile/language/", {"language": "en"})
    assert answer["Location"].endswith("/en/my/profile/")
    user.refresh_from_db()
    assert user.language == "en"
    assert client.post("/my/profile/language/", {"language": "xx"}).status_code == 422
