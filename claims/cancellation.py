"""What a claim means for cancelling its policy; answers the port of the contract."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from claims.models import Claim, Settlement
from claims.states import OWED, SettlementState
from insureweb.kernel.checks import Refused
from policies.contract.models import Policy

SPENT = (SettlementState.REQUESTED, SettlementState.PAID)


def check_nothing_was_paid(policy: Policy, at: datetime) -> None:
    """Raises `Refused`: money was paid or promised under the policy, so its whole premium cannot go back."""
    settled = Settlement.objects.filter(claim__policy=policy, state__in=SPENT).exists()
    if settled or Claim.objects.filter(policy=policy, state__in=OWED).exists():
        words = _("A claim under this policy was paid or approved, so the whole premium cannot go back.")
        raise Refused("claim_paid", words)
