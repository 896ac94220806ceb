"""Customer service takes down a group member's claim for the person or the company."""

import pytest
from django.test import Client
from django.urls import reverse

from claims.models import Claim
from claims.states import ClaimState
from customers.models import User
from insureweb.audit.models import AccessLog
from tests.factories import claims, customers, group_claims

pytestmark = pytest.mark.django_db


@pytest.fixture
def insured():
    return group_claims.member(group_claims.policy())


@pytest.fixture
def service():
    return customers.sign_in(Client(), customers.colleague("customer_service").user)


def told(insured, **changes):
    day = claims.day(-10)
    return {
        "caller": "insured", "email": "", "cover": f"{insured.policy.no}:accident_medical", "cause": "accident",
        "what_happened": "Broke the left arm", "claimed": "1100", "event_date_0": day.day, "event_date_1": day.month,
        "event_date_2": day.year, "payee_is": "self", "name": "", "id_number": "", "account": claims.ACCOUNT,
    } | changes  # fmt: skip


def address(insured):
    return f"/en/staff/claims/claim/report/{insured.uuid}/"


def test_the_person_is_found_by_policy_and_whole_number_and_the_look_is_written_down(service, insured):
    where = "/en/staff/claims/claim/report/"
    assert service.get(where).status_code == 200
    known = {"policy_no": insured.policy.no, "id_number": insured.id_number.open()}
    other = group_claims.member(insured.policy, 2).id_number.open()[:-4]
    for wrong in ({"policy_no": "BDL1"}, {"id_number": other}, {"id_number": "\x00"}, {"policy_no": ""}):
        assert service.post(where, known | wrong).status_code == 200
    assert not AccessLog.objects.filter(subject_id=str(insured.uuid)).exists()
    assert service.post(where, known)["Location"].endswith(address(insured).removeprefix("/en"))
    assert AccessLog.objects.filter(subject_id=str(insured.uuid), kind="reveal").count() == 1
    adjuster = customers.sign_in(Client(), claims.adjuster().user)
    assert adjuster.get(where).status_code == 403


def test_for_the_person_an_account_is_opened_and_the_company_learns_nothing(service, insured):
    page = service.post(address(insured), told(insured))
    assert "Ask for an e-mail address" in page.content.decode()
    assert not Claim.objects.exists()
    taken = service.post(address(insured), told(insured, email=insured.policy.user.email))
    assert "already an account" in taken.content.decode()
    sent = service.post(address(insured), told(insured, email="wu.min@example.com"))
    claim = Claim.objects.get()
    assert sent["Location"] == reverse("admin:claims_claim_change", args=[claim.no])
    assert service.get(sent["Location"]).status_code == 200
    assert (claim.state, claim.user) == (ClaimState.SUBMITTED, User.objects.get(email="wu.min@example.com"))
    company = customers.sign_in(Client(), insured.policy.user)
    assert company.get(reverse("claims:claim", args=[claim.no])).status_code == 404
    own = customers.sign_in(Client(), claim.user)
    assert own.get(reverse("claims:claim", args=[claim.no])).status_code == 200


def test_for_the_company_with_what_is_wrong_said_at_its_field(service, insured):
    for changes, words in (
        ({"caller": ""}, "Say who tells it."),
        ({"payee_is": "spouse", "name": "Chen Nian", "id_number": "110101"}, "goes to the family"),
        ({"account": "12a"}, "account number"),
        ({"event_date_2": "2020"}, "not insured here on that day"),
        ({"cover": "x"}, "Select a valid choice"),
    ):
        page = service.post(address(insured), told(insured, **({"caller": "company"} | changes)))
        assert words in page.content.decode(), words
    assert not Claim.objects.exists()
    service.post(address(insured), told(insured, caller="company"))
    claim = Claim.objects.get()
    assert (claim.state, claim.user, claim.member) == (ClaimState.SUBMITTED, insured.policy.user, insured)
