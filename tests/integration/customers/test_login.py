"""The door: sign-up and login by code, the second factor of staff, and what wrong codes lead to."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client

from customers.models import FailureKind, LoginFailure, User
from customers.services import security, staff
from insureweb.audit.selectors import history_of
from insureweb.kernel import clock
from tests.expect import refused
from tests.factories import customers as made

pytestmark = pytest.mark.django_db
CODE = re.compile(r"^\s*(\d{6})\s*$", re.MULTILINE)


def mailed_code() -> str:
    """The code in the newest mail."""
    found = CODE.search(str(mail.outbox[-1].body))
    assert found is not None, mail.outbox[-1].body
    return found[1]


def totp_code(secret: str = made.TOTP_SECRET) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def ask_for_code(client: Client, email: str, **query: str) -> None:
    answer = client.post("/account/login/", {"login": email}, query_params=query)
    assert answer.status_code == 302, answer.content.decode()
    assert answer["Location"].startswith("/account/login/code/confirm/")


def test_sign_up_by_code_and_go_on_where_one_was(client: Client) -> None:
    answer = client.post(
        "/en/account/signup/", {"email": " New.Person@Example.com "}, query_params={"next": "/en/my/messages/"}
    )
    assert answer.status_code == 302
    user = User.objects.get()
    assert (user.email, user.language, user.has_usable_password()) == ("new.person@example.com", "en", False)
    assert "_auth_user_id" not in client.session
    answer = client.post(answer["Location"], {"code": mailed_code()})
    assert answer["Location"] == "/en/my/messages/"
    assert client.session["_auth_user_id"] == str(user.pk)
    assert EmailAddress.objects.get().verified


def test_login_by_code_carries_next(client: Client) -> None:
    user = made.customer("chen@example.com")
    ask_for_code(client, "CHEN@example.com", next="/my/profile/")
    answer = client.post("/account/login/code/confirm/?next=/my/profile/", {"code": f" {mailed_code()} "})
    assert answer["Location"] == "/my/profile/"
    assert client.session["_auth_user_id"] == str(user.pk)
    user.refresh_from_db()
    assert user.last_login is not None
    noted = history_of(user).first()
    assert noted is not None
    assert (noted.actor_kind, noted.actor_label) == ("customer", "c***@example.com")


def test_next_does_not_lead_out_of_the_house(client: Client) -> None:
    made.customer("chen@example.com")
    ask_for_code(client, "chen@example.com", next="https://evil.example/")
    answer = client.post("/account/login/code/confirm/?next=https://evil.example/", {"code": mailed_code()})
    assert answer["Location"] == "/my/"


def test_the_door_does_not_say_who_has_an_account(client: Client) -> None:
    made.customer("chen@example.com")
    known = client.post("/account/login/", {"login": "chen@example.com"}, follow=True)
    unknown = Client().post("/account/login/", {"login": "nobody@example.com"}, follow=True)
    words = known.content.decode().replace("chen@example.com", "x")
    assert re.sub(r'value="[^"]{30,}"', "", words) == re.sub(
        r'value="[^"]{30,}"', "", unknown.content.decode().replace("nobody@example.com", "x")
    )
    taken = Client().post("/account/signup/", {"email": "chen@example.com"})
    fresh = Client().post("/account/signup/", {"email": "fresh@example.com"})
    assert (taken.status_code, taken["Location"]) == (fresh.status_code, fresh["Location"])


@pytest.mark.parametrize(
    "address",
    [
        "",
        "no address",
        "a@b",
        "\x00@example.com",
        "😀@example.com",
        "x" * 300 + "@example.com",
        "' OR 1=1 --",
        "a@例子",
    ],
)
def test_no_address_is_a_message_never_a_failure(client: Client, address: str) -> None:
    for path, name in (("/account/login/", "login"), ("/account/signup/", "email")):
        answer = client.post(path, {name: address})
        assert answer.status_code in {200, 302, 400}


@pytest.mark.parametrize("code", ["", "000000", "\x00", "😀", "9" * 5000])
def test_a_wrong_code_is_counted_for_known_and_unknown_alike(client: Client, code: str) -> None:
    made.customer("chen@example.com")
    for email in ("chen@example.com", "nobody@example.com"):
        door = Client()
        ask_for_code(door, email)
        door.post("/account/login/code/confirm/", {"code": code})
    expected = 2 if code in {"000000", "😀", "9" * 5000} else 0
    assert LoginFailure.objects.count() == expected
    assert "chen@" not in str(list(LoginFailure.objects.values()))


def test_too_many_wrong_codes_close_the_door_for_an_hour(client: Client) -> None:
    made.customer("chen@example.com")
    now = clock.now()
    for _attempt in range(10):
        security.record_login_failure(
            kind=FailureKind.LOGIN_CODE, address="Chen@example.com", network_address=None, by=made.SYSTEM, at=now
        )
    with refused("too_many_failures"):
        security.check_failures(address="chen@example.com", at=now)
    security.check_failures(address="other@example.com", at=now)
    security.check_failures(address="chen@example.com", at=now + timedelta(minutes=61))
    answer = client.post("/account/login/", {"login": "chen@example.com"})
    assert answer.status_code == 200
    assert not mail.outbox


def test_a_right_code_does_not_open_a_closed_door(client: Client) -> None:
    made.customer("chen@example.com")
    ask_for_code(client, "chen@example.com")
    for _attempt in range(10):
        security.record_login_failure(
            kind=FailureKind.LOGIN_CODE,
            address="chen@example.com",
            network_address=None,
            by=made.SYSTEM,
            at=clock.now(),
        )
    client.post("/account/login/code/confirm/", {"code": mailed_code()})
    assert "_auth_user_id" not in client.session


def test_failures_only_grow() -> None:
    security.record_login_failure(
        kind=FailureKind.LOGIN_CODE, address="a@example.com", network_address="192.0.2.1", by=made.SYSTEM, at=made.AT
    )
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        LoginFailure.objects.all().delete()
    with pytest.raises(IntegrityError, match="login_failure_names_its_address"), transaction.atomic():
        LoginFailure.objects.create(kind="login_code", address_index="", at=made.AT)


def test_there_are_no_passwords(client: Client) -> None:
    user = made.customer()
    user.set_password("correct horse")
    user.save()
    for path in ("/account/password/reset/", "/account/password/change/", "/account/password/set/"):
        assert client.get(path)["Location"] == "/account/login/"
    answer = client.post("/account/login/", {"login": user.email, "password": "correct horse"})
    assert answer["Location"].startswith("/account/login/code/confirm/")


# --- Staff -----------------------------------------------------------------------------------------------------------


def test_staff_without_a_factor_are_sent_to_enrolment(client: Client) -> None:
    profile = made.colleague("underwriter")
    client.force_login(profile.user)
    for path in ("/staff/", "/en/staff/", "/my/profile/"):
        answer = client.get(path)
        assert answer.status_code == 302
        assert "/account/2fa/totp/activate/" in answer["Location"]
        assert f"next={path.replace('/', '%2F')}" in answer["Location"]
    assert client.get("/account/2fa/totp/activate/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_enrolment_opens_the_back_office(client: Client) -> None:
    profile = made.colleague("underwriter", email="he.min@example.com")
    ask_for_code(client, "he.min@example.com", next="/staff/")
    answer = client.post("/account/login/code/confirm/?next=/staff/", {"code": mailed_code()})
    assert answer["Location"] == "/staff/"
    client.get("/account/2fa/totp/activate/")
    secret = client.session["mfa.totp.secret"]
    answer = client.post("/account/2fa/totp/activate/", {"code": totp_code(secret)})
    assert answer.status_code == 302, answer.content.decode()
    stored = Authenticator.objects.get(user=profile.user, type="totp")
    assert secret not in str(stored.data)
    assert client.get("/staff/").status_code == 200


def test_staff_log_in_with_code_and_factor(client: Client) -> None:
    profile = made.colleague("underwriter", email="he.min@example.com")
    staff.enrol_totp(profile.user, made.TOTP_SECRET)
    ask_for_code(client, "he.min@example.com", next="/staff/")
    answer = client.post("/account/login/code/confirm/?next=/staff/", {"code": mailed_code()})
    assert answer["Location"].startswith("/account/2fa/authenticate/")
    wrong = client.post(answer["Location"], {"code": "000000"})
    assert wrong.status_code == 200
    assert LoginFailure.objects.get().kind == FailureKind.SECOND_FACTOR
    answer = client.post(answer["Location"], {"code": totp_code()})
    assert answer["Location"] == "/staff/"
    assert client.get("/staff/").status_code == 200
    assert client.session.get_expiry_age() <= 8 * 3600


def test_a_session_that_has_not_shown_the_factor_is_asked(client: Client) -> None:
    profile = made.colleague("underwriter")
    staff.enrol_totp(profile.user, made.TOTP_SECRET)
    client.force_login(profile.user)
    assert "/account/2fa/reauthenticate/" in client.get("/staff/")["Location"]


def test_staff_cannot_remove_their_factor(client: Client) -> None:
    profile = made.colleague("underwriter")
    staff.enrol_totp(profile.user, made.TOTP_SECRET)
    made.sign_in(client, profile.user)
    client.post("/account/2fa/totp/deactivate/")
    assert Authenticator.objects.filter(user=profile.user, type="totp").exists()


def test_the_back_office_is_closed_to_others(client: Client) -> None:
    answer = client.get("/staff/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/account/login/?next=")
    made.sign_in(client, made.customer())
    assert client.get("/staff/", follow=True).status_code == 403
    assert client.get("/staff/customers/party/", follow=True).status_code == 403
