"""May this be done to this application or order now? One raising check per action."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from insureweb.kernel.checks import Refused
from policies.offers.selectors import check_not_expired
from policies.sale.models import Application, Order
from policies.sale.states import ApplicationState, OrderState


def check_open_for_answers(application: Application, at: datetime) -> None:
    """Raises `Refused`: it was submitted already, or its price is no longer held."""
    if application.state != ApplicationState.DRAFT:
        raise Refused("already_submitted", _("This application has been submitted; its answers stay as they are."))
    check_not_expired(application.quote, at)


def check_can_ask_for_review(application: Application) -> None:
    """Raises `Refused`: it was not turned down, or a person has decided it already."""
    if application.state not in {ApplicationState.DECLINED, ApplicationState.POSTPONED}:
        raise Refused("nothing_to_review", _("There is no decision to look at again."))
    if not application.decision.is_automatic:
        raise Refused("decided_by_a_person", _("A person has already decided this. You may complain or apply anew."))


def check_payable(order: Order, at: datetime) -> None:
    """Raises `Refused`: it is paid, closed, or its time is over."""
    if order.state == OrderState.ISSUED:
        raise Refused("already_paid", _("This order is paid. You are not charged again."))
    if order.state != OrderState.OPEN or order.expires_at <= at:
        raise Refused("order_expired", _("The time to pay this order is over. Nothing was charged."))
