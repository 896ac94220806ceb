"""Papers of a group contract: a member's own certificate, the signed list of the insured, the register as a table."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from customers.models import User
from insureweb.audit.access import record_access
from insureweb.audit.models.access import AccessKind
from insureweb.documents.models import Document, DocumentKind
from insureweb.documents.services.documents import issue_document, revoke_documents
from insureweb.documents.states import DocumentState
from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.context import use_case
from insureweb.kernel.outbox import publish
from policies.contract.models import Policy, PolicyMember, PolicyVersion
from policies.contract.rules.terms import read_terms
from policies.contract.selectors import product_of
from policies.contract.selectors.members import CERTIFICATE, MEMBER_LIST, certificate_no, count_of, group_papers
from policies.contract.services.papers import conditions, coverage_line
from policies.contract.states import PolicyState
from policies.events import MemberListWanted
from policies.offers.rosters.rules.columns import asked_inputs
from policies.words import in_both_languages
from products.sheet_files import write_csv, write_xlsx

# A list of so many people is typeset in about a second; a larger group has several, each signed on its own.
PEOPLE_A_LIST = 1_000


def check_not_cancelled(policy: Policy) -> None:
    if policy.state == PolicyState.CANCELLED:
        raise Refused("policy_cancelled", _("This policy was cancelled; it proves no cover."))


@use_case
def revoke_group_papers(*, policy: Policy, reason: str, by: Actor, at: datetime) -> None:
    """Certificates and lists prove nothing any more."""
    papers = group_papers(policy).filter(state=DocumentState.ISSUED)
    for kind, number in papers.order_by().values_list("subject_kind", "subject_no").distinct():
        revoke_documents(subject_kind=kind, subject_no=number, reason=reason, by=by, at=at)


# --- a member's certificate ---


@use_case
def issue_certificate(*, member: PolicyMember, owner: User, by: Actor, at: datetime) -> Document:
    """The member's certificate, signed and open to public verification, once for each account that asks.

    Raises:
        Refused: the policy was cancelled.
    """
    policy = member.policy
    check_not_cancelled(policy)
    subject = {"subject_kind": CERTIFICATE, "subject_no": certificate_no(member)}
    known = Document.objects.filter(
        **subject, kind=DocumentKind.CERTIFICATE, state=DocumentState.ISSUED, owner_id=str(owner.uuid)
    ).first()
    if known is not None:
        return known
    name = product_of(policy).definition.name
    return issue_document(
        kind=DocumentKind.CERTIFICATE,
        template="member_certificate.typ",
        data=_certificate(member),
        **subject,
        owner_kind="customer",
        owner_id=str(owner.uuid),
        title=in_both_languages(_("%(product)s, certificate of insurance"), product=name),
        by=by,
        at=at,
    )


def _certificate(member: PolicyMember) -> dict[str, Any]:
    policy = member.policy
    product, version = product_of(policy), _version(policy)
    definition = product.definition
    data = _contract(policy, version) | {
        "certificate_number": certificate_no(member),
        "insured": {"name": member.name.open(), "id_number": member.id_number.open()},
        "beneficiary": in_both_languages(
            _("The insured person; after a death whom they named, or the heirs by law; never the employer")
        ),
        "coverages": [coverage_line(term) for term in read_terms(version.terms["coverages"])],
        "period": member.span,
        "exclusions": [statement.text for statement in definition.not_covered],
        "wordings": [wording.title for wording in product.wordings],
    }
    if definition.filing is not None:
        data["filing_number"] = definition.filing.number
    return data | conditions(version, definition)


def _version(policy: Policy) -> PolicyVersion:
    return PolicyVersion.objects.filter(policy=policy, recorded__upper_inf=True).order_by("-number")[0]


def _contract(policy: Policy, version: PolicyVersion) -> dict[str, Any]:
    """What every paper of a group says about its contract."""
    definition = product_of(policy).definition
    plan = definition.plans_by_key.get(version.terms["plan"])
    data: dict[str, Any] = {
        "policy_number": policy.no,
        "insurer": policy.insurer.name,
        "product": definition.name,
        "holder": {"name": policy.holder.name.open()},
        "period": policy.span,
    }
    return data | {"plan": plan.name} if plan else data


# --- the signed list ---


@use_case
def issue_member_list(*, policy: Policy, after: int, by: Actor, at: datetime) -> Document | None:
    """The next signed list, of the people whose number is above `after`; the one that follows is announced with it.

    Names stand in full, identity numbers masked. None when there is nobody left, or the list is made already.
    """
    subject = {"subject_kind": MEMBER_LIST, "subject_no": f"{policy.no}/{after // PEOPLE_A_LIST + 1}"}
    if Document.objects.filter(**subject).exists():
        return None
    people = list(policy.members.filter(position__gt=after).order_by("position")[:PEOPLE_A_LIST])
    if not people:
        return None
    first, last = people[0].position, people[-1].position
    words = _("List of the insured of policy %(number)s, numbers %(first)s to %(last)s")
    made = issue_document(
        kind=DocumentKind.MEMBER_LIST,
        template="member_list.typ",
        data=_contract(policy, _version(policy))
        | {"people": count_of(policy), "members": [[str(p.position), p.name.open(), str(p.id_number)] for p in people]},
        **subject,
        owner_kind="customer",
        owner_id=str(policy.user.uuid),
        title=in_both_languages(words, number=policy.no, first=f"{first:,}", last=f"{last:,}"),
        by=by,
        at=at,
    )
    publish(MemberListWanted(policy_no=policy.no, after=last), at=at)
    return made


# --- the register as a table ---


@use_case
def export_members(*, policy: Policy, kind: str, by: Actor, at: datetime) -> bytes:
    """The whole register as a CSV or XLSX file with masked identity numbers; that it was taken out is written down."""
    record_access(
        kind=AccessKind.EXPORT,
        subject=PolicyMember._meta.db_table,
        subject_id=policy.no,
        count=count_of(policy),
        reason=str(_("Register of policy %(number)s") % {"number": policy.no}),
        by=by,
        at=at,
    )
    rows = list(_rows(policy))
    return write_xlsx(rows, policy.no) if kind == "xlsx" else write_csv(rows).encode("utf-8-sig")


def _rows(policy: Policy) -> Iterator[list[str]]:
    inputs = asked_inputs(product_of(policy).definition)
    headings = (_("No."), _("Name"), _("Resident ID number"), *(item.label for item in inputs), _("Premium"))
    yield [str(heading) for heading in (*headings, _("First day"), _("Last day"))]
    for member in policy.members.order_by("position").iterator():
        facts = (str(member.facts.get(item.key, "")) for item in inputs)
        yield [
            str(member.position), member.name.open(), str(member.id_number), *facts, str(member.premium),
            member.span.first_day.isoformat(), member.span.last_day.isoformat(),
        ]  # fmt: skip
