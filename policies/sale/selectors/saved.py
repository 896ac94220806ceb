"""A visitor's or customer's quotes, the newest of each chain of re-pricings, and what one can do with them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse

from customers.models import User
from policies.loading import without_files
from policies.offers.models import Quote
from policies.offers.selectors import owned_by, product_of
from policies.sale.models import Application
from policies.sale.states import ApplicationState
from products.rules.definition import Definition

MOST_SHOWN = 50
# An expired quote stays in the list as long as this, so that it can be priced again with one press.
SHOWN_AFTER_EXPIRY = timedelta(days=30)
OVER = [ApplicationState.WITHDRAWN, ApplicationState.EXPIRED]


@dataclass(frozen=True, slots=True)
class SavedQuote:
    """A row of the list."""

    quote: Quote
    name: Any
    plan: Any
    is_yearly: bool
    is_expired: bool
    is_applied_for: bool
    household_href: str

    @property
    def href(self) -> str:
        return reverse("policies:quote", args=[self.quote.no])


def saved_quotes(*, user: User | None, token: str, at: datetime) -> list[SavedQuote]:
    """The quotes of an account, or of a browser's secret; newest first. One query."""
    applied = Application.objects.filter(quote=OuterRef("pk")).exclude(state__in=OVER)
    rows = (
        Quote.objects.filter(owned_by(user=user, token=token), expires_at__gt=at - SHOWN_AFTER_EXPIRY)
        .exclude(Exists(Quote.objects.filter(based_on=OuterRef("pk"))))
        .annotate(is_applied_for=Exists(applied))
        .select_related("product_version")
        .defer(*without_files(), "facts", "breakdown")
        .order_by("-id")[:MOST_SHOWN]
    )
    return [_saved(row, at) for row in rows]


def _saved(quote: Any, at: datetime) -> SavedQuote:
    definition = product_of(quote).definition
    plan = definition.plans_by_key.get(quote.plan) if len(definition.plans) > 1 else None
    return SavedQuote(
        quote=quote,
        name=definition.name,
        plan=plan.name if plan else "",
        is_yearly=definition.terms.is_paid_by_the_year,
        is_expired=quote.expires_at <= at,
        is_applied_for=quote.is_applied_for,
        household_href=_household_href(quote, definition),
    )


def _household_href(quote: Quote, definition: Definition) -> str:
    """To the household the quote was made for, or to where one is priced; empty when the tariff counts nobody."""
    if quote.household is not None:
        return reverse("policies:household", args=[quote.household])
    return reverse("policies:household_price", args=[definition.code]) if definition.counted_input else ""
