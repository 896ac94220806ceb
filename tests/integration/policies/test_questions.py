"""Typed and conditional questions in the application: one a page, nothing lost, both languages, no JavaScript."""

import re
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from customers.actors import actor_of
from insureweb.finance.services.ledger import open_books
from insureweb.kernel import clock
from insureweb.kernel.resident_id import with_check_digit
from policies.offers.selectors import product_of
from policies.offers.services import create_quote
from policies.sale.models import Application
from policies.sale.services import start_application
from policies.sale.services.submission import underwriting_facts
from products.services.loading import load_product
from products.services.review import publish_shipped
from tests.factories import customers
from tests.factories import policies as made
from tests.factories.products import LOADER, changed, shipped

pytestmark = pytest.mark.django_db


def words(zh, en):
    return {"zh-hans": zh, "en": en}


QUESTIONS = {
    "pool": {"group": "details", "text": words("有游泳池吗？", "Is there a pool?")},
    "depth": {
        "group": "details", "type": "decimal", "min": "0.5", "max": "9", "unit": words("米", "metres"),
        "text": words("多深？", "How deep is it?"), "when": {"pool": "yes"},
    },
    "built": {"group": "details", "type": "date", "max": "today", "text": words("哪天建成？", "When was it built?")},
    "people": {
        "group": "details", "type": "roster", "text": words("谁住在这里？", "Who lives here?"), "max_rows": "3",
        "when": {"structure": "reinforced, brick"},
        "columns": {
            "name": {"text": words("姓名", "Name")},
            "id_number": {"text": words("身份证号", "ID number"), "type": "resident_id"},
        },
    },
}  # fmt: skip
VECTORS = [
    {
        "name": outcome, "plan": "basic", "facts": {"structure": "reinforced"}, "underwriting": told,
        "underwriting_outcome": outcome,
    }
    for outcome, told in (
        ("decline", {"pool": "yes", "depth": "4", "people": "0"}), ("refer", {"pool": "no", "people": "2"}),
        ("accept", {"pool": "no", "people": "1"}),
    )
]  # fmt: skip
ID = with_check_digit("33010619900101001")


@pytest.fixture
def asked():
    """An application of a home product that asks these questions, and its owner's browser."""
    columns = {"pool": {"type": "boolean"}, "depth": {"type": "number", "default": "0"},
               "people": {"type": "number", "default": "0"}}  # fmt: skip
    source = changed(
        shipped("anlan-home"),
        ("version", "asks"),
        ("questions", QUESTIONS),
        ("test_vectors", [*shipped("anlan-home").tree["test_vectors"][:1], *VECTORS]),
        ("underwriting.columns", columns),
        (
            "underwriting.rules",
            [
                {"id": "UW-1", "when": {"depth": "> 3"}, "then": "decline", "reason": words("太深", "Too deep")},
                {"id": "UW-2", "when": {"people": "> 1"}, "then": "refer", "reason": words("人多", "Many people")},
                {"id": "UW-3", "then": "accept", "reason": words("可以", "Fine")},
            ],
        ),
    )
    version = load_product(source=source, by=LOADER, at=clock.now()).version
    publish_shipped(version, clock.now())
    open_books(insurer_code="anlan-property", by=LOADER, at=clock.now())
    user = made.buyer()
    facts = {"building_sum": "500000", "contents_sum": "100000", "structure": "brick"}
    quote = create_quote(product_code="anlan-home", raw_facts=facts, plan="standard", owner_token="x", user=user,
                         by=actor_of(user), at=clock.now())  # fmt: skip
    application = start_application(quote=quote, user=user, by=actor_of(user), at=clock.now())
    client = customers.sign_in(Client(), user)
    assert client.post(page(application, "insured"), {"insured": "self"}).status_code == 302
    return application, client


def page(application, step, language="zh-hans"):
    with override(language):
        return reverse("policies:apply", args=[application.no, step])


def text(response):
    return re.sub(r"\s+", " ", response.content.decode())


def say(client, application, key, language="zh-hans", **fields):
    return client.post(page(application, "details", language), {"question": key, **fields})


def test_one_question_a_page_in_order_with_conditions(asked):
    application, client = asked
    first = client.get(page(application, "details"))
    assert "有游泳池吗？" in text(first)
    assert "多深" not in text(first)
    assert "<h1>Is there a pool?</h1>" in text(client.get(page(application, "details", "en")))
    assert say(client, application, "pool", q_pool="yes").url.endswith("/details/?question=depth")
    second = client.get(page(application, "details") + "?question=depth")
    assert "多深？" in text(second)
    assert "?question=pool" in text(second)
    assert say(client, application, "depth", q_depth="1.2").url.endswith("?question=built")
    assert say(client, application, "built", q_built_0="1", q_built_1="5", q_built_2="2001").url.endswith("=people")
    done = say(client, application, "people", q_people=f"Li, {ID}")
    assert done.url.endswith("/suitability/")
    told = Application.objects.get().read_answers()["details"]
    assert told == {
        "pool": True, "depth": "1.2", "built": "2001-05-01", "people": [{"name": "Li", "id_number": ID}],
    }  # fmt: skip


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_what_is_wrong_is_told_and_nothing_typed_is_lost(asked, language):
    application, client = asked
    say(client, application, "pool", q_pool="yes")
    wrong = say(client, application, "depth", language, q_depth="deep")
    assert wrong.status_code == 422
    assert 'value="deep"' in text(wrong)
    assert 'href="#id_q_depth"' in text(wrong)
    assert {"zh-hans": "有误：", "en": "Error:"}[language] in text(wrong)
    say(client, application, "depth", q_depth="1")
    wrong = say(client, application, "built", language, q_built_0="31", q_built_1="2", q_built_2="2001")
    assert wrong.status_code == 422
    assert 'href="#id_q_built_0"' in text(wrong)
    assert 'value="31"' in text(wrong)
    say(client, application, "built", q_built_0="1", q_built_1="5", q_built_2="2001")
    wrong = say(client, application, "people", language, q_people=f"Li, {ID}\nWang, 123")
    assert wrong.status_code == 422
    assert f"Li, {ID}\nWang, 123" in wrong.content.decode()
    assert "details" not in Application.objects.get().saved


def test_a_changed_answer_takes_away_what_hung_on_it(asked):
    application, client = asked
    for key, value in (("pool", "yes"), ("depth", "4"), ("built", "2001-05-01"), ("people", f"Li, {ID}")):
        say(client, application, key, **{f"q_{key}": value})
    assert "details" in Application.objects.get().saved
    assert say(client, application, "pool", q_pool="no").url.endswith("?question=built")
    application = Application.objects.get()
    assert "depth" not in application.read_answers()["details"]
    assert "details" in application.saved
    assert say(client, application, "pool", q_pool="yes").url.endswith("?question=depth")
    assert "details" not in Application.objects.get().saved


def test_a_question_not_asked_cannot_be_answered(asked):
    application, client = asked
    say(client, application, "pool", q_pool="no")
    answer = say(client, application, "depth", q_depth="2")
    # The page of the first open question is taken instead, which got no answer.
    assert answer.status_code == 422
    assert "哪天建成" in text(answer)
    assert "depth" not in Application.objects.get().read_answers()["details"]


def test_the_table_sees_typed_answers_and_counts_a_roster(asked):
    application, client = asked
    for key, value in (("pool", "yes"), ("depth", "2.5"), ("built", "2001-05-01"), ("people", f"Li, {ID}")):
        say(client, application, key, **{f"q_{key}": value})
    application = Application.objects.get()
    product = product_of(application.quote)
    facts = underwriting_facts(application, product, datetime(2026, 5, 19, tzinfo=UTC))
    decision = product.decide("underwriting", facts)
    assert decision.outcome == "accept"
    assert facts["people"] == 1
    deep = product.decide("underwriting", {**facts, "depth": "3.5"})
    assert (deep.outcome, deep.rules[0].id) == ("decline", "UW-1")


def test_the_answers_are_checked_in_words(asked):
    application, client = asked
    for key, value in (("pool", "yes"), ("depth", "2.5"), ("built", "2001-05-01"), ("people", f"Li, {ID}")):
        say(client, application, key, **{f"q_{key}": value})
    client.post(page(application, "suitability"), {"q_purpose": "house"})
    check = text(client.get(page(application, "check", "en")))
    assert "2.5 metres" in check
    assert "1 May 2001" in check
    assert ID not in check
    assert "Li, " in check
