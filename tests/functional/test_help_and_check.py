"""Reaching a person and checking a paper, in a real browser, without an account."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from tests.factories import documents

pytestmark = [pytest.mark.functional, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def _issued() -> tuple[str, bytes]:
    try:
        document = documents.document()
        return document.verification_code, documents.content_of(document, "zh-hans")
    finally:
        connection.close()


@pytest.fixture
def paper(house):
    """The code and the bytes of a policy document, made in a thread of its own beside the browser's loop."""
    with ThreadPoolExecutor(1) as worker:
        return worker.submit(_issued).result()


@pytest.mark.parametrize(("kind", "prefix"), [("phone-zh", ""), ("desktop-en", "/en")])
def test_a_visitor_writes_to_a_person_and_comes_back(kind, prefix, visitor):
    person = visitor(kind, f"help-{kind}")
    person.go(f"{prefix}/help/")
    person.picture("contact")
    person.tap('a[href$="/help/complain/"]')
    person.tap('form[method="post"] button')
    person.picture("complain-mistakes")
    person.choose('input[name="topic"][value="claim"]')
    person.type('[name="body"]', "12345")
    person.type('[name="name"]', "周听澜")
    person.type('[name="email"]', "visitor@example.com")
    person.tap('form[method="post"] button')
    person.sees("12345")
    person.picture("conversation")
    person.go(f"{prefix}/help/call/")
    person.picture("call")


@pytest.mark.parametrize(("kind", "prefix"), [("phone-zh", ""), ("desktop-en", "/en")])
def test_a_stranger_checks_a_policy(kind, prefix, visitor, paper):
    code, content = paper
    person = visitor(kind, f"check-{kind}")
    person.go(f"{prefix}/verify/")
    person.type('[name="code"]', code)
    person.tap('form[method="get"] button')
    person.sees("BDL2605190000001-2")
    person.picture("known")
    person.upload('input[type="file"]', [{"name": "p.pdf", "mimeType": "application/pdf", "buffer": content}])
    person.tap('form[enctype="multipart/form-data"] button')
    person.picture("unchanged")
    person.go(f"{prefix}/verify/AAAA-BBBB-CCCC/")
    person.picture("unknown")


def test_a_developer_reads_the_partner_api(visitor, house):
    person = visitor("desktop-en", "partner-docs")
    person.go("/api/v1/docs?language=en")
    person.sees("/api/v1/quotes")
    person.picture("docs")
