"""The customer's pages: three steps, errors that lose nothing, one's own claims only, a fixed number of queries."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.translation import override

from claims.models import Claim
from claims.selectors import needs_me_now
from claims.services.desk import send_documents
from claims.states import ClaimState
from customers.actors import actor_of
from insureweb.finance.gateways.sandbox.models import Behaviour, Operation
from insureweb.finance.gateways.sandbox.services import set_switch
from insureweb.kernel import clock
from tests.factories import claims, customers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


@pytest.fixture
def covered():
    return claims.policy()


@pytest.fixture
def signed_in(client, covered):
    return customers.sign_in(client, covered.user)


def day_parts(name, day):
    return {f"{name}_0": str(day.day), f"{name}_1": str(day.month), f"{name}_2": str(day.year)}


def told(covered, **changes):
    what = claims.incident()
    fields = {
        "cover": f"{covered.no}:hospital_cash", "cause": "accident", "what_happened": "Fell off the bicycle",
        "hospital": "City Hospital", **day_parts("event_date", what.event_date), **day_parts("admitted", what.admitted),
        **day_parts("discharged", what.discharged),
    }  # fmt: skip
    return fields | changes


def test_from_the_first_page_to_money_in_three_steps(signed_in, covered):
    assert signed_in.get(reverse("claims:report")).status_code == 200
    first = signed_in.post(reverse("claims:report"), told(covered))
    claim = Claim.objects.get()
    assert first.url == reverse("claims:step", args=[claim.no, "evidence"])
    assert signed_in.get(first.url).status_code == 200
    papers = {"file_discharge": claims.photo("a.png", "red"), "file_invoice": [claims.photo("b.png", "blue"),
              claims.photo("c.png", "green")], "action": "next"}  # fmt: skip
    second = signed_in.post(first.url, papers)
    assert second.url == reverse("claims:step", args=[claim.no, "payee"])
    page = signed_in.get(second.url).content.decode()
    assert "Fell off the bicycle" in page
    third = signed_in.post(second.url, {"account": claims.ACCOUNT})
    assert third.url == reverse("claims:claim", args=[claim.no])
    assert signed_in.get(third.url).status_code == 200
    claims.settle()
    assert claims.fresh(claim).state == ClaimState.PAID
    page = signed_in.get(third.url).content.decode()
    assert "We paid you ¥500.00" in page
    assert claims.ACCOUNT not in page
    assert "Insurance Law, article 23" in page


def test_double_submit_is_one_claim(signed_in, covered):
    key = "6f0c5a2e-5d1e-4f63-8d4b-5f2d6f1b8f10"
    answers = [signed_in.post(reverse("claims:report"), told(covered) | {"idempotency_key": key}) for _each in range(2)]
    assert answers[0].url == answers[1].url
    assert Claim.objects.count() == 1
    claim = Claim.objects.get()
    where = reverse("claims:step", args=[claim.no, "payee"])
    for _each in range(2):
        assert signed_in.post(where, {"account": claims.ACCOUNT}).status_code == 302
    assert Claim.objects.filter(state=ClaimState.SUBMITTED).count() == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"cover": ""}, "Choose what you are claiming for."),
        ({"cover": "BDL000-1:hospital_cash"}, "Select a valid choice"),
        ({"cause": "aliens"}, "Select a valid choice"),
        ({"event_date_1": "13"}, "The month must be between 1 and 12."),
        ({"event_date_2": "2999"}, "This day is in the future."),
        ({"admitted_0": "x"}, "Use digits"),
        ({"what_happened": ""}, "Say in a few words what happened."),
        ({"what_happened": "nul\x00"}, "Null characters are not allowed."),
        ({"hospital": "H" * 500}, "at most 120 characters"),
        ({"discharged_0": "", "discharged_1": "", "discharged_2": ""}, "Tell us the day you left hospital."),
    ],
)
def test_bad_answers_are_named_and_nothing_is_lost(signed_in, covered, changes, words):
    page = signed_in.post(reverse("claims:report"), told(covered, **changes))
    text = page.content.decode()
    assert page.status_code == 200
    assert words in text
    assert "<title>Error:" in text
    assert "City Hospital" in text or "hospital" in changes
    assert not Claim.objects.exists()


def test_bad_files_are_named_and_good_ones_kept(signed_in, covered):
    signed_in.post(reverse("claims:report"), told(covered))
    claim = Claim.objects.get()
    where = reverse("claims:step", args=[claim.no, "evidence"])
    bad = SimpleUploadedFile("empty.jpg", b"", "image/jpeg")
    page = signed_in.post(where, {"file_discharge": [claims.photo(), bad], "action": "next"})
    text = page.content.decode()
    assert page.status_code == 200
    assert "empty.jpg" in text
    assert "error-summary" in text
    assert claim.evidence.count() == 1
    kept = claim.evidence.get()
    removed = signed_in.post(reverse("claims:remove_file", args=[claim.no, kept.file]))
    assert removed.url == where
    assert claim.evidence.count() == 0


def test_a_wrong_account_keeps_what_was_typed(signed_in, covered):
    claim = claims.draft(covered)
    page = signed_in.post(reverse("claims:step", args=[claim.no, "payee"]), {"account": "12-34"})
    assert 'value="12-34"' in page.content.decode()
    assert claims.fresh(claim).state == ClaimState.DRAFT


def test_a_known_account_is_offered_by_its_last_digits(signed_in, covered):
    first = claims.draft(covered)
    signed_in.post(reverse("claims:step", args=[first.no, "payee"]), {"account": claims.ACCOUNT})
    second = claims.draft(covered, nights=2, ended=2)
    where = reverse("claims:step", args=[second.no, "payee"])
    text = signed_in.get(where).content.decode()
    assert "0123" in text
    assert claims.ACCOUNT not in text
    assert signed_in.post(where, {"which": "known"}).status_code == 302
    assert claims.fresh(second).payee_account.open() == claims.ACCOUNT


def test_the_second_claim_for_a_stay_is_refused_on_the_page(signed_in, covered):
    first = claims.submitted(covered)
    second = claims.draft(covered)
    page = signed_in.post(reverse("claims:step", args=[second.no, "payee"]), {"account": claims.ACCOUNT})
    assert first.no in page.content.decode()
    assert claims.fresh(second).state == ClaimState.DRAFT


def test_a_day_without_cover_is_said_before_sending(client):
    covered = claims.policy(issued=20)
    customers.sign_in(client, covered.user)
    claim = claims.draft(covered, ended=60)
    text = client.get(reverse("claims:step", args=[claim.no, "payee"])).content.decode()
    assert "The policy was not in force on that day" in text


PAGES = [("claims:claim", []), ("claims:step", ["happened"]), ("claims:step", ["evidence"]), ("claims:account", [])]
POSTS = ["claims:documents", "claims:review", "claims:withdraw"]


@pytest.mark.parametrize(("name", "more"), PAGES)
def test_anothers_claim_answers_like_none(client, covered, name, more):
    claim = claims.submitted(covered)
    customers.sign_in(client, claims.claimant())
    foreign = client.get(reverse(name, args=[claim.no, *more]))
    missing = client.get(reverse(name, args=["LPL2601010000001-1", *more]))
    assert foreign.status_code == missing.status_code == 404
    strip = re.compile(r"LPL[\d-]+|csrf[^>]*")
    assert strip.sub("", foreign.content.decode()) == strip.sub("", missing.content.decode())


@pytest.mark.parametrize("name", POSTS)
def test_anothers_claim_cannot_be_posted_to(client, covered, name):
    claim = claims.submitted(covered)
    customers.sign_in(client, claims.claimant())
    assert client.post(reverse(name, args=[claim.no])).status_code == 404


@pytest.mark.parametrize("name", ["claims:list", "claims:report"])
def test_visitors_sign_in_first(client, name):
    answer = client.get(reverse(name))
    assert answer.status_code == 302
    assert "login" in answer.url


def test_nul_in_the_address_is_no_server_error(signed_in):
    assert signed_in.get("/en/claims/LPL%00/").status_code in (400, 404)


def test_review_withdraw_and_documents_from_the_page(signed_in, covered):
    claim = claims.asked(claims.referred(covered), "invoice")
    where = reverse("claims:claim", args=[claim.no])
    assert "We need these papers, and only these" in signed_in.get(where).content.decode()
    assert [item.kind for item in needs_me_now(covered.user)] == ["documents"]
    nothing = signed_in.post(reverse("claims:documents", args=[claim.no]), {"action": "send"})
    assert "Add at least one file first." in nothing.content.decode()
    sent = signed_in.post(
        reverse("claims:documents", args=[claim.no]), {"action": "send", "file_invoice": claims.photo()}
    )
    assert sent.url == where
    assert claims.fresh(claim).state == ClaimState.REFERRED
    send_documents(claim=claim, by=actor_of(claim.user), at=clock.now())
    assert signed_in.post(reverse("claims:withdraw", args=[claim.no])).url == reverse("claims:list")
    refused = claims.refused(claims.referred(covered))
    claims.settle()
    page = signed_in.get(reverse("claims:claim", args=[refused.no])).content.decode()
    assert "Why we do not pay" in page
    assert "Ask for a review" in page
    signed_in.post(reverse("claims:review", args=[refused.no]), {"words": "Please"})
    assert claims.fresh(refused).state == ClaimState.REFERRED


def test_another_account_from_the_page(signed_in, covered):
    set_switch(operation=Operation.TRANSFER, behaviour=Behaviour.FAIL, by=claims.SYSTEM, at=clock.now())
    claim = claims.paid(covered)
    set_switch(operation=Operation.TRANSFER, behaviour=Behaviour.NORMAL, by=claims.SYSTEM, at=clock.now())
    assert [item.kind for item in needs_me_now(covered.user)] == ["account"]
    with override("en"):  # the bank's answer, a request of its own, has left its language behind
        where = reverse("claims:account", args=[claim.no])
    assert "is still yours" in signed_in.get(where).content.decode()
    assert signed_in.post(where, {"account": "x"}).status_code == 200
    assert signed_in.post(where, {"account": "6217000012345678901"}).status_code == 302
    claims.settle()
    assert claims.fresh(claim).state == ClaimState.PAID


def test_an_approval_waiting_for_a_second_person_is_not_told(signed_in, covered):
    claim = claims.approved(claims.referred(covered))
    text = signed_in.get(reverse("claims:claim", args=[claim.no])).content.decode()
    assert "500.00" not in text
    assert "With an adjuster" in text


def test_switching_the_cover_keeps_what_was_typed(signed_in, covered):
    query = told(covered) | {"cover": f"{covered.no}:death"}
    part = signed_in.get(reverse("claims:report"), query, HTTP_HX_REQUEST="true").content.decode()
    assert "hospital" not in part
    query["cover"] = f"{covered.no}:hospital_cash"
    part = signed_in.get(reverse("claims:report"), query, HTTP_HX_REQUEST="true").content.decode()
    assert 'value="City Hospital"' in part


def test_the_list_asks_the_same_number_of_times(signed_in, covered, django_assert_max_num_queries):
    claims.submitted(covered)
    with django_assert_max_num_queries(40) as one:
        signed_in.get(reverse("claims:list"))
    for nights, ended in ((2, 40), (2, 50), (2, 60)):
        claims.submitted(covered, nights=nights, ended=ended)
    with django_assert_max_num_queries(len(one)) as many:
        signed_in.get(reverse("claims:list"))
    assert len(many) <= len(one)


def test_the_claim_page_asks_the_same_number_of_times(signed_in, covered, django_assert_max_num_queries):
    claim = claims.referred(covered)
    where = reverse("claims:claim", args=[claim.no])
    with django_assert_max_num_queries(40) as one:
        signed_in.get(where)
    claims.with_papers(claim, "discharge", "invoice", "other")
    with django_assert_max_num_queries(len(one)):
        signed_in.get(where)
