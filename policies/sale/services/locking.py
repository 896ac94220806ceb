"""The rows of a sale, locked in the order of the house: application, then order, then policy and payment.

Every joined column costs on each purchase, so each lock loads what its use cases read and no more.
"""

from collections.abc import Iterable

from django.db.models import QuerySet

from insureweb.kernel.fixed_query import FixedQuery, Given
from policies.loading import without_files
from policies.sale.models import Application, Order, OrderItem
from policies.sale.states import OrderState

ANSWERING = ("quote__product_version", "holder", "insured")
ISSUING = ("quote__product_version__product__insurer", "user", "holder", "insured", "decision")


def _application_to_lock() -> QuerySet[Application]:
    applications = Application.objects.select_for_update(of=("self",)).select_related(*ANSWERING)
    return applications.defer(*without_files("quote__product_version"), "quote__breakdown").filter(pk=Given("pk"))


def _items_to_lock(*related: str) -> QuerySet[OrderItem]:
    items = OrderItem.objects.select_for_update(of=("application",), no_key=True).filter(order__no=Given("no"))
    items = items.select_related("application", *(f"application__{name}" for name in related))
    items = items.defer(*without_files("application__quote__product_version"), "application__quote__breakdown")
    return items.order_by("application_id")


APPLICATION = FixedQuery(_application_to_lock)
ITEMS_FOR_PAYING = FixedQuery(lambda: _items_to_lock("quote__product_version"))
ITEMS_FOR_ISSUING = FixedQuery(lambda: _items_to_lock(*ISSUING))
ORDER = FixedQuery(lambda: Order.objects.select_for_update(of=("self",), no_key=True).filter(no=Given("no")).order_by())


def lock_application(application: Application) -> Application:
    """The application as it stands now, with quote and people, held until the transaction ends."""
    locked = APPLICATION.get(pk=application.pk)
    if "user" in application._state.fields_cache:
        locked.user = application.user
    return locked


def lock_applications(applications: Iterable[Application]) -> list[Application]:
    """Several of them, held in the order of their keys, as locking an order holds them."""
    locked = Application.objects.select_for_update(of=("self",)).select_related("quote__product_version")
    locked = locked.defer(*without_files("quote__product_version"), "quote__breakdown")
    return list(locked.filter(pk__in=[application.pk for application in applications]).order_by("pk"))


def lock_sharing(applications: Iterable[Application]) -> list[Application]:
    """These, together with whoever stands in an unpaid order with one of them: what closing such an order changes."""
    ours = list(applications)
    orders = Order.objects.filter(applications__in=ours, state=OrderState.OPEN)
    return lock_applications([*ours, *Application.objects.filter(orders__in=orders).only("pk")])


def lock_order(no: str) -> Order:
    """The order and its applications as they stand now, held until the transaction ends.

    Raises:
        Order.DoesNotExist
    """
    return _locked(no, ITEMS_FOR_PAYING)


def lock_order_for_issuing(no: str) -> Order:
    """The same with everything a policy is made of."""
    return _locked(no, ITEMS_FOR_ISSUING)


def _locked(no: str, items: FixedQuery[OrderItem]) -> Order:
    """Two statements, so that every application is held before the order whatever the database's plan is."""
    lines = items.rows(no=no)
    order = ORDER.get(no=no)
    order.lines = sorted(lines, key=lambda line: line.pk)
    return order
