"""The sale over HTTP: every page of the journey, in both languages, with repeats, wrong owners and bad input."""

import re
from datetime import timedelta

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from insureweb.finance.models import Payment
from policies.contract.models import Policy
from policies.offers.models import Quote
from policies.sale.models import Application, Order, SaleTraceEntry
from policies.sale.views.pay import CODE_SALT
from tests.factories import customers
from tests.factories import policies as made

pytestmark = pytest.mark.django_db
FACTS = {"product": "anlan-guard", "plan": "standard", "age": "30", "occupation_class": "2"}


def signed_in(user=None) -> Client:
    return customers.sign_in(Client(), user or made.buyer())


def at(name, *args):
    with override("zh-hans"):
        return reverse(f"policies:{name}", args=args)


def words(response):
    return re.sub(r"\s+", " ", response.content.decode())


def quote_through_the_page(client, **changes):
    made.product()
    response = client.post(at("quote_create"), FACTS | {"next": "apply"} | changes)
    assert response.status_code == 302, words(response)
    return response


def application_through_the_page(client):
    quote_through_the_page(client)
    return Application.objects.latest("id")


def answer(client, application, step, **fields):
    return client.post(at("apply", application.no, step), fields)


CONSENTS = {
    f"consent_{key}": "yes"
    for key in ("terms", "declaration", "electronic_policy", "death_cover", "personal_information")
}


@pytest.mark.parametrize("language", ["", "/en"])
def test_a_known_customer_buys_in_eleven_pages_without_typing(language):
    made.product()
    client = signed_in()
    pages = [client.get(f"{language}{at('quote_confirm')}", FACTS)]
    assert "174.25" in words(pages[0])
    client.post(f"{language}{at('quote_create')}", FACTS | {"next": "apply"})
    application = Application.objects.get()
    here = f"{language}{at('apply', application.no)}"
    for step, fields in (
        ("insured", {"insured": "self"}),
        ("health", {"health": "none"}),
        ("suitability", {"q_purpose": "family"}),
        ("beneficiary", {"beneficiary": "statutory"}),
        ("check", CONSENTS),
    ):
        pages.append(client.get(here, follow=True))
        assert pages[-1].redirect_chain[-1][0].endswith(f"/{step}/")
        response = client.post(f"{here}{step}/", fields)
        assert response.status_code == 302, words(response)
    order = Order.objects.get()
    pages.append(client.get(f"{language}{at('pay', order.no)}"))
    response = client.post(f"{language}{at('pay', order.no)}", {"method": "sandbox"})
    assert response.status_code == 302

    made.capture(Payment.objects.get())
    pages.append(client.get(f"{language}{at('waiting', order.no)}", follow=True))
    policy = Policy.objects.get()
    assert policy.no in words(pages[-1])
    pages.append(client.get(f"{language}{at('policy', policy.no)}"))
    assert all(page.status_code == 200 for page in pages)
    assert {entry.route for entry in SaleTraceEntry.objects.all()} >= {
        "quote_create",
        "apply",
        "pay",
        "waiting",
        "paid",
    }


def test_a_visitor_keeps_a_quote_and_takes_it_along_at_sign_in():
    client = Client()
    quote_through_the_page(client)
    quote = Quote.objects.get()
    assert quote.user is None
    assert client.get(at("quote", quote.no)).status_code == 200
    assert client.cookies["quote_owner"]["httponly"]
    start = client.get(at("start", quote.no))
    assert "/login/" in start["Location"]
    customers.sign_in(client, made.buyer())
    assert client.get(at("start", quote.no)).status_code == 302
    assert Application.objects.get().quote == quote


def test_a_foreign_quote_and_an_unknown_one_answer_alike():
    quote = made.quote(made.buyer())
    for client in (Client(), signed_in()):
        foreign, unknown = client.get(at("quote", quote.no)), client.get(at("quote", "BJ0000000000000-0"))
        assert (foreign.status_code, unknown.status_code) == (404, 404)
        assert words(foreign).replace(quote.no, "") == words(unknown).replace("BJ0000000000000-0", "")


@pytest.mark.parametrize("page", ["apply", "apply_all", "accept_terms", "ask_for_review", "withdraw", "order"])
def test_a_foreign_application_is_not_there(page):
    application = made.application()
    client = signed_in()
    respond = client.get if page == "apply" else client.post
    assert respond(at(page, application.no)).status_code == 404


@pytest.mark.parametrize("page", ["pay", "waiting", "payment_state", "paid"])
def test_a_foreign_order_is_not_there(page):
    order = made.order()
    assert signed_in().get(at(page, order.no)).status_code == 404


@pytest.mark.parametrize("page", ["policy", "acknowledge", "cancel"])
def test_a_foreign_policy_is_not_there(page):
    policy = made.policy()
    client = signed_in()
    respond = client.post if page == "acknowledge" else client.get
    assert respond(at(page, policy.no)).status_code == 404


def test_changed_prices_and_ids_in_the_form_count_for_nothing():
    client = signed_in()
    quote_through_the_page(client, total="1.00", premium="1.00", user="1", quote="BJ1")
    assert str(Quote.objects.get().total) == "174.25"


@pytest.mark.parametrize("value", ["-5", "1000", "thirty", "\x00", "30\x00", "３０岁", "🦆" * 300, ""])
def test_odd_facts_get_a_page_that_says_what_is_wrong(value):
    made.product()
    response = signed_in().post(at("quote_create"), FACTS | {"age": value})
    assert response.status_code in {400, 422}
    assert not Quote.objects.exists()


def test_full_width_digits_are_digits():
    quote_through_the_page(signed_in(), age="３０")
    assert Quote.objects.get().facts["age"] == "30"


def test_what_was_typed_stays_when_something_is_wrong():
    client = signed_in(made.buyer(known=False))
    application = application_through_the_page(client)
    response = answer(
        client, application, "insured", insured="self", holder_name="林知夏", holder_id_number="123", holder_phone="12"
    )
    page = words(response)
    assert response.status_code == 422
    assert "林知夏" in page
    assert 'value="123"' in page
    assert 'href="#id_holder_id_number"' in page
    assert 'href="#id_holder_phone"' in page


@pytest.mark.parametrize("name", ["\x00", "<script>alert(1)</script>", "a" * 500, "🦆", "   ", "\u202e林"])
def test_odd_names_are_told_and_never_break_the_page(name):
    client = signed_in(made.buyer(known=False))
    application = application_through_the_page(client)
    fields = {"insured": "self", "holder_name": name, "holder_id_number": "x", "holder_phone": "1"}
    response = answer(client, application, "insured", **fields)
    assert response.status_code == 422
    assert "<script>alert" not in words(response)


def test_yes_to_something_asks_one_by_one():
    client = signed_in()
    application = application_through_the_page(client)
    answer(client, application, "insured", insured="self")
    response = answer(client, application, "health", health="some")
    assert response["Location"].endswith("/health-details/")
    page = client.get(response["Location"])
    assert words(page).count('type="radio"') == 10
    response = answer(client, application, "health-details", q_serious_illness="no")
    assert response.status_code == 422
    told = dict.fromkeys(["q_serious_illness", "q_unclear_symptoms", "q_hospital_stay", "q_refused_before"], "no") | {
        "q_chronic_illness": "yes"
    }
    response = answer(client, application, "health-details", **told)
    assert response["Location"].endswith("/suitability/")


def test_named_beneficiaries_share_the_whole():
    client = signed_in()
    application = application_through_the_page(client)
    for step, fields in (
        ("insured", {"insured": "self"}),
        ("health", {"health": "none"}),
        ("suitability", {"q_purpose": "family"}),
        ("beneficiary", {"beneficiary": "named"}),
    ):
        answer(client, application, step, **fields)
    person = made.new_person()
    row = {"b1_name": person.name, "b1_id_number": person.id_number, "b1_relationship": "spouse"}
    response = answer(client, application, "beneficiaries", **row, b1_share="60")
    assert response.status_code == 422
    assert "100" in words(response)
    response = answer(client, application, "beneficiaries", **row, b1_share="100")
    assert response["Location"].endswith("/check/")


def test_later_pages_cannot_be_opened_before_the_earlier_ones():
    client = signed_in()
    application = application_through_the_page(client)
    for step in ("health", "suitability", "beneficiary", "check", "price", "beneficiaries", "health-details"):
        assert client.get(at("apply", application.no, step))["Location"].endswith("/insured/")
    assert client.get(at("apply", application.no, "nonsense")).status_code == 404


def test_consents_are_unticked_and_each_is_needed():
    client = signed_in()
    application = made.answered(made.buyer())
    client = signed_in(application.user)
    page = client.get(at("apply", application.no, "check"))
    assert "checked" not in words(page)
    missing = {name: value for name, value in CONSENTS.items() if name != "consent_terms"}
    response = answer(client, application, "check", **missing)
    assert response.status_code == 422
    assert words(response).count(" checked") == 4
    assert not Order.objects.exists()


def test_another_age_shows_the_difference_before_going_on():
    client = signed_in(made.buyer(42))
    application = application_through_the_page(client)
    response = answer(client, application, "insured", insured="self")
    assert response["Location"].endswith("/price/")
    assert "348.25" in words(client.get(response["Location"]))
    response = answer(client, application, "price")
    assert response["Location"].endswith("/health/")
    application.refresh_from_db()
    assert str(application.premium) == "348.25"


def test_an_age_the_product_does_not_take_is_said_at_the_field():
    client = signed_in(made.buyer(50))
    application = application_through_the_page(client)
    response = answer(client, application, "insured", insured="self")
    assert response.status_code == 422
    assert "50" in words(response)


def everything(**changes):
    return {
        "insured": "self", "health": "none", "q_purpose": "family", "beneficiary": "statutory", **CONSENTS, **changes,
    }  # fmt: skip


def test_all_answers_in_one_form_lead_to_the_order():
    client = signed_in()
    application = application_through_the_page(client)
    response = client.post(at("apply_all", application.no), everything())
    order = Order.objects.get()
    assert response["Location"] == at("pay", order.no)
    again = client.post(at("apply_all", application.no), everything())
    assert again["Location"] == at("pay", order.no)
    assert Order.objects.count() == 1


def test_all_answers_in_one_form_name_every_problem():
    client = signed_in()
    application = application_through_the_page(client)
    response = client.post(at("apply_all", application.no), {"insured": "self"})
    assert response.status_code == 422
    assert words(response).count('href="#id_') >= 8


@pytest.mark.parametrize("step", ["insured", "health", "suitability", "beneficiary", "check"])
def test_sending_a_step_twice_is_harmless(step):
    client = signed_in()
    application = application_through_the_page(client)
    fields = {
        "insured": {"insured": "self"}, "health": {"health": "none"}, "suitability": {"q_purpose": "family"},
        "beneficiary": {"beneficiary": "statutory"}, "check": CONSENTS,
    }  # fmt: skip
    for name, values in fields.items():
        answer(client, application, name, **values)
        if name == step:
            assert answer(client, application, name, **values).status_code == 302
            break
    assert Order.objects.count() == (1 if step == "check" else 0)


def test_the_cashier_is_reached_by_code_without_signing_in():
    order = made.order()
    page = signed_in(order.user).get(at("pay", order.no))
    assert "<svg" in words(page)

    code = signing.dumps(order.no, salt=CODE_SALT)
    assert Client().get(at("pay_by_code", code)).status_code == 302
    assert Client().get(at("pay_by_code", code[:-2])).status_code == 404


def test_an_order_whose_time_is_over_offers_a_new_one(time_machine):
    order = made.order()
    client = signed_in(order.user)

    time_machine.move_to(order.expires_at + timedelta(seconds=1))
    assert client.post(at("pay", order.no), {"method": "sandbox"}).status_code == 409
    response = client.post(at("order", order.applications.get().no))
    newer = Order.objects.latest("id")
    assert newer != order
    assert response["Location"] == at("pay", newer.no)


def test_the_policy_page_offers_what_can_be_done():
    policy = made.policy()
    client = signed_in(policy.user)
    page = words(client.get(f"/en{at('policy', policy.no)}"))
    assert "Report a claim" in page
    assert "I have received it" in page
    client.post(at("acknowledge", policy.no))
    client.post(at("acknowledge", policy.no))
    policy.refresh_from_db()
    assert policy.cooling_off_until is not None
    assert "174.25" in words(client.get(at("cancel", policy.no)))
    assert client.post(at("cancel", policy.no), {"reason": "changed my mind"}).status_code == 302
    policy.refresh_from_db()
    assert policy.state == "cancelled"
    assert client.get(at("cancel", policy.no)).status_code == 302


@pytest.mark.parametrize("state", ["referred", "declined"])
def test_a_decision_is_explained_and_a_person_can_be_asked(state):
    application = {"referred": made.referred, "declined": made.declined}[state]()
    client = signed_in(application.user)
    page = words(client.get(f"/en{at('apply', application.no)}"))
    assert application.decision.reasons[0].en.split(",")[0][:20] in page
    client.post(at("ask_for_review", application.no))
    application.refresh_from_db()
    assert application.state == "referred"
