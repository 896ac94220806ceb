"""Referred applications: taken, decided, seen by a second person, and what the customer may answer."""

from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from customers.actors import actor_of
from customers.models import Message, User
from insureweb.kernel import clock, outbox
from insureweb.kernel.checks import Refused
from insureweb.kernel.localized import Localized
from insureweb.kernel.states import IllegalMove, NotAllowed
from policies import models
from policies.contract.models import PolicyVersion
from policies.contract.selectors import special_terms
from policies.sale.forms import InsuredAnswer
from policies.sale.models import Application, Order
from policies.sale.services.applications import withdraw_application
from policies.sale.services.deciding import ask_for_review
from policies.sale.services.submission import accept_terms
from policies.underwriting.models import Referral, UnderwritingDecision
from policies.underwriting.services import (
    approve_proposal,
    decide_referral,
    release_referral,
    return_proposal,
    take_referral,
)
from policies.underwriting.services.referrals import Verdict
from products.compiled import CompiledProduct, compiled
from products.rules.decisions import DecisionError
from tests.factories import customers
from tests.factories import policies as made

pytestmark = pytest.mark.django_db
WORDS = Localized("我们看过了您的材料。", "We have read your records.")
TERMS = Localized("甲状腺疾病除外。", "Thyroid disease is excluded.")


@contextmanager
def refusing(code):
    with pytest.raises(Refused) as refusal:
        yield
    assert refusal.value.code == code


def verdict(outcome="accept", **fields):
    return Verdict(**({"outcome": outcome, "reason_code": "controlled", "words": WORDS} | fields))


def taken(underwriter: User, **told) -> Referral:
    referral = Referral.objects.get(subject_no=made.referred(**told).no)
    return take_referral(referral=referral, underwriter=underwriter, by=actor_of(underwriter), at=clock.now())


def decide(referral, underwriter, what):
    return decide_referral(referral=referral, verdict=what, by=actor_of(underwriter), at=clock.now())


def application_of(referral):

    return Application.objects.select_related("user", "decision", "quote").get(no=referral.subject_no)


@pytest.mark.parametrize(
    ("what", "state"),
    [
        (verdict("accept"), "accepted"),
        (verdict("load", loading_percent=Decimal(25)), "offered"),
        (verdict("exclude", special_terms=TERMS), "offered"),
        (verdict("postpone"), "postponed"),
        (verdict("decline"), "declined"),
    ],
)
def test_each_decision_moves_the_application(what, state):
    underwriter = made.underwriter()
    referral = taken(underwriter)
    decide(referral, underwriter, what)
    application = application_of(referral)
    assert application.state == state
    assert application.decision.reasons == [WORDS]
    assert not application.decision.is_automatic
    outbox.drain(at=clock.now())
    message = Message.objects.filter(user=application.user, channel="inbox").latest("id")
    assert application.no in message.body.en
    assert "records" not in message.body.en, "reasons speak of health and stay on the page"


@pytest.mark.parametrize(
    ("what", "field"),
    [
        (verdict("refer"), "outcome"),
        (verdict("accept", reason_code="because"), "reason_code"),
        (verdict("load"), "loading_percent"),
        (verdict("load", loading_percent=Decimal(301)), "loading_percent"),
        (verdict("accept", loading_percent=Decimal(1)), "loading_percent"),
        (verdict("exclude"), "special_terms_zh_hans"),
    ],
)
def test_a_verdict_that_does_not_hold_together_is_refused(what, field):
    underwriter = made.underwriter()
    with pytest.raises(Refused) as refusal:
        decide(taken(underwriter), underwriter, what)
    assert refusal.value.field == field


def test_a_loading_needs_the_customers_yes_and_is_what_they_pay():
    underwriter = made.underwriter()
    referral = taken(underwriter)
    decide(referral, underwriter, verdict("load", loading_percent=Decimal(25)))
    application = application_of(referral)
    assert application.premium == Decimal("217.81")
    assert not Order.objects.exists()
    for _turn in range(2):
        accept_terms(application=application, by=actor_of(application.user), at=clock.now())
    order = Order.objects.get()
    assert order.amount == Decimal("217.81")
    made.capture(made.payment(order))
    order.refresh_from_db()
    assert order.state == "issued"


def test_an_exclusion_stands_in_the_contract():
    underwriter = made.underwriter()
    referral = taken(underwriter)
    decide(referral, underwriter, verdict("exclude", special_terms=TERMS))
    application = application_of(referral)
    accept_terms(application=application, by=actor_of(application.user), at=clock.now())
    made.capture(made.payment(Order.objects.get()))
    assert special_terms(PolicyVersion.objects.get()) == [TERMS]


def test_above_the_authority_a_second_underwriter_approves():
    first, second = made.underwriter(limit=100_000), made.underwriter(limit=100_000)
    referral = taken(first)
    decide(referral, first, verdict())
    referral.refresh_from_db()
    assert referral.state == "awaiting_second"
    assert application_of(referral).state == "referred"
    with refusing("same_person"):
        approve_proposal(referral=referral, by=actor_of(first), at=clock.now())
    approve_proposal(referral=referral, by=actor_of(second), at=clock.now())
    decision = UnderwritingDecision.objects.latest("id")
    assert (decision.decided_by_id, decision.approved_by_id) == (str(first.uuid), str(second.uuid))
    assert application_of(referral).state == "accepted"


def test_a_proposal_can_be_sent_back_with_a_reason():
    first, second = made.underwriter(limit=0), made.underwriter()
    referral = taken(first)
    decide(referral, first, verdict())
    with pytest.raises(Refused):
        return_proposal(referral=referral, reason=" ", by=actor_of(second), at=clock.now())
    return_proposal(referral=referral, reason="Ask for the discharge summary", by=actor_of(second), at=clock.now())
    referral.refresh_from_db()
    assert referral.state == "assigned"


def test_only_the_underwriter_who_has_the_case_decides_it():
    first, other = made.underwriter(), made.underwriter()
    referral = taken(first)
    with refusing("not_yours"):
        decide(referral, other, verdict())
    adjuster = customers.staff_actor("claims_adjuster")
    with pytest.raises(NotAllowed):
        decide_referral(referral=referral, verdict=verdict(), by=adjuster, at=clock.now())
    release_referral(referral=referral, by=actor_of(first), at=clock.now())
    with pytest.raises(IllegalMove):
        decide(referral, first, verdict())


def test_a_second_decision_is_refused():
    underwriter = made.underwriter()
    referral = taken(underwriter)
    decide(referral, underwriter, verdict())
    with pytest.raises(IllegalMove):
        decide(referral, underwriter, verdict("decline"))


def test_a_person_looks_again_at_an_automatic_decision_once():
    application = made.declined()
    by = actor_of(application.user)
    for _turn in range(2):
        ask_for_review(application=application, by=by, at=clock.now())
    referral = Referral.objects.get()
    assert referral.asked_by_customer
    underwriter = made.underwriter()
    take_referral(referral=referral, underwriter=underwriter, by=actor_of(underwriter), at=clock.now())
    decide(referral, underwriter, verdict("decline"))
    with refusing("decided_by_a_person"):
        ask_for_review(application=application, by=by, at=clock.now())


def test_withdrawing_closes_the_case():
    application = made.referred()
    withdraw_application(application=application, by=actor_of(application.user), at=clock.now())
    assert Referral.objects.get().state == "withdrawn"


def test_the_time_in_the_queue_is_not_the_customers():
    asked = clock.now()
    underwriter = made.underwriter()
    referral = taken(underwriter)
    late = asked + timedelta(days=29)
    decide_referral(referral=referral, verdict=verdict(), by=actor_of(underwriter), at=late)
    application = application_of(referral)
    assert application.expires_at >= late + timedelta(days=7)


def test_at_sixty_five_a_person_calls_first():
    user = made.buyer(66)
    insured = made.new_person()

    application = made.submitted(user, insured=InsuredAnswer("child", insured=insured))
    assert application.state == "referred"


def test_what_the_table_said_is_kept_under_seal():
    decision = made.declined().decision
    opened = decision.opened()
    assert opened["inputs"]["serious_illness"] is True
    assert [rule["id"] for rule in opened["rules"]] == ["UW-02"]
    assert "serious" not in str(decision.record)


def staff_client(user):
    return customers.sign_in(Client(), user)


def case_url(referral):
    return reverse("admin:policies_referral_change", args=[referral.uuid])


def test_the_queue_and_the_case_in_the_back_office():
    underwriter = made.underwriter()
    referral = Referral.objects.get(subject_no=made.referred().no)
    client = staff_client(underwriter)
    queue = client.get(reverse("admin:policies_referral_changelist"))
    assert referral.subject_no in queue.content.decode()
    page = client.get(case_url(referral)).content.decode()
    assert referral.subject_no in page
    assert "UW-05" in page
    assert client.post(case_url(referral), {"action": "take"}).status_code == 302
    fields = {
        "action": "decide", "outcome": "load", "loading_percent": "25", "reason_code": "controlled",
        "words_zh_hans": "加费承保。", "words_en": "Accepted with a loading.",
    }  # fmt: skip
    wrong = client.post(case_url(referral), fields | {"words_en": ""})
    assert wrong.status_code == 409
    assert "加费承保。" in wrong.content.decode()
    assert client.post(case_url(referral), fields).status_code == 302
    assert application_of(referral).state == "offered"
    assert client.get(case_url(referral)).status_code == 200


@pytest.mark.parametrize("role", ["claims_adjuster", "customer_service", "marketer", "auditor"])
def test_others_do_not_decide(role):
    referral = Referral.objects.get(subject_no=made.referred().no)
    client = staff_client(customers.colleague(role).user)
    assert client.post(case_url(referral), {"action": "take"}).status_code == 403


@pytest.mark.parametrize("model", ["quote", "application", "order", "policy", "policychange", "saletraceentry",
                                   "underwritingdecision"])  # fmt: skip
def test_staff_lists_and_pages_open(model):
    policy = made.policy()

    client = staff_client(made.underwriter())
    assert client.get(reverse(f"admin:policies_{model}_changelist")).status_code == 200
    table = {name.lower(): getattr(models, name) for name in models.__all__}[model]
    record = table.objects.first()
    if record is not None:
        key = getattr(record, "no", None) or getattr(record, "uuid", None) or record.pk
        page = client.get(reverse(f"admin:policies_{model}_change", args=[key]))
        assert page.status_code == 200
        assert policy.holder.id_number.open() not in page.content.decode()


def test_the_queue_costs_the_same_with_one_case_and_with_many():
    client = staff_client(made.underwriter())
    made.referred()
    address = reverse("admin:policies_referral_changelist")
    client.get(address)
    counts = []
    for _turn in range(2):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        counts.append(len(queries))
        for _more in range(4):
            made.referred()
    assert counts[0] == counts[1]


# --- what a decision keeps ---


def test_an_automatic_decision_keeps_table_rows_version_inputs_and_words():
    application = made.submitted()
    decision = application.decision
    product = compiled(application.quote.product_version)
    table = product.definition.tables["underwriting"]
    record = decision.opened()
    assert (decision.table_id, decision.table_hash) == ("underwriting", table.hash)
    assert (record["table"], record["table_hash"], record["version_hash"]) == (
        "underwriting", table.hash, product.content_hash,
    )  # fmt: skip
    assert set(record["inputs"]) == {column.key for column in table.columns}
    again = product.decide("underwriting", record["inputs"]).as_json()
    assert {key: record[key] for key in again} == again


def test_what_the_table_could_not_decide_keeps_its_inputs(monkeypatch):
    def broken(*_args, **_options):
        raise DecisionError("underwriting", "no rule hits and there is no 'otherwise'")

    monkeypatch.setattr(CompiledProduct, "decide", broken)
    record = made.referred().decision.opened()
    assert record["inputs"]["age"] == "30"
    assert record["inputs"]["serious_illness"] is False
    assert record["why"] == "underwriting: no rule hits and there is no 'otherwise'"
    assert len(record["table_hash"]) == len(record["version_hash"]) == 64
