"""What the pages of reporting need to find."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from claims.models import Claim
from claims.selectors.customer import claims_of
from claims.states import ClaimState
from insureweb.kernel.periods import add_years, midnight
from policies.contract.models import Policy, PolicyMember
from policies.contract.selectors import policies_of, policy_in_force_on, product_of
from policies.contract.selectors.members import is_member, memberships_of, with_policies
from policies.offers.rosters.rules.columns import is_group

# A claim under life cover is time-barred after five years, under other cover after two (Insurance Law article 26).
YEARS_BACK = 5


@dataclass(frozen=True, slots=True)
class Claimable:
    """Where an account may report: its own policies, group policies it holds, and its person's memberships."""

    own: list[Policy]
    groups: list[Policy]
    memberships: list[PolicyMember]


def claimable(user: Any, today: date) -> Claimable:
    policies = claimable_policies(user, today)
    groups = [policy for policy in policies if is_group(product_of(policy).definition)]
    return Claimable([policy for policy in policies if policy not in groups], groups, memberships_of(user))


def member_to_report(user: Any, uuid: Any) -> PolicyMember:
    """The member this account may report for: one of a group policy it holds, or its own person.

    Raises:
        PolicyMember.DoesNotExist: there is none, or it is another's; the two cannot be told apart.
    """
    member = with_policies().get(uuid=uuid)
    if member.policy.user_id != user.pk and not is_member(user, member):
        raise PolicyMember.DoesNotExist
    return member


def claimable_policies(user: Any, today: date) -> list[Policy]:
    """The user's policies that ran within the last five years, those in force first."""
    earliest = midnight(add_years(today, -YEARS_BACK))
    policies = policies_of(user).filter(period__endswith__gt=earliest)
    return sorted(policies, key=lambda policy: (policy.state != "in_force", -policy.pk))


def newest_draft(user: Any) -> Claim | None:
    """The claim the user began and did not send."""
    return claims_of(user).filter(state=ClaimState.DRAFT).first()


def was_covered(claim: Claim) -> bool:
    return policy_in_force_on(claim.policy, claim.event_date)
