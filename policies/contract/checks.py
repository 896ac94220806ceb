"""May this be done to this policy now? One raising check per action; pages show its reason beside the button."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from insureweb.kernel.checks import Refused
from policies.contract.models import Policy
from policies.contract.ports import check_cancellation
from policies.contract.rules.cooling_off import is_cooling_off
from policies.contract.states import PolicyState
from products.compiled import compiled


def check_can_acknowledge(policy: Policy) -> None:
    """Raises `Refused`: the policy is over."""
    if policy.state != PolicyState.IN_FORCE:
        raise Refused("policy_over", _("This policy is no longer in force."))


def check_can_cancel(policy: Policy, at: datetime) -> None:
    """Raises `Refused`: the policy is over, the cooling-off period has passed, or a claim stands in the way."""
    if policy.state != PolicyState.IN_FORCE:
        raise Refused("policy_over", _("This policy is no longer in force."))
    days = compiled(policy.product_version).terms.cooling_off_days
    if not days:
        raise Refused("no_cooling_off", _("This contract has no cooling-off period."))
    if not is_cooling_off(
        acknowledged_at=policy.receipt_acknowledged_at, until=policy.cooling_off_until, days=days, at=at
    ):
        raise Refused("cooling_off_over", _("The cooling-off period is over, so the full premium cannot go back."))
    check_cancellation(policy, at)
