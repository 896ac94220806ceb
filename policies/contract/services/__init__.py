from policies.contract.services.cancellation import cancel_in_cooling_off, check_can_cancel
from policies.contract.services.issuing import Named, issue_policy
from policies.contract.services.receipt import acknowledge_receipt, check_can_acknowledge

__all__ = [
    "Named",
    "acknowledge_receipt",
    "cancel_in_cooling_off",
    "check_can_acknowledge",
    "check_can_cancel",
    "issue_policy",
]
