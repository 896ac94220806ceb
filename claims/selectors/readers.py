"""Who may read a claim, and how much of it.

What a member's claim says about body and mind is the member's alone: the employer who reported it sees that it runs,
what is still needed and how it ended, never why and how much (Personal Information Protection Law, articles 28, 29).
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from claims.models import Claim, Payee
from claims.states import ClaimState
from customers.models import Party, Sex, User
from customers.selectors import own_party
from insureweb.kernel.periods import age_on
from insureweb.kernel.resident_id import read_resident_id
from policies.contract.selectors.members import account_of, is_member, memberships_of


@dataclass(frozen=True, slots=True)
class Reader:
    """An account that looks at claims, with the memberships of its own person."""

    user: User
    memberships: frozenset[int]

    @property
    def visible(self) -> Q:
        """Claims this account may open: those it reported, and those sent about its own person."""
        own = Q(user=self.user)
        return own | (Q(member__in=self.memberships) & ~Q(state=ClaimState.DRAFT)) if self.memberships else own

    def reads_everything(self, claim: Claim) -> bool:
        """Whether the account is the insured person's, or reported a claim that is no member's."""
        return claim.user_id == self.user.pk if claim.member_id is None else claim.member_id in self.memberships


def reader_of(user: User) -> Reader:
    return Reader(user, frozenset(member.pk for member in memberships_of(user)))


def reads_everything(claim: Claim, user: User) -> bool:
    """As `Reader.reads_everything`, for one claim."""
    return claim.user_id == user.pk if claim.member is None else is_member(user, claim.member)


def full_reader(claim: Claim) -> User | None:
    """The account that is told everything; None for a member without an account."""
    if claim.member is None:
        return claim.user
    return claim.user if is_member(claim.user, claim.member) else account_of(claim.member)


def owner_of_papers(claim: Claim) -> tuple[str, str]:
    """Kind and id of whoever letters belong to. A member without an account owns them until one is opened."""
    reader = full_reader(claim)
    return ("customer", str(reader.uuid)) if reader else ("member", str(claim.member.uuid))


@dataclass(frozen=True, slots=True)
class InsuredPerson:
    """Whoever the cover is for, masked, as the claims desk sees them."""

    name: Any
    id_number: Any
    phone: Any
    birth_date: date | None
    sex: str

    def age_on(self, day: date) -> int | None:
        return age_on(self.birth_date, day) if self.birth_date else None


def insured_person(claim: Claim) -> InsuredPerson:
    """The insured of the policy, or the member of the group, of whom the ID number tells birth and sex."""
    if claim.member is None:
        party = claim.policy.insured
        sex = str(party.get_sex_display()) if party.sex else ""
        return InsuredPerson(party.name, party.id_number, party.phone, party.birth_date, sex)
    member = claim.member
    read = read_resident_id(member.id_number.open(), today=claim.event_date)
    return InsuredPerson(member.name, member.id_number, None, read.birth_date, str(Sex(read.sex).label))


def payee_kept_by(claim: Claim) -> Party | None:
    """Where the payee's account is remembered; nowhere for a member whose employer reports, nor for heirs."""
    if claim.member is None:
        return claim.claimant
    if claim.payee_is == Payee.SELF and is_member(claim.user, claim.member):
        return own_party(claim.user)
    return None
