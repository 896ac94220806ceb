"""Orders: made for an accepted application, paid once, closed when their time is over."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from insureweb.finance.models import Payment
from insureweb.finance.services.payments import create_payment
from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.context import use_case
from insureweb.kernel.numbers import allocate
from policies.contract.ports import check_sale
from policies.offers.selectors import product_of
from policies.sale.checks import check_payable
from policies.sale.models import Application, Order, OrderItem
from policies.sale.rules.time_to_pay import pay_by
from policies.sale.selectors.pages import what_is_bought
from policies.sale.services.household import close_unpaid, fit_prices_to_household
from policies.sale.services.locking import lock_application, lock_order, lock_sharing
from policies.sale.states import ApplicationState, OrderState
from products.selectors import check_sold_in

SUBJECT = "order"


@use_case
def create_order(*, application: Application, by: Actor, at: datetime) -> Order:
    """The order of an accepted application; a live one is given back, one whose time is over is closed first.

    Raises:
        Refused: the application is not accepted, or its price is no longer held.
    """
    lock_sharing([application])
    return order_for(lock_application(application), by=by, at=at)


def order_for(locked: Application, *, by: Actor, at: datetime) -> Order:
    """As `create_order`, for an application whose row the caller holds."""
    _check_accepted(locked, at)
    live = Order.objects.filter(items__application=locked, items__is_live=True).first()
    if live is not None and (live.state != OrderState.OPEN or live.expires_at > at):
        return live
    if live is not None:
        close_unpaid(live, OrderState.EXPIRED, ordered_anew=[locked], by=Actor.system("orders"), at=at)
    try:
        with transaction.atomic():
            return new_order(locked, by=by, at=at)
    except IntegrityError:
        return Order.objects.get(items__application=locked, items__is_live=True)


@use_case
def create_joint_order(*, applications: Sequence[Application], by: Actor, at: datetime) -> Order:
    """One order for several accepted applications of one account, each priced for the people now in it.

    Asking again for the same gives it back. Unpaid orders that hold one of them are closed first, so a customer may
    choose anew. Money that still arrives for a closed order goes back.

    Raises:
        Refused: none is chosen, one is not accepted, its price is no longer held, or they cannot share a payment.
    """
    chosen = {application.pk for application in applications}
    locked = [application for application in lock_sharing(applications) if application.pk in chosen]
    if not locked:
        raise Refused("nothing_chosen", _("Choose at least one contract to pay."), field="applications")
    for application in locked:
        _check_accepted(application, at)
    if len({(application.user_id, application.currency) for application in locked}) > 1:
        raise Refused("not_together", _("These contracts cannot be paid together."), field="applications")
    held = OrderItem.objects.filter(application__in=locked, is_live=True).values("order")
    for live in Order.objects.filter(pk__in=held).prefetch_related("applications").order_by("id"):
        if live.expires_at > at and set(live.applications.all()) == set(locked):
            return live
        over = OrderState.CANCELLED if live.expires_at > at else OrderState.EXPIRED
        close_unpaid(live, over, ordered_anew=locked, by=Actor.system("orders"), at=at)
    return _make_order(locked, by=by, at=at)


def _check_accepted(application: Application, at: datetime) -> None:
    if application.state != ApplicationState.ACCEPTED:
        raise Refused("not_accepted", _("This application is not accepted, so there is nothing to pay."))
    if application.expires_at <= at:
        raise Refused("quote_expired", _("The price was held until its date and has passed."))


def new_order(locked: Application, *, by: Actor, at: datetime) -> Order:
    """The first order of an application accepted in this very transaction; nobody else can have made one."""
    return _make_order([locked], by=by, at=at)


def _make_order(applications: list[Application], *, by: Actor, at: datetime) -> Order:
    fit_prices_to_household(applications, by=by, at=at)
    first = applications[0]
    order = Order.objects.create(
        no=allocate("order", at=at),
        user_id=first.user_id,
        amount=sum(application.premium for application in applications),
        currency=first.currency,
        created_at=at,
        expires_at=pay_by(at, min(application.expires_at for application in applications)),
    )
    order.lines = [
        OrderItem.objects.create(
            order=order,
            application=application,
            insurer_code=product_of(application.quote).definition.insurer,
            amount=application.premium,
        )
        for application in applications
    ]
    return order


@use_case
def pay_order(*, order: Order, gateway: str, return_path: str, by: Actor, at: datetime) -> Payment:
    """Ask the gateway for the order's amount. Repeating it gives the open payment back.

    Raises:
        Refused: the order is not payable, one of its products may not be sold now, or this way to pay is not available.
    """
    locked = lock_order(order.no)
    check_payable(locked, at)
    for line in locked.lines:
        _check_on_sale(line.application, at)
    return create_payment(
        subject_kind=SUBJECT,
        subject_no=locked.no,
        payer=by.label,
        insurer_shares=locked.shares,
        amount=locked.total,
        gateway=gateway,
        description=what_is_bought(locked),
        return_path=return_path,
        expires_at=locked.expires_at,
        by=by,
        at=at,
    )


def _check_on_sale(application: Application, at: datetime) -> None:
    check_sold_in(application.quote.product_version, application.region, at)
    check_sale(product_code=product_of(application.quote).definition.code, region=application.region, at=at)


@use_case
def expire_order(*, order: Order, by: Actor, at: datetime) -> Order:
    """Close an order whose time is over; one that was paid meanwhile stays."""
    locked = lock_order(order.no)
    if locked.state != OrderState.OPEN or locked.expires_at > at:
        return locked
    return close_unpaid(locked, OrderState.EXPIRED, by=by, at=at)
