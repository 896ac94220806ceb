"""The needs check over HTTP and its way into a sale: kept answers, stored results, foreign eyes, bad input."""

import html
import re
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from customers.actors import actor_of
from insureweb.kernel import clock
from insureweb.kernel.actors import Actor
from policies.contract.models import Policy
from policies.offers.models import Quote
from policies.offers.needs.attaching import attached_result
from policies.offers.needs.models import NeedsCheck, NeedsOutcome, NeedsResult
from policies.offers.needs.services import erase_old_checks, save_answer, start_check
from policies.offers.needs.shipped import advice_table, questionnaire
from policies.offers.services import create_quote, reprice_quote
from policies.sale.cases import ApplicationSubject
from policies.sale.models import Application, Order
from policies.sale.services.answers import save_answers
from policies.underwriting.models import UnderwritingDecision
from tests.expect import refused
from tests.factories import customers, rosters
from tests.factories import policies as made
from tests.factories.products import whole_catalogue

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("tests")


def at(name, *args):
    with override("zh-hans"):
        return reverse(f"policies:{name}", args=args)


def words(response):
    return re.sub(r"\s+", " ", response.content.decode())


def walk(client, persona="family", prefix="", **changed):
    """Answer everything through the pages; the plan's page."""
    client.post(prefix + at("needs"), {"persona": persona})
    check = NeedsCheck.objects.latest("id")
    answers = made.NEEDS_ANSWERS[persona] | changed
    for question in questionnaire().asked(persona):
        page = client.get(prefix + at("needs_check", check.uuid), follow=True)
        assert page.redirect_chain[-1][0].endswith(f"/{question.key}/")
        answer = client.post(page.request["PATH_INFO"], {"answer": answers[question.key]})
        assert answer.status_code == 302, words(answer)
    return client.get(prefix + at("needs_check", check.uuid), follow=True)


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("persona", ["young", "family", "company", "high_end"])
def test_every_persona_ends_with_a_plan_that_adds_up(persona, prefix):
    whole_catalogue(at=clock.now())
    page = walk(Client(), persona, prefix)
    assert page.status_code == 200
    result = NeedsResult.objects.get()
    told = result.proposal
    assert sum(part["share"] for part in told["parts"]) == result.budget
    spent = sum(Decimal(part["taken"]["price"]) for part in told["parts"] if part["taken"])
    assert spent + Decimal(told["unspent"]) == result.budget
    assert spent > 0
    assert result.table_hash == advice_table().hash
    assert {rule["id"] for rule in result.decision["rules"]} == {
        rule for part in (*told["parts"], *told["against"]) for rule in part["rules"]
    } | {rule["id"] for rule in result.decision["rules"] if rule["outputs"]["weight"] == "0"}


def test_the_plan_says_why_and_what_was_left_out():
    whole_catalogue(at=clock.now())
    page = words(walk(Client(), "family", "/en"))
    assert "Your family lives on your income" in page
    assert "The car&#x27;s insurance runs on" in page
    assert "rules L1 L3" in page


def test_prices_are_for_this_person_and_lead_to_a_quote():
    whole_catalogue(at=clock.now())
    client = Client()
    page = walk(client, "young").content.decode()
    hrefs = [html.unescape(href) for href in re.findall(r'href="(/quotes/new/\?[^"]+)"', page)]
    assert hrefs
    assert all("age=30" in href for href in hrefs)
    parts = [part["taken"] for part in NeedsResult.objects.get().proposal["parts"] if part["taken"]]
    for href in hrefs:
        confirm = client.get(href)
        assert confirm.status_code == 200
        (price,) = {part["price"] for part in parts if f"product={part['product']}&" in href}
        assert f"{Decimal(price):,.2f}" in confirm.content.decode()


def test_going_back_shows_the_answer_and_changing_it_makes_another_result():
    whole_catalogue(at=clock.now())
    client = Client()
    walk(client)
    check, first = NeedsCheck.objects.get(), NeedsResult.objects.get()
    page = client.get(at("needs_question", check.uuid, "age")).content.decode()
    assert 'value="35"' in page
    client.post(at("needs_question", check.uuid, "age"), {"answer": "35"})
    assert NeedsResult.objects.count() == 1, "the same answers on the same products"
    client.post(at("needs_question", check.uuid, "age"), {"answer": "50"})
    second = NeedsResult.objects.latest("id")
    assert second.answers["age"] == "50"
    first.refresh_from_db()
    assert first.answers["age"] == "35"


def test_a_plan_page_may_be_reloaded_and_an_open_one_leads_to_the_question():
    whole_catalogue(at=clock.now())
    client = Client()
    walk(client)
    check = NeedsCheck.objects.get()
    pages = {client.get(at("needs_plan", check.uuid)).status_code for _time in range(3)}
    assert pages == {200}
    assert NeedsResult.objects.count() == 1
    client.post(at("needs"), {"persona": "young"})
    fresh = NeedsCheck.objects.latest("id")
    assert client.get(at("needs_plan", fresh.uuid), follow=True).redirect_chain[-1][0].endswith("/age/")


def test_sixty_five_asks_for_a_person():
    whole_catalogue(at=clock.now())
    page = walk(Client(), "family", "/en", age="66", dependants="none", loan="no", budget="30000")
    assert NeedsResult.objects.get().outcome == NeedsOutcome.CARE
    assert "We call you first" in words(page)


def test_nothing_on_sale_leads_to_a_person():
    page = walk(Client(), "family", "/en")
    result = NeedsResult.objects.get()
    assert result.outcome == NeedsOutcome.NOTHING
    assert result.proposal["unspent"] == "3000"
    assert "A person finds a way" in words(page)


def test_a_budget_too_small_names_the_smallest_price():
    whole_catalogue(at=clock.now())
    page = walk(Client(), "family", "/en", budget="100")
    assert "The smallest cover for you costs" in words(page)


# --- Wrong answers, foreign eyes ---


@pytest.mark.parametrize("value", ["", "abc", "17", "\x00", "9" * 500, "<b>", "-1", "３.５"])
def test_a_wrong_answer_is_named_and_kept(value):
    client = Client()
    client.post(at("needs"), {"persona": "family"})
    check = NeedsCheck.objects.get()
    answer = client.post("/en" + at("needs_question", check.uuid, "age"), {"answer": value})
    assert answer.status_code == 422
    assert "data-error-summary" in answer.content.decode()
    check.refresh_from_db()
    assert check.answers == {}


@pytest.mark.parametrize("persona", ["", "king", "\x00", "x" * 999])
def test_only_personas_we_know_begin_a_check(persona):
    assert Client().post(at("needs"), {"persona": persona}).status_code == 422
    assert not NeedsCheck.objects.exists()


def test_a_question_of_another_persona_is_not_found():
    client = Client()
    client.post(at("needs"), {"persona": "family"})
    check = NeedsCheck.objects.get()
    assert client.get(at("needs_question", check.uuid, "members")).status_code == 404
    with refused("no_question"):
        save_answer(check=check, question="members", given=["3"], by=SYSTEM, at=clock.now())


def test_somebody_elses_check_answers_like_none():
    check = made.needs_check(token="mine")
    stranger, other = Client(), customers.sign_in(Client(), made.buyer())
    for client in (stranger, other):
        for name, args in (("needs_check", ()), ("needs_plan", ()), ("needs_question", ("age",))):
            assert client.get(at(name, check.uuid, *args)).status_code == 404


def test_a_signed_in_check_belongs_to_the_account_on_every_device():
    user = made.buyer()
    first, second = customers.sign_in(Client(), user), customers.sign_in(Client(), user)
    first.post(at("needs"), {"persona": "young"})
    check = NeedsCheck.objects.get()
    assert check.user == user
    assert second.get(at("needs_question", check.uuid, "age")).status_code == 200
    assert str(check.uuid) in second.get(at("needs")).content.decode()


# --- Into the sale ---


def test_the_result_goes_with_the_quote_the_application_and_a_new_price():
    whole_catalogue(at=clock.now())
    client = Client()
    walk(client, "young")
    result = NeedsResult.objects.get()
    facts = {"product": "anlan-guard", "plan": "standard", "age": "30", "occupation_class": "2"}
    client.post(at("quote_create"), facts)
    quote = Quote.objects.get()
    assert quote.needs_result == result
    again = reprice_quote(quote=quote, changed_facts={"age": "41"}, user=None, by=SYSTEM, at=clock.now())
    assert again.needs_result == result
    customers.sign_in(client, made.buyer())
    client.get(at("start", quote.no))
    assert Application.objects.get().quote.needs_result == result


def test_from_the_first_question_to_the_policy_the_result_goes_along():
    """Advised as a visitor, priced, signed in, answered, decided, paid: the policy still knows why it suited."""
    whole_catalogue(at=clock.now())
    client, user = Client(), made.buyer()
    plan = walk(client, "young").content.decode()
    result = NeedsResult.objects.get()
    offer = next(href for href in re.findall(r'href="(/quotes/new/\?[^"]+)"', plan) if "anlan-accident" in href)
    page = client.get(html.unescape(offer)).content.decode()
    fields = dict(re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"', page))
    client.post(at("quote_create"), fields)
    customers.sign_in(client, user)
    client.get(at("start", Quote.objects.get().no))
    begun = Application.objects.get()
    told = made.answers(begun)
    answered = save_answers(application=begun, answers=told, by=actor_of(user), at=clock.now())
    made.capture(made.payment(Order.objects.get(applications=made.submit(answered))))
    policy = Policy.objects.get()
    sold = Application.objects.get(no=policy.application_no)
    assert sold.quote.needs_result == result
    assert UnderwritingDecision.objects.filter(subject_no=sold.no).exists()
    with override("en"):
        told_to_staff = dict(ApplicationSubject().story(sold.no).facts)
    assert told_to_staff["Budget for a year"] == result.money
    assert "Just me" in told_to_staff["Needs check"]


def test_an_underwriter_sees_that_nobody_was_advised():
    submitted = made.submitted()
    with override("en"):
        facts = dict(ApplicationSubject().story(submitted.no).facts)
    assert facts["Needs check"] == "none; the buyer chose alone"
    assert "Budget for a year" not in facts


def test_a_companys_result_goes_with_the_quote_of_its_roster():
    whole_catalogue(at=clock.now())
    user = made.buyer(known=False)
    client = customers.sign_in(Client(), user)
    walk(client, "company")
    roster = rosters.priced(user).roster
    client.post(at("roster_quote", roster.uuid))
    assert Quote.objects.get().needs_result == NeedsResult.objects.get()


def test_a_sale_without_a_check_looks_nothing_up(django_assert_num_queries):
    class Plain:
        @staticmethod
        def get_signed_cookie(name, default="", **_rest):
            return default

    with django_assert_num_queries(0):
        assert attached_result(Plain(), user=None, token="t", at=clock.now()) is None


def test_an_old_or_foreign_result_is_not_attached():
    whole_catalogue(at=clock.now())
    client = Client()
    walk(client, "young")
    facts = {"product": "anlan-guard", "plan": "standard", "age": "30", "occupation_class": "2"}
    thief = Client()
    thief.cookies["needs_result"] = client.cookies["needs_result"].value
    thief.post(at("quote_create"), facts)
    assert Quote.objects.latest("id").needs_result is None
    forged = Client()
    forged.cookies["quote_owner"] = client.cookies["quote_owner"].value
    forged.cookies["needs_result"] = "x"
    forged.post(at("quote_create"), facts)
    assert Quote.objects.latest("id").needs_result is None


# --- What the database refuses ---


def test_a_result_is_never_changed():
    whole_catalogue(at=clock.now())
    result = made.needs_check().results.get()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        NeedsResult.objects.filter(pk=result.pk).update(outcome="nothing")


@pytest.mark.parametrize(
    ("changed", "constraint"),
    [
        ({"budget": Decimal(-1)}, "needs_result_budget_not_negative"),
        ({"table_hash": "x"}, "needs_result_table_hash_is_sha256"),
        ({"outcome": "maybe"}, "needs_result_outcome_is_known"),
    ],
)
def test_constraints_of_results(changed, constraint):
    result = made.needs_check().results.get()
    result.pk, result.uuid = None, uuid4()
    for name, value in changed.items():
        setattr(result, name, value)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        result.save(force_insert=True)


@pytest.mark.parametrize(
    ("changed", "constraint"),
    [
        ({"owner_token_hash": "x"}, "needs_check_owner_token_is_hashed"),
        ({"answered_at": clock.now() - timedelta(days=9)}, "needs_check_is_answered_after_it_begins"),
    ],
)
def test_constraints_of_checks(changed, constraint):
    check = start_check(persona="young", owner_token="t", by=SYSTEM, at=clock.now())
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        NeedsCheck.objects.filter(pk=check.pk).update(**changed)


def test_old_checks_without_a_quote_are_erased():
    long_ago = clock.now() - timedelta(days=100)
    whole_catalogue(at=long_ago)
    gone = made.needs_check(at=long_ago)
    kept = made.needs_check(at=long_ago)
    fresh = made.needs_check()
    quote = made.quote(at=long_ago)
    assert quote.needs_result is None
    create_quote(
        product_code="anlan-guard", raw_facts=made.GUARD_FACTS, plan="standard", owner_token="t",
        needs_result=kept.results.get(), by=actor_of(None), at=long_ago,
    )  # fmt: skip
    assert erase_old_checks(by=SYSTEM, at=clock.now()) == 1
    left = set(NeedsCheck.objects.values_list("uuid", flat=True))
    assert left == {kept.uuid, fresh.uuid}
    assert gone.uuid not in left
