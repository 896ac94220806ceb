"""Money arrived: the policy is issued in the same transaction, exactly once. docs/algorithms/issuing.md."""

from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from insureweb.finance.models import Payment
from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.context import use_case
from insureweb.kernel.states import transition
from policies.contract.models import Policy
from policies.contract.services import Named, issue_policy
from policies.sale.models import Application, Order
from policies.sale.rules import journey
from policies.sale.services.gates import check_minor_death_cap, hold_insured
from policies.sale.services.locking import lock_order, lock_order_for_issuing
from policies.sale.states import APPLICATION_MACHINE, ORDER_MACHINE, ApplicationState, OrderState


@use_case
def issue_order(*, order_no: str, payment: Payment, by: Actor, at: datetime) -> Policy:
    """Issue the policy of a paid order. Two notifications, two workers, two clicks: one policy.

    Raises:
        Refused: the order is closed, another amount was paid, or a gate is shut; finance then sends the money back.
    """
    order = lock_order_for_issuing(order_no)
    application = order.application
    if order.state == OrderState.ISSUED:
        return Policy.objects.get(quote=application.quote)
    if order.state != OrderState.OPEN or application.state != ApplicationState.ACCEPTED:
        raise Refused("order_closed", _("This order was closed before the money arrived."))
    if payment.money != order.total:
        raise Refused("wrong_amount", _("Another amount was paid than the order asks for."))
    hold_insured(application)
    check_minor_death_cap(application, at)
    decision = application.decision
    policy = issue_policy(
        quote=application.quote,
        user=application.user,
        holder=application.holder,
        insured=application.insured,
        relationship=application.relationship,
        region=application.region,
        premium=order.total,
        special_terms=decision.special_terms,
        beneficiaries=named_beneficiaries(application),
        application_no=application.no,
        order_no=order.no,
        payment_no=payment.no,
        renews=Policy.objects.filter(no=application.renews_no).first() if application.renews_no else None,
        by=by,
        at=at,
    )
    transition(order, ORDER_MACHINE, OrderState.ISSUED, by=by, at=at, payment_no=payment.no, paid_at=at, issued_at=at)
    transition(application, APPLICATION_MACHINE, ApplicationState.ISSUED, by=by, at=at)
    return policy


def named_beneficiaries(application: Application) -> list[Named]:
    """The persons named in the answers; none means the heirs by law."""
    people = application.read_answers().get(journey.BENEFICIARY, {}).get("people", [])
    return [Named(person["party"], person["relationship"], Decimal(person["share"])) for person in people]


@use_case
def start_refund(*, order: Order, by: Actor, at: datetime) -> Order:
    """The policy was cancelled; the money is on its way back."""
    if order.state != OrderState.ISSUED:
        return order
    return transition(order, ORDER_MACHINE, OrderState.REFUNDING, by=by, at=at)


@use_case
def finish_refund(*, order_no: str, by: Actor, at: datetime) -> Order:
    """The gateway confirmed that all of the money went back."""
    order = lock_order(order_no)
    if order.state != OrderState.REFUNDING:
        return order
    return transition(order, ORDER_MACHINE, OrderState.REFUNDED, by=by, at=at)
