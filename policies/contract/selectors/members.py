"""Reading who a group policy insures: masked, paged by number; a person is found by the whole ID number."""

from collections.abc import Sequence
from dataclasses import dataclass

from insureweb.kernel.periods import business_date
from insureweb.kernel.resident_id import ResidentIdInvalid, read_resident_id
from policies.contract.models import Policy, PolicyMember

PAGE = 50


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
    index = PolicyMember._meta.get_field("id_number_index").of  # type: ignore[union-attr]
    return policy.members.filter(id_number_index=index(number)).first()
