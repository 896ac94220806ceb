"""Orders and applications whose time is over."""

from datetime import datetime

from django.db.models import QuerySet

from policies.sale.models import Application, Order
from policies.sale.states import APPLICATION_MACHINE, ApplicationState, OrderState

EXPIRING = [state for state in ApplicationState if (state, ApplicationState.EXPIRED) in APPLICATION_MACHINE.moves]


def orders_over(at: datetime) -> QuerySet[Order]:
    return Order.objects.filter(state=OrderState.OPEN, expires_at__lte=at).order_by("expires_at", "id")


def applications_over(at: datetime) -> QuerySet[Application]:
    """Unfinished applications whose price is no longer held. One with an underwriter waits for the answer."""
    states = [state for state in EXPIRING if state != ApplicationState.REFERRED]
    return Application.objects.filter(state__in=states, expires_at__lte=at).order_by("expires_at", "id")
