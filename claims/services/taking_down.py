"""Customer service takes down what somebody tells about a member of a group, by telephone or at the counter."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from claims.checks import Incident, Relative
from claims.models import Claim
from claims.services.reporting import report_incident, send_claim
from customers.models import Language, User
from customers.services.accounts import register_customer
from customers.services.parties import record_person
from insureweb.audit.access import record_access
from insureweb.audit.models.access import AccessKind
from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.context import use_case
from policies.contract.models import Policy, PolicyMember
from policies.contract.selectors.members import account_of, member_numbered


@dataclass(frozen=True, slots=True)
class Caller:
    """Who tells it: the company, or the insured person, with an address for their account when they have none."""

    is_insured: bool
    email: str = ""


@use_case
def find_member(*, policy_no: str, id_number: str, by: Actor, at: datetime) -> PolicyMember:
    """The member a caller names by policy and whole ID number; that staff looked is written down.

    Raises:
        Refused: no such person in such a policy; which of the two is wrong is not told.
    """
    policy = Policy.objects.filter(no=policy_no.strip()).first()
    member = member_numbered(policy, id_number) if policy else None
    if member is None:
        raise Refused("unknown_member", _("No person with this number is insured under this policy."), "id_number")
    reason = str(_("To take down a claim"))
    table = PolicyMember._meta.db_table
    record_access(kind=AccessKind.REVEAL, subject=table, subject_id=str(member.uuid), reason=reason, by=by, at=at)
    return member


@use_case
def take_down(
    *,
    member: PolicyMember,
    coverage: str,
    incident: Incident,
    caller: Caller,
    account: str,
    relative: Relative | None = None,
    by: Actor,
    at: datetime,
) -> Claim:
    """Report and send a member's claim for the caller. Missing papers are asked for as with any other claim.

    Raises:
        Refused: as for reporting and sending; or the insured person has no account and gave no free address.
    """
    user = _account_for(member, caller.email, by=by, at=at) if caller.is_insured else member.policy.user
    draft = report_incident(
        user=user, policy=member.policy, member=member, coverage=coverage, incident=incident, by=by, at=at
    )
    return send_claim(claim=draft, account=account, relative=relative, by=by, at=at)


def _account_for(member: PolicyMember, email: str, *, by: Actor, at: datetime) -> User:
    """The insured person's account, opened now when there is none: letters and questions need somewhere to go."""
    known = account_of(member)
    if known is not None:
        return known
    if not email:
        words = _("The insured person has no account. Ask for an e-mail address to open one.")
        raise Refused("email_needed", words, field="email")
    user = register_customer(email=email, language=Language.CHINESE, by=by, at=at)
    record_person(owner=user, name=member.name.open(), id_number=member.id_number.open(), is_self=True, by=by, at=at)
    return user
