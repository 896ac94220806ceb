"""The demo's window on outgoing mail and on the codes of staff."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP, validate_totp_code
from django.test import override_settings

from customers.mail import _record
from insureweb.pages.staff_codes import current_staff_codes
from tests.factories import customers

pytestmark = pytest.mark.django_db


def test_recorded_mail_is_shown_escaped(client):
    _record("mail", "lin@example.com", "Your code", "123456 <b>")
    html = client.get("/en/dev/messages/").content.decode()
    assert "Your code" in html
    assert "123456 &lt;b&gt;" in html


def test_staff_codes_are_the_ones_the_door_takes(client):
    TOTP.activate(customers.colleague("underwriter").user, customers.TOTP_SECRET)
    codes = current_staff_codes()
    assert codes
    assert all(validate_totp_code(customers.TOTP_SECRET, code.code) for code in codes)
    assert codes[0].code in client.get("/en/dev/messages/").content.decode()


@override_settings(DEVELOPMENT_PAGES=False)
def test_nothing_of_it_exists_in_production(client):
    assert client.get("/dev/messages/").status_code == 404
