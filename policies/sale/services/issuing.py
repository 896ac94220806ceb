"""Money arrived: every policy is issued in the same transaction, exactly once. docs/algorithms/issuing.md."""

from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from insureweb.finance.models import Payment
from insureweb.finance.selectors import money_returned
from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.context import use_case
from insureweb.kernel.money import Money
from insureweb.kernel.states import transition
from policies.contract.models import Policy
from policies.contract.services import Named, issue_policy
from policies.sale.models import Application, Order, OrderItem
from policies.sale.rules import journey
from policies.sale.services.gates import (
    check_consent_to_death_cover,
    check_insurable_interest,
    check_minor_death_cap,
    hold_insured,
)
from policies.sale.services.household import check_household
from policies.sale.services.locking import lock_order, lock_order_for_issuing
from policies.sale.states import APPLICATION_MACHINE, ORDER_MACHINE, ApplicationState, OrderState


@use_case
def issue_order(*, order_no: str, payment: Payment, by: Actor, at: datetime) -> list[Policy]:
    """Issue every policy of a paid order, or none. Two notifications, two workers, two clicks: the same policies.

    Raises:
        Refused: the order is closed, another amount was paid, or a gate is shut; finance then sends the money back.
    """
    order = lock_order_for_issuing(order_no)
    applications = [line.application for line in order.lines]
    if order.state == OrderState.ISSUED:
        return list(Policy.objects.filter(order_no=order.no).order_by("id"))
    if order.state != OrderState.OPEN or any(one.state != ApplicationState.ACCEPTED for one in applications):
        raise Refused("order_closed", _("This order was closed before the money arrived."))
    if payment.money != order.total:
        raise Refused("wrong_amount", _("Another amount was paid than the order asks for."))
    check_household(applications)
    hold_insured(applications)
    policies = [_issue(line, order, payment, by=by, at=at) for line in order.lines]
    transition(order, ORDER_MACHINE, OrderState.ISSUED, by=by, at=at, payment_no=payment.no, paid_at=at, issued_at=at)
    return policies


def _issue(line: OrderItem, order: Order, payment: Payment, *, by: Actor, at: datetime) -> Policy:
    """One policy of the order; the gates see the policies issued before it."""
    application = line.application
    check_insurable_interest(application, application.read_answers(), at)
    check_consent_to_death_cover(application, at)
    check_minor_death_cap(application, at)
    policy = issue_policy(
        quote=application.quote,
        user=application.user,
        holder=application.holder,
        insured=application.insured,
        relationship=application.relationship,
        region=application.region,
        premium=line.price,
        special_terms=application.decision.special_terms,
        beneficiaries=named_beneficiaries(application),
        application_no=application.no,
        order_no=order.no,
        payment_no=payment.no,
        renews=_renewed(application),
        by=by,
        at=at,
    )
    transition(application, APPLICATION_MACHINE, ApplicationState.ISSUED, by=by, at=at)
    return policy


def _renewed(application: Application) -> Policy | None:
    """The policy this one renews, unless another does already."""
    if not application.renews_no:
        return None
    return Policy.objects.filter(no=application.renews_no, renewed_by=None).first()


def named_beneficiaries(application: Application) -> list[Named]:
    """The persons named in the answers; none means the heirs by law."""
    people = application.read_answers().get(journey.BENEFICIARY, {}).get("people", [])
    return [Named(person["party"], person["relationship"], Decimal(person["share"])) for person in people]


@use_case
def give_back(*, order_no: str, application_no: str, amount: Money, by: Actor, at: datetime) -> Order:
    """One policy of the order was cancelled and its money is on its way back; the order follows with the last one."""
    order = lock_order(order_no)
    (line,) = (line for line in order.lines if line.application.no == application_no)
    if line.returned is None:
        line.returned = amount.amount
        line.save(update_fields=["returned"])
    if order.state == OrderState.ISSUED and all(line.returned is not None for line in order.lines):
        transition(order, ORDER_MACHINE, OrderState.REFUNDING, by=by, at=at)
    return _refunded_if_all_is_back(order, by=by, at=at)


@use_case
def finish_refund(*, order_no: str, by: Actor, at: datetime) -> Order:
    """The gateway confirmed that money went back; the order is refunded once all of it has."""
    return _refunded_if_all_is_back(lock_order(order_no), by=by, at=at)


def _refunded_if_all_is_back(order: Order, *, by: Actor, at: datetime) -> Order:
    """The gateway's word may come before or after ours about the cancellation."""
    owed = sum((line.returned or Decimal(0) for line in order.lines), Decimal(0))
    if order.state == OrderState.REFUNDING and money_returned(order.payment_no).amount >= owed:
        return transition(order, ORDER_MACHINE, OrderState.REFUNDED, by=by, at=at)
    return order
