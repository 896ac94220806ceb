"""Papers of a group: the signed lists, a member's certificate with its public check, the register as a file."""

import csv
import io
import json

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from insureweb.audit.models.access import AccessLog
from insureweb.documents.models import Document
from insureweb.documents.selectors import public_facts
from insureweb.documents.states import DocumentState
from insureweb.kernel import clock, outbox
from insureweb.kernel.checks import Refused
from policies.contract.selectors.members import group_papers, signed_lists
from policies.contract.services import group_papers as papers
from policies.contract.services.group_papers import issue_certificate, revoke_group_papers
from products.sheet_files import read_sheet
from tests.factories import customers, group_claims, groups
from tests.factories import policies as sold

pytestmark = pytest.mark.django_db


@pytest.fixture
def policy():
    return groups.policy(lines=groups.staff(5))


def printed(document, language="en"):
    return json.loads(document.data.open())[language]["data"]


def test_signed_lists_name_everybody_once_with_masked_numbers(policy, monkeypatch):
    monkeypatch.setattr(papers, "PEOPLE_A_LIST", 3)
    for _again in range(2):
        outbox.drain(at=clock.now())
        papers.issue_member_list(policy=policy, after=0, by=sold.SYSTEM, at=clock.now())
    lists = signed_lists(policy)
    assert [paper.title.get("en").partition(", ")[2] for paper in lists] == [
        "numbers 1 to 3", "numbers 4 to 5",
    ]  # fmt: skip
    rows = [
        row for paper in Document.objects.filter(kind="member_list").order_by("id") for row in printed(paper)["members"]
    ]
    assert rows == [[str(m.position), m.name.open(), str(m.id_number)] for m in policy.members.order_by("position")]
    assert all(paper.renditions.count() == 2 for paper in lists)


def test_a_certificate_is_made_once_for_each_account_and_can_be_checked(policy):
    member = group_claims.member(policy)
    owner = group_claims.account_of(member)
    company, own = (issue_certificate(member=member, owner=user, by=sold.SYSTEM, at=clock.now())
                    for user in (policy.user, owner))  # fmt: skip
    again = issue_certificate(member=member, owner=owner, by=sold.SYSTEM, at=clock.now())
    assert (company.pk != own.pk, again.pk) == (True, own.pk)
    shown = printed(own)
    assert shown["insured"] == {"name": member.name.open(), "id_number": member.id_number.open()}
    assert "never the employer" in shown["beneficiary"]
    facts = dict(public_facts(own, "en"))
    assert facts["Certificate number"] == f"{policy.no}/1"
    assert member.name.open() not in facts.values()
    page = Client().get(reverse("documents:verify", args=[own.verification_code]))
    assert member.id_number.open() not in page.content.decode()
    revoke_group_papers(policy=policy, reason="cancelled", by=sold.SYSTEM, at=clock.now())
    assert not group_papers(policy).exclude(state=DocumentState.REVOKED).exists()


def test_a_cancelled_policy_proves_nothing(policy):
    policy.state = "cancelled"
    with pytest.raises(Refused) as refusal:
        papers.check_not_cancelled(policy)
    assert refusal.value.code == "policy_cancelled"


def test_the_company_takes_the_register_with_it_and_that_is_written_down(policy):
    company = customers.sign_in(Client(), policy.user)
    with override("en"):
        csv_file, xlsx_file = (company.post(reverse("policies:members_file", args=[policy.no, kind]))
                               for kind in ("csv", "xlsx"))  # fmt: skip
        assert company.post(reverse("policies:members_file", args=[policy.no, "pdf"])).status_code == 404
        assert company.get(reverse("policies:members_file", args=[policy.no, "csv"])).status_code == 405
    rows = list(csv.reader(io.StringIO(csv_file.content.decode("utf-8-sig"))))
    assert rows[0] == ["No.", "Name", "Resident ID number", "Occupation class", "Premium", "First day", "Last day"]
    assert [list(cells) for _line, cells in read_sheet(xlsx_file.content, "x.xlsx").rows] == rows[1:]
    first = group_claims.member(policy)
    assert rows[1][:5] == ["1", first.name.open(), str(first.id_number), "1", str(first.premium)]
    assert first.id_number.open() not in csv_file.content.decode("utf-8-sig")
    taken = AccessLog.objects.filter(kind="export", subject_id=policy.no)
    assert [(row.count, row.actor_id) for row in taken] == [(5, str(policy.user.uuid))] * 2


def test_a_member_downloads_the_certificate_and_a_colleague_does_not(policy):
    member, colleague = group_claims.member(policy), group_claims.member(policy, 2)
    own, other = (customers.sign_in(Client(), group_claims.account_of(one)) for one in (member, colleague))
    where = reverse("policies:certificate", args=[member.uuid])
    made = own.post(where, follow=True)
    assert made.content.startswith(b"%PDF-")
    assert other.post(where).status_code == 404
    assert other.get(made.redirect_chain[-1][0]).status_code == 404
