"""The case reserve: each movement is a row here and a balanced transaction in the insurer's books."""

from datetime import datetime
from decimal import Decimal

from claims.models import Claim, ReserveCause, ReserveMovement
from insureweb.finance.services.postings import post_reserve_changed
from insureweb.kernel.actors import Actor
from insureweb.kernel.context import use_case
from insureweb.kernel.money import Money


def reserve_of(claim: Claim) -> Money:
    """What is set aside for the claim now."""
    last = claim.reserve.order_by("-sequence").first()
    return Money(last.balance if last else Decimal("0.00"), claim.currency)


@use_case
def set_reserve(*, claim: Claim, amount: Money, cause: ReserveCause, by: Actor, at: datetime) -> None:
    """Move the reserve to an amount; nothing is written when it stands there already. The caller locked the claim."""
    last = claim.reserve.order_by("-sequence").first()
    before = Money(last.balance if last else Decimal("0.00"), claim.currency)
    if before == amount:
        return
    ReserveMovement.objects.create(
        claim=claim,
        sequence=last.sequence + 1 if last else 1,
        cause=cause,
        currency=claim.currency,
        change=(amount - before).amount,
        balance=amount.amount,
        at=at,
    )
    post_reserve_changed(
        insurer_code=claim.policy.insurer.code, before=before, after=amount, claim_no=claim.no, by=by, at=at
    )


def release_reserve(claim: Claim, *, by: Actor, at: datetime) -> None:
    """Nothing more is expected to be paid."""
    set_reserve(claim=claim, amount=Money.zero(claim.currency), cause=ReserveCause.RELEASED, by=by, at=at)
