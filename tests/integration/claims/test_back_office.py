"""The queue and the case page: who sees what, what they do, and how often the database is asked."""

import pytest
from django.urls import reverse
from django.utils.translation import override

from claims.models import Outcome
from claims.selectors.desk import desk_figures, queue, queue_page
from claims.services.reviews import ask_review
from claims.states import ClaimState
from customers.actors import actor_of
from insureweb.audit.models import AccessLog
from insureweb.kernel import clock
from tests.factories import claims, customers, group_claims

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


@pytest.fixture
def adjuster():
    return claims.adjuster()


@pytest.fixture
def desk(client, adjuster):
    return customers.sign_in(client, adjuster.user)


def case_url(claim):
    return reverse("admin:claims_claim_change", args=[claim.no])


def decision(**fields):
    return {"action": "decide", "words_zh": "", "words_en": "", "note": ""} | fields


def test_the_queue_shows_the_nearest_deadline_first(desk):
    later, sooner = claims.referred(), claims.referred(at=claims.days_ago(5), ended=20)
    assert list(queue()) == [sooner, later]
    text = desk.get(reverse("admin:claims_claim_queue")).content.decode()
    assert text.index(sooner.no) < text.index(later.no)
    assert "陈**" in text
    assert "陈安澜" not in text
    assert "Papers are missing" in text


@pytest.mark.parametrize("view", ["", "today", "late", "mine", "free", "second", "nonsense"])
def test_every_view_of_the_queue_opens(desk, view):
    claims.referred()
    assert desk.get(reverse("admin:claims_claim_queue"), {"view": view, "page": "x"}).status_code == 200


def test_views_of_the_queue(adjuster):
    claim = claims.referred()
    by, at = actor_of(adjuster.user), clock.now()
    shown = {
        view: [row.claim for row in queue_page(view=view, number=1, by=by, at=at).rows] for view in ("free", "mine")
    }
    assert shown == {"free": [claim], "mine": []}
    claims.approved(claim)
    assert [row.claim for row in queue_page(view="second", number=1, by=by, at=at).rows] == [claim]
    figures = desk_figures(at=at, by=by)
    assert (figures.waiting, figures.second_person, figures.late) == (0, 1, 0)


def test_the_case_page_masks_and_explains(desk):
    claim = claims.referred()
    page = desk.get(case_url(claim))
    text = page.content.decode()
    assert page.status_code == 200
    assert "CL-10" in text
    assert "Nights in hospital" in text
    assert "陈安澜" not in text
    assert "骑车摔倒" not in text
    assert "市第一人民医院" not in text


def test_revealing_what_happened_needs_a_reason_and_is_written_down(desk):
    claim = claims.referred()
    where = reverse("admin:claims_claim_reveal", args=[claim.no, "what_happened"])
    assert desk.post(where, {"reason": " "}).status_code == 422
    opened = desk.post(where, {"reason": "Compare with the invoice"})
    assert "骑车摔倒" in opened.content.decode()
    line = AccessLog.objects.latest("id")
    assert (line.field, line.subject_id) == ("what_happened", str(claim.uuid))


def test_take_ask_and_decide_from_the_page(desk, adjuster):
    claim = claims.referred()
    where = case_url(claim)
    desk.post(where, {"action": "take"})
    assert claims.fresh(claim).adjuster == adjuster.user
    desk.post(where, decision(decision="ask", wanted=["discharge", "invoice"]))
    assert claims.fresh(claim).state == ClaimState.EVIDENCE_WANTED
    asked = claim.decisions.get(outcome=Outcome.DOCUMENTS)
    assert asked.wanted == ["discharge", "invoice"]


def test_approve_on_the_page_then_the_second_person(client, desk, adjuster):
    claim = claims.referred()
    desk.post(case_url(claim), decision(decision="pay", amount="500.00", note="Seen"))
    assert claims.fresh(claim).state == ClaimState.APPROVED
    assert desk.post(case_url(claim), {"action": "release"}).status_code == 403
    customers.sign_in(client, claims.approver().user)
    text = client.get(case_url(claim)).content.decode()
    assert "Approve the payment" in text
    client.post(case_url(claim), {"action": "release"})
    claims.settle()
    assert claims.fresh(claim).state == ClaimState.PAID


def test_the_same_person_is_refused_with_words(client):
    both = customers.colleague("claims_approver", claims_limit=10_000)
    customers.sign_in(client, both.user)
    claim = claims.referred()
    client.post(case_url(claim), decision(decision="pay", amount="500.00", note="Seen"))
    page = client.post(case_url(claim), {"action": "release"})
    assert page.status_code == 409
    assert "a second person decides" in page.content.decode()
    stopped = client.post(case_url(claim), {"action": "stop", "reason": ""})
    assert stopped.status_code == 409


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({}, "Choose a decision."),
        ({"decision": "pay"}, "Enter an amount."),
        ({"decision": "pay", "amount": "abc"}, "Enter a number."),
        ({"decision": "pay", "amount": "900"}, "The contract leaves at most"),
        ({"decision": "pay", "amount": "499"}, "Say why you pay another amount"),
        ({"decision": "refuse", "ground": "excluded"}, "in both languages"),
        ({"decision": "refuse", "words_zh": "不赔", "words_en": "No"}, "Choose a ground."),
        ({"decision": "ask"}, "Choose every document that is missing."),
        ({"decision": "uphold", "words_zh": "好", "words_en": "Fine", "note": "x"}, "Select a valid choice"),
    ],
)
def test_wrong_decisions_are_named_and_keep_what_was_typed(desk, typed, words):
    claim = claims.referred()
    page = desk.post(case_url(claim), decision(**({"note": ""} | typed)))
    text = page.content.decode()
    assert page.status_code == 409
    assert words in text
    assert all(value in text for value in typed.values())
    assert claims.fresh(claim).state == ClaimState.REFERRED


def test_authority_is_said_on_the_page(client):
    customers.sign_in(client, claims.adjuster(100).user)
    claim = claims.referred()
    page = client.post(case_url(claim), decision(decision="pay", amount="500.00"))
    assert "above your authority of ¥100.00" in page.content.decode()


@pytest.mark.parametrize("role", ["underwriter", "marketer", "product_manager"])
def test_other_roles_stay_outside(client, role):
    claim = claims.referred()
    customers.sign_in(client, customers.colleague(role).user)
    assert client.get(reverse("admin:claims_claim_queue")).status_code == 403
    assert client.get(case_url(claim)).status_code == 403
    assert client.post(case_url(claim), {"action": "take"}).status_code == 403


def test_opening_evidence_is_written_down(desk):
    claim = claims.decided(papers=("discharge",))
    file = claim.evidence.get().file
    page = desk.get(reverse("admin:claims_claim_evidence", args=[claim.no, file]))
    assert page.status_code == 200
    assert page["Content-Type"] == "image/png"
    assert AccessLog.objects.latest("id").subject_id == str(file)
    other = claims.referred()
    assert desk.get(reverse("admin:claims_claim_evidence", args=[other.no, file])).status_code == 404


def test_drafts_are_nobodys_business(desk):
    draft = claims.draft()
    assert draft.no not in desk.get(reverse("admin:claims_claim_changelist")).content.decode()
    assert desk.get(case_url(draft)).status_code == 302


def test_the_queue_asks_the_same_number_of_times(desk, django_assert_max_num_queries):
    claims.referred()
    desk.get(reverse("admin:claims_claim_queue"))
    with django_assert_max_num_queries(30) as one:
        desk.get(reverse("admin:claims_claim_queue"))
    for _each in range(3):
        claims.referred()
    with django_assert_max_num_queries(len(one)):
        desk.get(reverse("admin:claims_claim_queue"))


def test_the_case_page_asks_the_same_number_of_times(desk, django_assert_max_num_queries):
    claim = claims.referred()
    desk.get(case_url(claim))
    with django_assert_max_num_queries(19) as one:
        desk.get(case_url(claim))
    claims.with_papers(claim, "discharge", "invoice", "other")
    with django_assert_max_num_queries(len(one)):
        desk.get(case_url(claim))


def test_a_review_is_answered_by_another_person_on_the_page(desk):
    claim = claims.refused(claims.referred())
    ask_review(claim=claim, words="Please look again", by=actor_of(claim.user), at=clock.now())
    page = desk.get(case_url(claim)).content.decode()
    assert "The customer asked for a review" in page
    assert "The customer reported the claim" in page
    assert "You " not in page
    typed = decision(decision="uphold", words_zh="维持原决定。", words_en="The decision stands.", note="Checked again")
    assert desk.post(case_url(claim), typed).status_code == 302
    assert claims.fresh(claim).state == ClaimState.REFUSED


def test_the_number_of_a_group_s_member_is_opened_on_record(desk):
    insured = group_claims.member(group_claims.policy())
    claim = group_claims.decided(insured, papers=())
    page = desk.get(case_url(claim)).content.decode()
    where = reverse("admin:claims_claim_reveal", args=[claim.no, "insured_id_number"])
    assert where in page
    assert insured.id_number.open() not in page
    opened = desk.post(where, {"reason": "To compare with the invoice"}).content.decode()
    assert insured.id_number.open() in opened
    assert AccessLog.objects.filter(kind="reveal", field="insured_id_number", subject_id=str(claim.uuid)).count() == 1
