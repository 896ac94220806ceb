"""The company's way through the pages: upload, mend, price, quote, in both languages and without JavaScript."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from insureweb.kernel import clock, outbox
from policies.offers.models import Quote
from policies.offers.rosters.models import Roster
from policies.offers.rosters.services import pricing
from policies.offers.rosters.services.pricing import start_pricing
from policies.offers.rosters.states import RosterState
from tests.factories import policies as sold
from tests.factories import rosters as made

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return sold.buyer(known=False)


@pytest.fixture
def client(user):
    sold.product(made.GROUP)
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def address(name, *parts, language="en"):
    path = reverse(f"policies:{name}", args=parts)
    return path if language == "zh" else f"/en{path.removeprefix('/en')}"


def upload(lines, kind="csv"):
    content = made.xlsx_bytes(lines) if kind == "xlsx" else made.csv_bytes(lines)
    return SimpleUploadedFile(f"staff.{kind}", content)


def sent(client, lines, kind="csv"):
    """A roster sent through the page, read by the worker."""
    answer = client.post(address("roster_start", made.GROUP), {"plan": "standard", "file": upload(lines, kind)})
    assert answer.status_code == 302
    return made.worked(Roster.objects.latest("id"))


def page(client, roster, language="en"):
    return client.get(address("roster", roster.uuid, language=language)).content.decode()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_company_goes_from_the_list_to_the_quote(client, user, kind):
    roster = sent(client, made.rows(12), kind)
    assert "Price 12 people" in page(client, roster)
    client.post(address("roster_price", roster.uuid), {"plan": "premium"})
    made.worked(roster)
    offer = roster.offers.get()
    assert offer.plan == "premium"
    shown = page(client, roster)
    assert f"{offer.total:,.2f}" in shown
    assert "exact sum of everybody" in shown
    answer = client.post(address("roster_quote", roster.uuid))
    quote = Quote.objects.get()
    assert answer["Location"].endswith(f"/quotes/{quote.no}/")
    assert f"{offer.total:,.2f}" in client.get(answer["Location"]).content.decode()
    assert "Open the quote" in page(client, roster)
    assert "/applications/" in client.post(address("start", quote.no))["Location"]
    assert client.post(address("quote_again", quote.no)).status_code == 409


def test_wrong_rows_are_listed_downloaded_mended_and_sent_back(client):
    roster = sent(client, [*made.rows(6), ["Li Na", "123", "1"]])
    shown = page(client, roster)
    assert "1-8" in shown
    assert "17 digits and a last digit or X" in shown
    assert "Li Na" not in shown, "a page names the row, not the person"
    file = client.get(address("roster_wrong_rows", roster.uuid, "csv"))
    text = file.content.decode("utf-8-sig")
    assert "Li Na" in text
    assert "no-store" in file["Cache-Control"]
    mended = text.replace("123", made.id_number(400), 1).encode("utf-8-sig")
    client.post(address("roster_rows", roster.uuid), {"file": SimpleUploadedFile("mended.csv", mended)})
    made.worked(roster)
    assert (roster.members, roster.wrong_rows) == (7, 0)


def test_progress_survives_a_reload_and_lives_in_the_database(client, monkeypatch):
    monkeypatch.setattr(pricing, "PART", 4)
    roster = sent(client, made.rows(10))
    start_pricing(roster=roster, by=sold.actor_of(roster.user), at=clock.now())
    outbox.deliver_next(at=clock.now())
    for _again in range(2):
        assert "4 of 10 people priced" in page(client, roster)
    partial = client.get(address("roster_progress", roster.uuid))
    assert 'value="4" max="10"' in partial.content.decode()
    made.worked(roster)
    assert client.get(address("roster_progress", roster.uuid))["HX-Refresh"] == "true"


def test_a_roster_the_worker_gave_up_on_says_so_and_goes_on_when_asked(client, monkeypatch):
    monkeypatch.setattr(pricing, "PART", 4)
    roster = sent(client, made.rows(6))
    start_pricing(roster=roster, by=sold.actor_of(roster.user), at=clock.now())
    outbox.deliver_next(at=clock.now())
    outbox.Delivery.objects.filter(state="waiting").update(state="parked")
    stopped = page(client, roster)
    assert "We could not finish this" in stopped
    assert "hx-trigger" not in stopped
    assert "4 of 6 people priced" in stopped
    client.post(address("roster", roster.uuid))
    assert made.worked(roster).state == "priced"


@pytest.mark.parametrize("content", [b"", b"Name\n", b"\x00\x01", b"PK\x03\x04", "名字".encode("utf-16")])
def test_a_file_we_cannot_read_is_refused_on_the_page(client, content):
    answer = client.post(
        address("roster_start", made.GROUP), {"plan": "basic", "file": SimpleUploadedFile("a.csv", content)}
    )
    assert answer.status_code == 422
    assert b"Error:" in answer.content
    assert not Roster.objects.exists()


def test_no_file_and_no_plan_are_refused_on_the_page(client):
    assert client.post(address("roster_start", made.GROUP), {"plan": "basic"}).status_code == 422
    answer = client.post(address("roster_start", made.GROUP), {"plan": "gold", "file": upload(made.rows(5))})
    assert answer.status_code == 422


def test_a_bad_second_file_leaves_the_roster_as_it_was(client):
    roster = sent(client, made.rows(6))
    answer = client.post(address("roster_rows", roster.uuid), {"file": SimpleUploadedFile("a.csv", b"x")})
    assert answer.status_code == 422
    roster.refresh_from_db()
    assert (roster.state, roster.members) == (RosterState.CHECKED, 6)


def test_too_few_people_are_told_beside_the_button(client):
    roster = sent(client, made.rows(3))
    assert "needs at least 5 people; 3 rows are right so far" in page(client, roster)
    assert client.post(address("roster_price", roster.uuid), {"plan": "basic"}).status_code == 409


def test_another_customer_finds_nothing(client):
    roster = sent(client, made.rows(6))
    stranger = Client()
    stranger.force_login(sold.buyer(known=False))
    for name, parts, method in (
        ("roster", (), "get"), ("roster_progress", (), "get"), ("roster_wrong_rows", ("csv",), "get"),
        ("roster_rows", (), "post"), ("roster_price", (), "post"), ("roster_quote", (), "post"),
    ):  # fmt: skip
        assert getattr(stranger, method)(address(name, roster.uuid, *parts)).status_code == 404


def test_the_shop_leads_a_group_product_to_the_upload(client):
    answer = client.get(f"/en/quotes/new/?product={made.GROUP}&plan=basic")
    assert answer["Location"].endswith(f"/groups/{made.GROUP}/?plan=basic")


def test_the_list_to_fill_in_holds_what_the_price_before_it_was_told(client):
    facts = "members=12&occupation_class=2&plan=basic"
    start = client.get(f"/en/quotes/new/?product={made.GROUP}&{facts}")["Location"]
    assert start.endswith(f"/groups/{made.GROUP}/?{facts}")
    known = "members=12&amp;occupation_class=2"
    assert f"{address('roster_template', made.GROUP, 'csv')}?{known}" in client.get(start).content.decode()
    content = client.get(f"{address('roster_template', made.GROUP, 'csv')}?members=12&occupation_class=2").content
    rows = made.opened(content, "a.csv").rows
    assert len(rows) == 12
    assert {tuple(filter(None, cells.values())) for _line, cells, _bad in rows} == {("Class 2",)}


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_empty_file_is_read_as_it_is_given(client, kind):
    content = client.get(address("roster_template", made.GROUP, kind)).content
    assert made.opened(content, f"a.{kind}").rows == ()
    assert client.get(address("roster_template", made.GROUP, "exe")).status_code == 404
    assert client.get(address("roster_template", sold.GUARD, kind)).status_code == 404


@pytest.mark.parametrize("count", [6, 60])
def test_the_page_asks_as_often_for_many_as_for_few(client, count, django_assert_max_num_queries):
    lines = [*made.rows(6), *([f"x{number}", "1", "1"] for number in range(count))]
    roster = sent(client, lines)
    client.get(address("roster", roster.uuid))
    with django_assert_max_num_queries(9):
        client.get(address("roster", roster.uuid))
