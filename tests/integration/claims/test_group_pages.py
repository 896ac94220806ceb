"""The pages of group claims: the employer finds a person and reports, the member reads everything and reports alone."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from claims.models import Claim
from claims.services.desk import ask_for_documents
from claims.states import ClaimState
from customers.actors import actor_of
from insureweb.documents.models import Document
from insureweb.finance.gateways.sandbox.models import Behaviour, Operation
from insureweb.finance.gateways.sandbox.services import set_switch
from insureweb.kernel import clock
from insureweb.kernel.localized import Localized
from tests.factories import claims, customers, group_claims, rosters

pytestmark = pytest.mark.django_db
SECRETS = ("900.00", "Broke the left arm", "small medical bill", "CL-50")


def address(name, args=()):
    """In English, whatever the bank's own request left active."""
    with override("en"):
        return reverse(name, args=args)


@pytest.fixture
def insured():
    return group_claims.member(group_claims.policy())


@pytest.fixture
def employer(insured):
    return customers.sign_in(Client(), insured.policy.user)


@pytest.fixture
def member(insured):
    return customers.sign_in(Client(), group_claims.account_of(insured))


def words(response):
    assert response.status_code == 200
    return response.content.decode()


def report(client, insured, account=claims.ACCOUNT):
    """The three steps; the claim."""
    day = claims.day(-10)
    told = {
        "cover": f"{insured.policy.no}:accident_medical", "cause": "accident", "what_happened": "Broke the left arm",
        "claimed": "1100", "event_date_0": day.day, "event_date_1": day.month, "event_date_2": day.year,
    }  # fmt: skip
    first = client.post(address("claims:report_member", args=[insured.uuid]), told)
    assert first.status_code == 302, first.content.decode()
    papers = {f"file_{kind}": claims.photo(f"{kind}.png", colour) for kind, colour in
              zip(group_claims.PAPERS, ("red", "blue", "green"), strict=True)}  # fmt: skip
    second = client.post(first.url, papers | {"action": "next"})
    assert "Broke the left arm" in words(client.get(second.url))
    third = client.post(second.url, {"account": account})
    assert third.status_code == 302, third.content.decode()
    return Claim.objects.latest("id")


def test_the_employer_finds_the_person_reports_and_learns_only_the_state(employer, member, insured):
    assert address("policies:members", args=[insured.policy.no]) in words(employer.get(address("claims:report")))
    register = address("policies:members", args=[insured.policy.no])
    found = words(employer.post(register, {"id_number": insured.id_number.open()}))
    assert address("claims:report_member", args=[insured.uuid]) in found
    claim = report(employer, insured)
    claims.settle()
    for page in ("claims:claim", "claims:list", "my", "customers:messages"):
        shown = words(employer.get(address(page, args=[claim.no] if page == "claims:claim" else [])))
        assert not [secret for secret in SECRETS if secret in shown], page
    assert "Paid" in words(employer.get(address("claims:claim", args=[claim.no])))
    letter = Document.objects.get(kind="claim_letter")
    assert employer.get(address("claims:paper", args=[claim.no, letter.uuid])).status_code == 404
    assert employer.get(address("documents:download", args=[letter.uuid])).status_code == 404
    shown = words(member.get(address("claims:claim", args=[claim.no])))
    assert "900.00" in shown
    for uuid in (letter.uuid, claim.evidence.all()[0].file):
        assert address("claims:paper", args=[claim.no, uuid]) in shown
        assert member.get(address("claims:paper", args=[claim.no, uuid])).status_code == 200


def test_a_member_says_who_they_are_sees_the_cover_and_claims_alone(insured, employer):
    client = customers.sign_in(Client(), customers.customer())
    assert "Group cover" not in words(client.get(address("my")))
    who = {"name": insured.name.open(), "id_number": insured.id_number.open()}
    wrong = client.post(address("customers:profile_person"), who | {"id_number": "110101"})
    assert (wrong.status_code, who["name"] in wrong.content.decode()) == (422, True)
    assert client.post(address("customers:profile_person"), who).url == address("my")
    cover = address("policies:membership", args=[insured.uuid])
    assert cover in words(client.get(address("my")))
    assert "Lanshan Software Ltd" in words(client.get(cover))
    assert address("claims:report_member", args=[insured.uuid]) in words(client.get(address("claims:report")))
    claim = report(client, insured)
    claims.settle()
    assert "900.00" in words(client.get(address("claims:claim", args=[claim.no])))
    assert employer.get(address("claims:claim", args=[claim.no])).status_code == 404
    assert claim.no not in words(employer.get(address("claims:list")))


def test_the_employer_sends_missing_papers_without_reading_the_words(employer, insured):
    claim = group_claims.decided(insured, papers=())
    asked = Localized("缺诊断证明。", "The diagnosis is missing.")
    ask_for_documents(claim=claim, wanted=["records"], words=asked, by=actor_of(claims.adjuster().user), at=clock.now())
    page = words(employer.get(address("claims:claim", args=[claim.no])))
    assert "Medical records" in page
    assert "diagnosis" not in page
    assert "Documents are missing" in words(employer.get(address("my")))
    sent = {"file_records": claims.photo(), "action": "send"}
    assert employer.post(address("claims:documents", args=[claim.no]), sent).status_code == 302
    assert claims.fresh(claim).state == ClaimState.REFERRED


def test_a_payment_that_came_back_is_mended_without_the_sum(employer, insured):
    set_switch(operation=Operation.TRANSFER, behaviour=Behaviour.FAIL, by=claims.SYSTEM, at=clock.now())
    claim = group_claims.submitted(insured)
    claims.settle()
    where = address("claims:account", args=[claim.no])
    for page in (address("my"), address("claims:claim", args=[claim.no]), where):
        shown = words(employer.get(page))
        assert "900" not in shown
        assert "account" in shown
    set_switch(operation=Operation.TRANSFER, behaviour=Behaviour.NORMAL, by=claims.SYSTEM, at=clock.now())
    assert employer.post(where, {"account": claims.ACCOUNT}).status_code == 302
    claims.settle()
    assert claims.fresh(claim).state == ClaimState.PAID


def test_the_family_is_named_on_the_last_step_of_a_death(employer, insured):
    claim = group_claims.draft(insured, coverage="death_disability")
    step = address("claims:step", args=[claim.no, "payee"])
    assert "Brother or sister" in words(employer.get(step))
    told = {"payee_is": "spouse", "name": "", "id_number": "", "account": claims.ACCOUNT}
    assert "Tell us who receives the money." in words(employer.post(step, told))
    assert "last digit or X" in words(employer.post(step, told | {"name": "Chen Nian", "id_number": "1101"}))
    assert "Select a valid choice" in words(employer.post(step, told | {"payee_is": "employer"}))
    done = employer.post(step, told | {"name": "Chen Nian", "id_number": rosters.id_number(700, 34)})
    assert done.status_code == 302, done.content.decode()
    claim = claims.fresh(claim)
    assert (claim.state, claim.payee_is, claim.payee_name.open()) == ("submitted", "spouse", "Chen Nian")
