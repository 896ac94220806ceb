"""What the pages of reporting need to find."""

from datetime import date
from typing import Any

from claims.models import Claim
from claims.selectors.customer import claims_of
from claims.states import ClaimState
from insureweb.kernel.periods import add_years, midnight
from policies.contract.models import Policy
from policies.contract.selectors import policies_of, policy_in_force_on

# A claim under life cover is time-barred after five years, under other cover after two (Insurance Law article 26).
YEARS_BACK = 5


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
