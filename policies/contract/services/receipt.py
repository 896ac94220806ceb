"""The policyholder confirms that the policy arrived; from then the cooling-off period runs."""

from datetime import datetime

from insureweb.kernel.actors import Actor
from insureweb.kernel.context import use_case
from insureweb.kernel.outbox import publish
from policies.contract.checks import check_can_acknowledge
from policies.contract.models import Policy
from policies.contract.rules.cooling_off import cooling_off_end
from policies.events import ReceiptAcknowledged
from policies.loading import without_files
from products.compiled import compiled


@use_case
def acknowledge_receipt(*, policy: Policy, by: Actor, at: datetime) -> Policy:
    """Note the receipt and start the cooling-off period; a second time changes nothing.

    Raises:
        Refused: the policy is over.
    """
    policies = Policy.objects.select_for_update(of=("self",)).select_related("product_version")
    locked = policies.defer(*without_files()).get(pk=policy.pk)
    check_can_acknowledge(locked)
    if locked.receipt_acknowledged_at is not None:
        return locked
    days = compiled(locked.product_version).terms.cooling_off_days
    locked.receipt_acknowledged_at = at
    locked.cooling_off_until = cooling_off_end(at, days)
    locked.save(update_fields=["receipt_acknowledged_at", "cooling_off_until"])
    publish(ReceiptAcknowledged(policy_no=locked.no, cooling_off_until=locked.cooling_off_until), at=at)
    return locked
