from policies.contract.services.cancellation import cancel_in_cooling_off
from policies.contract.services.issuing import Named, issue_policy
from policies.contract.services.receipt import acknowledge_receipt

__all__ = ["Named", "acknowledge_receipt", "cancel_in_cooling_off", "issue_policy"]
