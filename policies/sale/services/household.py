"""The price for people insured together: counted from the order, a step of the filed tariff and never a coupon.

Discounts outside the filed rate are forbidden benefits (Insurance Law arts. 116, 131). An order counts each insured
person once for each product; whoever leaves before it is paid makes another order, which counts anew. With an order
that ends unpaid its price is over: each contract stands at the price of one person again until the next order. A policy
keeps its price when another of the household is cancelled later: a price never rises in mid-term.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.states import transition
from policies.loading import without_files
from policies.offers.rules.household import counted_fact
from policies.offers.selectors import product_of
from policies.offers.services import reprice_quote
from policies.sale.models import Application, Order
from policies.sale.states import ORDER_MACHINE, ApplicationState, OrderState


def fit_prices_to_household(applications: Sequence[Application], *, by: Actor, at: datetime) -> None:
    """Price each application of an order being made, whose rows the caller holds, for as many people as are in it.

    The price stays held as long as before, and a loading stays on top.
    """
    for application, right in _wrongly_counted(applications):
        application.quote = reprice_quote(
            quote=application.quote, changed_facts=right, user=application.user, by=by, at=at
        )
        application.premium = application.with_loading(application.loading_percent).amount
        application.save(update_fields=["quote", "premium"])


def close_unpaid(
    order: Order, over: OrderState, *, ordered_anew: Sequence[Application] = (), by: Actor, at: datetime
) -> Order:
    """End an order nobody paid. The caller holds its applications, whose prices no longer count each other.

    What is `ordered_anew` in this very transaction gets its price from that order.
    """
    closed = transition(order, ORDER_MACHINE, over, by=by, at=at)
    waiting = Application.objects.filter(orders=order, state=ApplicationState.ACCEPTED)
    waiting = (
        waiting.exclude(pk__in=[application.pk for application in ordered_anew])
        .select_related("quote__product_version")
        .defer(*without_files("quote__product_version"))
    )
    for application in waiting.order_by("pk"):
        fit_prices_to_household([application], by=by, at=at)
    return closed


def check_household(applications: Sequence[Application]) -> None:
    """Raises `Refused`: a price is for another number of people than the order holds."""
    if _wrongly_counted(applications):
        raise Refused("household_price", _("The price is for another number of people insured together."))


def _wrongly_counted(applications: Sequence[Application]) -> list[tuple[Application, dict[str, str]]]:
    """Applications whose price counts wrongly, with the fact as it should be."""
    people: dict[int, set[int | None]] = defaultdict(set)
    for application in applications:
        people[application.quote.product_version.product_id].add(application.insured_id)
    wrong = []
    for application in applications:
        number = len(people[application.quote.product_version.product_id])
        right = counted_fact(product_of(application.quote).definition, number)
        if not right.items() <= application.quote.facts.items():
            wrong.append((application, right))
    return wrong
