"""Reading who a group policy insures: masked, paged by number; a person is found by the whole ID number."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from customers.models import Party, User
from customers.selectors import verified_self, verified_selves
from insureweb.documents.models import Document
from insureweb.kernel.periods import business_date
from insureweb.kernel.resident_id import ResidentIdInvalid, read_resident_id
from insureweb.kernel.sealed import normalised
from policies.contract.models import Policy, PolicyMember
from policies.loading import without_files

PAGE = 50
# What papers of a group are about; their number begins with the policy's.
CERTIFICATE, MEMBER_LIST = "policy_member", "member_list"


@dataclass(frozen=True, slots=True)
class MemberPage:
    """A stretch of the register; `after` is the number the next stretch follows, zero at the end."""

    members: Sequence[PolicyMember]
    after: int


def count_of(policy: Policy) -> int:
    """How many people the contract insures; none when it is no group's. The last number is the count."""
    last = policy.members.order_by("-position").values_list("position", flat=True).first()
    return last or 0


def members_after(policy: Policy, position: int, most: int = PAGE) -> MemberPage:
    """The members whose number is above this one, in order."""
    found = list(policy.members.filter(position__gt=position).order_by("position")[: most + 1])
    return MemberPage(found[:most], found[most - 1].position if len(found) > most else 0)


def member_numbered(policy: Policy, id_number: str) -> PolicyMember | None:
    """The member with this resident ID number, found by its blind index."""
    try:
        number = read_resident_id(id_number[:80], today=business_date(policy.issued_at)).number
    except ResidentIdInvalid:
        return None
    return policy.members.filter(id_number_index=_index(PolicyMember, number)).first()


# --- Papers ---


def certificate_no(member: PolicyMember) -> str:
    """A member's number over all contracts."""
    return f"{member.policy.no}/{member.position}"


def group_papers(policy: Policy) -> QuerySet[Document]:
    """Certificates and lists made of a group contract."""
    return Document.objects.filter(subject_kind__in=(CERTIFICATE, MEMBER_LIST), subject_no__startswith=f"{policy.no}/")


def signed_lists(policy: Policy) -> list[Document]:
    """The signed lists of the insured, in the order of the register."""
    return list(group_papers(policy).filter(subject_kind=MEMBER_LIST).defer("data").order_by("id"))


# --- A member's own account ---


def with_policies() -> QuerySet[PolicyMember]:
    """Members with their contract, in one query."""
    related = ("insurer", "product_version__product", "holder", "insured", "user", "quote")
    return PolicyMember.objects.select_related(*(f"policy__{name}" for name in related)).defer(
        *(f"policy__{name}" for name in (*without_files(), "quote__breakdown"))
    )


def memberships_of(user: User) -> list[PolicyMember]:
    """The group covers of the person an account belongs to, newest first; none while the identity is unconfirmed."""
    person = verified_self(user)
    if person is None:
        return []
    found = with_policies().filter(id_number_index=_index(PolicyMember, person.id_number.open())).order_by("-id")
    return [member for member in found if _is_the_same(person, member)]


def is_member(user: User, member: PolicyMember) -> bool:
    """Whether the account's confirmed person is this member: the same number and the same name."""
    person = verified_self(user)
    return person is not None and _is_the_same(person, member)


def accounts_of(member: PolicyMember) -> list[User]:
    """The member's own accounts, those whose identity is confirmed, the oldest first."""
    parties = verified_selves().filter(id_number_index=_index(Party, member.id_number.open()))
    return [party.owner for party in parties if _is_the_same(party, member)]


def account_of(member: PolicyMember) -> User | None:
    """The member's own account, if there is one."""
    return next(iter(accounts_of(member)), None)


def _is_the_same(person: Party, member: PolicyMember) -> bool:
    return all(
        normalised(getattr(person, name).open()) == normalised(getattr(member, name).open())
        for name in ("id_number", "name")
    )


def _index(model: Any, number: str) -> str:
    return str(model._meta.get_field("id_number_index").of(number))
