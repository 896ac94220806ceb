"""A version seen as customers will see it, from the draft itself; and nothing of it is kept."""

import re
from datetime import date
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from insureweb.kernel.outbox import Delivery
from insureweb.ops.portfolio.people import resident_id
from policies.offers.models import Quote
from policies.sale.models import Application
from products.models import ProductVersion
from products.services.drafts import change_draft, start_draft, start_product
from products.version_pages import page_url
from tests.factories.customers import colleague, sign_in
from tests.factories.products import AT, AUTHOR, published_version

pytestmark = pytest.mark.django_db
PEOPLE = {
    "holder_name": "林知夏",
    "holder_id_number": resident_id("330106", date(1990, 3, 7), 11),
    "holder_phone": "13800138000",
    "insured": "self",
    "health": "none",
    "beneficiary": "statutory",
}


@pytest.fixture
def manager(client: Client) -> Client:
    return sign_in(client, colleague("product_manager").user)


@pytest.fixture
def draft() -> ProductVersion:
    return start_draft(from_version=published_version(), name="2027-01", by=AUTHOR, at=AT)


def url(version, page, *args, language="en"):
    with override(language):
        return page_url(version, page, *args)


def answers_on(page):
    """The answer a hurried reader gives: the first choice of each group, every consent, samples as they stand."""
    found = dict(PEOPLE)
    for tag in re.findall(r'<input[^>]* type="(?:radio|checkbox|hidden)"[^>]*>', page):
        name, value = re.search(r' name="([^"]*)"', tag), re.search(r' value="([^"]*)"', tag)
        if name and value:
            found.setdefault(name[1], value[1])
    for tag in re.findall(r'<input[^>]* name="q_[^>]*>', page):
        if (value := re.search(r' value="([^"]*)"', tag)) and "radio" not in tag:
            found[re.search(r' name="([^"]*)"', tag)[1]] = unescape(value[1])
    for name, text in re.findall(r'<textarea[^>]* name="([^"]*)"[^>]*>([^<]*)</textarea>', page):
        found[name] = unescape(text)
    return found


def walk(client, version):
    """Every page of the form, answered; the last page and the pages seen."""
    seen, address = [], url(version, "preview_application")
    for _page in range(40):
        answer = client.get(address, follow=True)
        assert answer.status_code == 200, address
        address = answer.redirect_chain[-1][0] if answer.redirect_chain else address
        page = answer.content.decode()
        seen.append(address)
        answer = client.post(address, answers_on(page))
        if answer.status_code != 302:
            return answer, seen
        address = answer.headers["Location"]
    raise AssertionError(seen)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_shop_page_says_what_the_draft_says(manager, draft, language):
    tree = draft.definition | {"name": {"zh-hans": "安澜守护新版", "en": "Anlan Guard Anew"}}
    draft = change_draft(version=draft, tree=tree, seen_hash=draft.content_hash, by=AUTHOR, at=AT)
    page = manager.get(url(draft, "preview_shop", language=language)).content.decode()
    assert tree["name"][language] in page
    assert "174.25" in page
    # Its own links stay in the preview, and so does the live price.
    assert f'hx-get="{url(draft, "preview_shop", language=language)}price/"' in page
    assert 'href="/products/anlan-guard/' not in page
    for rest in ("rates/", "wordings/terms/", "price/?plan=basic&age=30&occupation_class=2"):
        shown = manager.get(url(draft, "preview_shop", language=language) + rest)
        assert shown.status_code == 200, rest
    assert "87.13" in shown.content.decode()
    assert manager.get(url(draft, "preview_shop") + "nonsense/").status_code == 404


def test_a_preview_may_stand_in_our_own_frame_and_nowhere_else(manager, draft):
    inside = manager.get(url(draft, "preview_shop"))
    assert inside.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in inside.headers["Content-Security-Policy"]
    assert "frame-src 'self'" in manager.get(url(draft, "preview")).headers["Content-Security-Policy"]
    public = manager.get("/en/products/anlan-guard/")
    assert public.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("code", ["anlan-guard", "anlan-home", "anlan-motor-compulsory", "anlan-trade-credit"])
def test_the_form_is_walked_and_nothing_is_stored(manager, code):
    version = start_draft(from_version=published_version(code), name="2027-01", by=AUTHOR, at=AT)
    deliveries = Delivery.objects.count()
    with CaptureQueriesContext(connection) as queries:
        answer, seen = walk(manager, version)
    assert "The application would be submitted now" in answer.content.decode(), seen
    checked = manager.get(url(version, "preview_step", "check")).content.decode()
    assert "a preview keeps nothing about people" in checked
    assert checked.count('<dl class="asked">') > 1
    written = [query["sql"] for query in queries if re.match(r"\s*(INSERT|UPDATE|DELETE)", query["sql"])]
    assert [sql for sql in written if "django_session" not in sql] == []
    assert (Quote.objects.count(), Application.objects.count(), Delivery.objects.count()) == (0, 0, deliveries)


def test_what_is_wrong_is_said_as_the_customer_will_read_it(manager, draft):
    address = url(draft, "preview_step", "insured")
    answer = manager.post(address, PEOPLE | {"holder_id_number": "330106199003071230"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#id_holder_id_number"' in page
    assert "林知夏" in page
    assert manager.get(url(draft, "preview_step", "nonsense")).status_code == 404
    answer = manager.post(url(draft, "preview_step", "check"), {})
    assert answer.status_code == 422


def test_a_draft_just_begun_is_shown_too(manager):
    version = start_product(
        code="anlan-new", name={"zh-hans": "新", "en": "New"}, insurer="anlan-life", category="life", by=AUTHOR, at=AT
    )
    assert "100.00" in manager.get(url(version, "preview_shop")).content.decode()
    assert manager.get(url(version, "preview_application"), follow=True).status_code == 200


def test_a_draft_without_a_price_says_so(manager, draft):
    inputs = {**draft.definition["inputs"], "age": {
        key: value for key, value in draft.definition["inputs"]["age"].items() if key != "example"}}  # fmt: skip
    tree = draft.definition | {"inputs": inputs}
    draft = change_draft(version=draft, tree=tree, seen_hash=draft.content_hash, by=AUTHOR, at=AT)
    assert manager.get(url(draft, "preview_shop")).status_code == 200
    answer = manager.get(url(draft, "preview_application"))
    assert answer.status_code == 200
    assert "No price, no application form" in answer.content.decode()
