"""Quotes kept for later: the list, the paper, the link for somebody else, and the day they are erased."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from customers.actors import actor_of
from insureweb.documents.rules.shapes import check_shape
from insureweb.kernel import clock
from insureweb.kernel.actors import Actor
from policies.offers.models import Quote
from policies.offers.printing import TEMPLATE, quote_data, quote_pdf
from policies.offers.services import claim_quote, erase_expired_quotes, reprice_quote
from policies.offers.sharing import share_token, shared_quote, shown_facts
from policies.sale.selectors.saved import saved_quotes
from tests.factories import customers
from tests.factories import policies as made

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("tests")
FACTS = {"product": "anlan-guard", "plan": "standard", "age": "30", "occupation_class": "2"}


def at(name, *args):
    with override("zh-hans"):
        return reverse(f"policies:{name}", args=args)


def numbers(**owner):
    return [saved.quote.no for saved in saved_quotes(**({"user": None, "token": "", "at": clock.now()} | owner))]


def kept_by_a_visitor():
    client = Client()
    made.product()
    client.post(at("quote_create"), FACTS)
    return client, Quote.objects.latest("id")


def test_a_visitor_sees_their_own_quotes_and_no_others():
    client, quote = kept_by_a_visitor()
    other = made.quote()
    page = client.get(at("quotes")).content.decode()
    assert quote.no in page
    assert other.no not in page
    assert quote.no not in Client().get(at("quotes")).content.decode()


def test_a_customer_sees_what_they_priced_and_what_they_took_over():
    user, token = made.buyer(), uuid4().hex
    own, taken, left = made.quote(user), made.quote(token=token), made.quote(token=token)
    claim_quote(quote=taken, user=user, by=actor_of(user), at=clock.now())
    assert numbers(user=user) == [taken.no, own.no]
    assert numbers(user=user, token=token) == [left.no, taken.no, own.no]
    assert numbers(token=token) == [left.no]
    assert numbers(user=made.buyer()) == numbers() == []


def test_a_quote_priced_again_takes_the_place_of_the_first():
    user = made.buyer()
    first = made.quote(user)
    again = reprice_quote(quote=first, changed_facts={"age": "41"}, user=user, by=actor_of(user), at=clock.now())
    assert numbers(user=user) == [again.no]


def test_the_list_says_what_can_be_done():
    user, now = made.buyer(), clock.now()
    held = made.quote(user)
    expired = made.quote(user, at=now - timedelta(days=40))
    gone = made.quote(user, at=now - timedelta(days=80))
    applied = made.application(user).quote
    rows = {saved.quote.no: saved for saved in saved_quotes(user=user, token="", at=now)}
    assert gone.no not in rows
    assert rows[expired.no].is_expired
    assert not rows[held.no].is_expired
    assert [no for no, row in rows.items() if row.is_applied_for] == [applied.no]
    page = customers.sign_in(Client(), user).get(at("quotes")).content.decode()
    assert at("quote_again", expired.no) in page
    assert at("start", applied.no) in page


def test_the_list_costs_the_same_for_one_and_for_many(django_assert_num_queries):
    user = made.buyer()
    made.quote(user)
    with django_assert_num_queries(1):
        saved_quotes(user=user, token="t", at=clock.now())
    for _number in range(5):
        made.quote(user)
    with django_assert_num_queries(1):
        assert len(saved_quotes(user=user, token="t", at=clock.now())) == 6


# --- The link ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["", "/en"])
def test_a_shared_quote_is_read_by_anybody_and_says_nothing_of_the_owner(language):
    user = made.buyer()
    quote = made.quote(user)
    page = Client().get(language + at("quote_shared", share_token(quote)))
    text = page.content.decode()
    assert page.status_code == 200
    assert "174.25" in text
    assert user.email not in text
    assert "age=30" in text, "the way to a price of one's own carries the answers"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert at("start", quote.no) not in text, "only the owner may apply for it"


@pytest.mark.parametrize("language", ["", "/en"])
def test_a_shared_quote_offers_a_stranger_nothing_that_is_the_owners(language):
    user = made.buyer()
    begun = made.application(user)
    quote, person = begun.quote, begun.user.parties.get(is_self=True)
    stranger = Client()
    text = stranger.get(language + at("quote_shared", share_token(quote))).content.decode()
    for private in (person.name.open(), person.id_number.open(), person.phone.open(), user.email, begun.no):
        assert private
        assert private not in text
    owners = [("quote", "get"), ("quote_paper", "get"), ("quote_again", "post"), ("start", "get")]
    for name, _method in owners:
        assert at(name, quote.no) not in text
    for name, method in owners:
        answer = getattr(stranger, method)(at(name, quote.no))
        assert answer.status_code == 404 or "/account/login/" in answer.headers.get("Location", ""), name
    assert "<form" not in text.split("<main", 1)[1].split("</main>", 1)[0]


@pytest.mark.parametrize(
    "change", [lambda t: t[:-1], lambda t: "X" + t[1:], lambda t: t.split(".")[0], lambda t: "", str.swapcase]
)
def test_a_link_that_was_tampered_with_shows_nothing(change):
    quote = made.quote()
    token = change(share_token(quote))
    with pytest.raises(Quote.DoesNotExist):
        shared_quote(token)
    assert Client().get(f"/quotes/shared/{token or 'x'}/").status_code == 404


@pytest.mark.parametrize("token", ["x" * 5_000, "%00", "a.b.c", "' OR 1", "\u202e"])
def test_odd_links_are_not_found(token):
    assert Client().get(f"/quotes/shared/{token}/").status_code in {400, 404}


def test_an_expired_shared_quote_says_so():
    quote = made.quote(at=clock.now() - timedelta(days=40))
    text = Client().get("/en" + at("quote_shared", share_token(quote))).content.decode()
    assert "no longer held" in text


def test_facts_are_shown_in_words():
    facts = {str(fact.label.en): str(fact.value.en) for fact in shown_facts(made.quote())}
    assert facts["Age of the insured"] == "30 years"
    assert any("200,000" in value for value in facts.values())


# --- The paper --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_paper_is_made_in_both_languages_and_always_the_same(language):
    quote = made.quote()
    paper = quote_pdf(quote, language)
    assert paper.startswith(b"%PDF")
    assert quote_pdf(quote, language) == paper


def test_the_paper_carries_every_line_and_every_exclusion():
    quote = made.quote()
    data = quote_data(quote)
    check_shape(TEMPLATE, data)
    assert sum(line["amount"].amount for line in data["lines"]) == quote.total
    assert len(data["exclusions"]) == 9
    assert data["held_through"] == quote.held_through


def test_only_the_owner_gets_the_paper():
    client, quote = kept_by_a_visitor()
    answer = client.get(at("quote_paper", quote.no))
    assert answer.headers["Content-Type"] == "application/pdf"
    assert quote.no in answer.headers["Content-Disposition"]
    assert Client().get(at("quote_paper", quote.no)).status_code == 404


def test_the_owners_page_offers_link_and_paper():
    client, quote = kept_by_a_visitor()
    page = client.get(at("quote", quote.no)).content.decode()
    assert share_token(quote) in page
    assert at("quote_paper", quote.no) in page
    assert re.search(r"data-copy=\"share-link\"", page)


# --- The end ----------------------------------------------------------------------------------------------------------


def test_visitors_quotes_that_led_nowhere_are_erased():
    long_ago = clock.now() - timedelta(days=100)
    nobodys = made.quote(at=long_ago)
    somebodys = made.quote(made.buyer(), at=long_ago)
    fresh = made.quote()
    claimed = made.quote(at=long_ago)
    user = made.buyer()
    claim_quote(quote=claimed, user=user, by=actor_of(user), at=long_ago)
    assert erase_expired_quotes(by=SYSTEM, at=clock.now()) == 1
    left = set(Quote.objects.values_list("no", flat=True))
    assert left == {somebodys.no, fresh.no, claimed.no}
    assert nobodys.no not in left


def test_a_chain_of_prices_is_erased_from_its_end():
    long_ago = clock.now() - timedelta(days=100)
    first = made.quote(at=long_ago)
    reprice_quote(quote=first, changed_facts={"age": "41"}, user=None, by=SYSTEM, at=long_ago)
    assert erase_expired_quotes(by=SYSTEM, at=clock.now()) == 1
    assert erase_expired_quotes(by=SYSTEM, at=clock.now()) == 1
    assert not Quote.objects.exists()


def test_no_quote_is_deleted_otherwise():
    quote = made.quote()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        quote.delete()
