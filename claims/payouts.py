"""What claims do about their payouts: finance calls this in the transaction of the change."""

from datetime import datetime

from claims.models import Settlement
from claims.services.locking import locked_claim
from claims.services.settling import record_payment, record_payment_failure, record_rejection
from insureweb.finance.models import Payout
from insureweb.finance.ports import PayoutHandler
from insureweb.kernel.actors import Actor


class ClaimPayoutHandler(PayoutHandler):
    """Registered for subject kind "claim"; the subject number is a settlement's."""

    def lock(self, subject_no: str) -> None:
        number = Settlement.objects.filter(no=subject_no).values_list("claim__no", flat=True).first()
        if number is not None:
            locked_claim(number)

    def paid(self, payout: Payout, *, by: Actor, at: datetime) -> None:
        record_payment(payout=payout, by=by, at=at)

    def failed(self, payout: Payout, *, by: Actor, at: datetime) -> None:
        record_payment_failure(payout=payout, by=by, at=at)

    def rejected(self, payout: Payout, *, by: Actor, at: datetime) -> None:
        record_rejection(payout=payout, by=by, at=at)
