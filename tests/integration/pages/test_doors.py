"""Signing in by code: the way back is kept, mistakes are named, every account page stands in our look."""

import re

import pytest
from django.core import mail
from django.test import Client

from tests.factories import customers

pytestmark = pytest.mark.django_db


def code_in(message) -> str:
    return re.search(r"\b(\d{6})\b", message.body)[1]


def ask_for_code(client: Client, email: str, way_back: str) -> str:
    response = client.post("/en/account/login/", {"login": email, "next": way_back})
    assert response.status_code == 302
    return response.headers["Location"]


def test_code_leads_back_to_where_one_wanted_to_go(client):
    user = customers.customer()
    place = ask_for_code(client, user.email, "/en/disclosure/")
    html = client.get(place).content.decode()
    assert html.count('name="next" value="/en/disclosure/"') >= 2
    response = client.post(place, {"code": code_in(mail.outbox[-1]), "next": "/en/disclosure/"})
    assert response.headers["Location"] == "/en/disclosure/"


def test_wrong_code_is_named_on_top_and_in_the_title(client):
    user = customers.customer()
    place = ask_for_code(client, user.email, "/en/my/")
    html = client.post(place, {"code": "12345", "next": "/en/my/"}).content.decode()
    assert "<title>Error: " in html
    assert 'class="error-summary"' in html
    assert 'href="#id_code"' in html
    assert html.count('name="next" value="/en/my/"') >= 2


def test_empty_address_is_named(client):
    html = client.post("/en/account/login/", {"login": ""}).content.decode()
    assert "There is a problem with 1 answer" in html


@pytest.mark.parametrize(
    "path", ["/account/logout/", "/account/email/", "/account/2fa/", "/account/sessions/", "/account/inactive/"]
)
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_account_pages_stand_in_the_house(client, prefix, path):
    client.force_login(customers.customer())
    response = client.get(prefix + path)
    assert response.status_code == 200
    html = response.content.decode()
    assert html.count("<h1") == 1
    assert 'class="site-header"' in html
    assert "<script>" not in html


def test_my_page_asks_who_is_there(client):
    response = client.get("/en/my/")
    assert response.status_code == 302
    assert response.headers["Location"] == "/en/account/login/?next=/en/my/"
