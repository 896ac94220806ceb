"""Pages that belong to nobody else: both languages, one h1, strict content policy, the same for every visitor."""

import re

import pytest
from django.conf import settings
from django.test import Client, override_settings

from insureweb.pages.views import errors
from tests.factories import customers

pytestmark = pytest.mark.django_db

HAN = re.compile(r"[\u4e00-\u9fff]")
PUBLIC = ["/", "/disclosure/", "/privacy/", "/accessibility/"]
DOORS = ["/account/login/", "/account/signup/"]
DEVELOPMENT = ["/dev/gallery/", "/dev/messages/"]


def page(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status
    return response.content.decode()


def visible(html: str) -> str:
    """The words on the page, without those marked as Chinese."""
    body = html[html.index("<body") :]
    body = re.sub(r'<(\w+)[^>]*lang="zh-Hans"[^>]*>.*?</\1>', "", body, flags=re.DOTALL)
    return re.sub(r"<[^>]+>", " ", body)


@pytest.mark.parametrize("path", [*PUBLIC, *DOORS, *DEVELOPMENT])
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_page_stands_in_both_languages(client, prefix, path):
    html = page(client, prefix + path)
    assert html.count("<h1") == 1
    assert f'<html lang="{"en" if prefix else "zh-Hans"}">' in html
    assert "<c-" not in html
    assert re.search(r"<title>\s*\S", html)


@pytest.mark.parametrize("path", [*PUBLIC, *DOORS])
def test_english_page_has_no_chinese(client, path):
    assert not HAN.search(visible(page(client, "/en" + path)))


@pytest.mark.parametrize("path", ["/", "/en/", "/account/login/", "/no-such-page/"])
def test_content_policy_is_strict_and_kept(client, path):
    response = client.get(path)
    policy = response.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "unsafe" not in policy
    html = response.content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)
    assert not re.search(r"\sstyle=|\son[a-z]+=", html)
    assert not re.search(r'(?:src|href)="(?:https?:)?//(?!testserver)', html)


@pytest.mark.parametrize("path", PUBLIC)
def test_public_page_is_the_same_for_everybody(client, path):
    anonymous = client.get(path)
    assert "csrfmiddlewaretoken" not in anonymous.content.decode()
    assert not anonymous.cookies
    assert "public" in anonymous.headers["Cache-Control"]
    somebody = Client()
    somebody.force_login(customers.customer())
    assert somebody.get(path).content == anonymous.content


def test_language_switch_and_alternates_keep_path_and_query(client):
    html = page(client, "/disclosure/?a=1&b=2")
    assert 'href="/en/disclosure/?a=1&amp;b=2"' in html
    assert f'<link rel="alternate" hreflang="en" href="{settings.PUBLIC_URL}/en/disclosure/">' in html
    assert f'<link rel="canonical" href="{settings.PUBLIC_URL}/disclosure/">' in html
    assert 'href="/disclosure/"' in page(client, "/en/disclosure/")


def test_every_page_leads_to_a_person(client):
    for path in [*PUBLIC, *DOORS, "/no-such-page/"]:
        html = client.get(path).content.decode()
        assert 'href="#human"' in html
        assert 'id="human"' in html


@pytest.mark.parametrize("path", DEVELOPMENT)
def test_development_pages_exist_in_development_only(client, path):
    with override_settings(DEVELOPMENT_PAGES=False):
        assert client.get(path).status_code == 404


def test_missing_page(client):
    html = page(client, "/en/no-such-page/", 404)
    assert "There is no page here" in html
    assert "noindex" in html


def test_refused_and_forged_forms_have_a_page(rf):
    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/en/account/login/", {"login": "a@example.com"})
    assert response.status_code == 403
    assert "Please send that again" in response.content.decode()


def test_server_error_needs_neither_database_nor_context(rf, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = errors.server_error(rf.get("/en/"))
    assert response.status_code == 500
    assert response.content.decode().count("<h1") == 1


def test_server_error_has_a_last_resort(rf, monkeypatch):
    def broken(*args):
        raise RuntimeError

    monkeypatch.setattr(errors, "get_template", broken)
    response = errors.server_error(rf.get("/"))
    assert response.status_code == 500
    assert b"<h1>" in response.content


def test_session_part_says_who_is_there(client):
    anonymous = client.get("/en/session/")
    assert "Sign in" in anonymous.content.decode()
    assert "no-store" in anonymous.headers["Cache-Control"]
    client.force_login(customers.customer())
    html = page(client, "/en/session/")
    assert "data-signed-in" in html
    assert "Sign out" in html


def test_machines_read_robots_sitemap_and_manifest(client):
    assert "Disallow: /en/my/" in page(client, "/robots.txt")
    assert f"<loc>{settings.PUBLIC_URL}/en/privacy/</loc>" in page(client, "/sitemap.xml")
    manifest = client.get("/site.webmanifest").json()
    assert manifest["name"] == settings.BRAND["name"]["zh-hans"]


def test_home_without_products_says_so(client):
    assert "Nothing is on sale right now" in page(client, "/en/")


def test_gallery_shows_every_icon_and_both_forms(client):
    html = page(client, "/en/dev/gallery/")
    assert "There is a problem with" in html
    assert "data-countdown" in html
