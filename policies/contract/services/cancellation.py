"""Cancelling in the cooling-off period: the contract ends as if it had not been, and the premium goes back."""

from datetime import datetime

from insureweb.finance.models import Payment
from insureweb.finance.services.payments import refund
from insureweb.finance.services.postings import post_premium_returned
from insureweb.kernel.actors import Actor
from insureweb.kernel.context import use_case
from insureweb.kernel.numbers import allocate
from insureweb.kernel.outbox import publish
from insureweb.kernel.states import transition
from policies.contract.checks import check_can_cancel
from policies.contract.models import Policy, PolicyChange
from policies.contract.states import CHANGE_MACHINE, POLICY_MACHINE, ChangeKind, ChangeState, PolicyState
from policies.events import PolicyCancelled
from policies.loading import without_files


@use_case
def cancel_in_cooling_off(*, policy: Policy, reason: str = "", by: Actor, at: datetime) -> PolicyChange:
    """End the contract from its beginning and return the whole premium. Repeating it gives the first answer.

    Raises:
        Refused: as `check_can_cancel`.
    """
    locked = (
        Policy.objects.select_for_update(of=("self",))
        .select_related("product_version", "insurer")
        .defer(*without_files())
        .get(pk=policy.pk)
    )
    done = PolicyChange.objects.filter(policy=locked, kind=ChangeKind.COOLING_OFF, state=ChangeState.APPLIED).first()
    if done is not None:
        return done
    check_can_cancel(locked, at)
    change = _priced_change(locked, reason, by, at)
    transition(locked, POLICY_MACHINE, PolicyState.CANCELLED, by=by, at=at, reason=reason, ended_at=at)
    _give_back(locked, by, at)
    transition(change, CHANGE_MACHINE, ChangeState.APPLIED, by=by, at=at, applied_at=at)
    publish(
        PolicyCancelled(
            policy_no=locked.no,
            order_no=locked.order_no,
            amount=locked.premium,
            currency=locked.currency,
            change_no=change.no,
        ),
        at=at,
    )
    return change


def _priced_change(policy: Policy, reason: str, by: Actor, at: datetime) -> PolicyChange:
    return PolicyChange.objects.create(
        no=allocate("endorsement", insurer=policy.insurer.code, at=at),
        policy=policy,
        kind=ChangeKind.COOLING_OFF,
        state=ChangeState.PRICED,
        amount=-policy.premium,
        currency=policy.currency,
        reason=reason[:200],
        asked_by_kind=by.kind,
        asked_by_id=by.id,
        asked_by_label=by.label,
        effective_at=policy.period.lower,
        created_at=at,
    )


def _give_back(policy: Policy, by: Actor, at: datetime) -> None:
    payment = Payment.objects.get(no=policy.payment_no)
    post_premium_returned(insurer_code=policy.insurer.code, amount=policy.price, policy_no=policy.no, by=by, at=at)
    refund(
        payment=payment,
        amount=policy.price,
        insurer_code=policy.insurer.code,
        reason=f"{ChangeKind.COOLING_OFF.value} {policy.no}",
        by=by,
        at=at,
    )
