"""What other apps' pages read of all wings together."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from customers.models import User
from insureweb.kernel.localized import Localized
from insureweb.kernel.periods import midnight
from policies.contract.declarations.models import QuarterNotice
from policies.contract.declarations.selectors import quarters_over
from policies.contract.models import Policy
from policies.contract.selectors import policies_of, product_of
from policies.contract.states import PolicyState
from policies.loading import without_files
from policies.offers.models import Quote
from policies.offers.selectors import product_of as product_of_quote
from policies.renewal.models import RenewalNotice
from policies.sale.models import Application, Order
from policies.sale.models.applications import OVER
from policies.sale.selectors.pages import what_is_bought, with_lines
from policies.sale.states import ApplicationState, OrderState

__all__ = ["Need", "needs_me_now", "policies_of"]
LIVE = [ApplicationState.DRAFT, ApplicationState.OFFERED, ApplicationState.ACCEPTED]


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that waits for the customer: what, why, until when (None: any time), where, and the button's words."""

    kind: str
    name: Localized
    what: str
    why: str
    by: datetime | None
    href: str
    action: str
    amount: Any = None


def needs_me_now(user: User, at: datetime) -> list[Need]:
    """Everything that waits for this customer, soonest first; what has no date comes last. Six queries."""
    needs = [*_orders(user, at), *_applications(user, at), *_receipts(user), *_renewals(user, at), *_quarters(user, at)]
    return sorted(needs, key=lambda need: (need.by is None, need.by or at, need.href))


def _orders(user: User, at: datetime) -> list[Need]:
    orders = Order.objects.filter(user=user, state=OrderState.OPEN, expires_at__gt=at).prefetch_related(
        with_lines("quote__product_version")
    )
    return [
        Need(
            kind="pay",
            name=product_of_quote(order.lines[0].application.quote).definition.name,
            what=_("Pay for %(product)s") % {"product": what_is_bought(order)},
            why=_("The order closes by itself when its time is over; nothing is charged then."),
            by=order.expires_at,
            href=reverse("policies:pay", args=[order.no]),
            action=_("Pay"),
            amount=order.total,
        )
        for order in orders
    ]


def _applications(user: User, at: datetime) -> list[Need]:
    rows = (
        Application.objects.filter(user=user, state__in=LIVE, expires_at__gt=at)
        .exclude(orders__state=OrderState.OPEN, orders__expires_at__gt=at)
        .select_related("quote__product_version")
        .defer(*without_files("quote__product_version"), "quote__breakdown")
        .order_by("-id")[:20]
    )
    return [_application(row) for row in rows]


def _application(application: Application) -> Need:
    name = product_of_quote(application.quote).definition.name
    words = {
        ApplicationState.DRAFT: (
            "continue", _("Go on with the application for %(product)s"), _("Every answer is saved."), _("Continue"),
        ),
        ApplicationState.OFFERED: (
            "terms", _("Decide about changed terms for %(product)s"), _("Nothing happens without your yes."),
            _("Read the terms"),
        ),
        ApplicationState.ACCEPTED: (
            "pay", _("Pay for %(product)s"), _("Accepted; the price is held until its date."), _("Pay"),
        ),
    }  # fmt: skip
    kind, what, why, action = words[ApplicationState(application.state)]
    return Need(
        kind=kind,
        name=name,
        what=what % {"product": name},
        why=why,
        by=application.expires_at,
        href=reverse("policies:apply", args=[application.no]),
        action=action,
        amount=application.price,
    )


def _receipts(user: User) -> list[Need]:
    rows = (
        Policy.objects.filter(user=user, state=PolicyState.IN_FORCE, receipt_acknowledged_at__isnull=True)
        .select_related("product_version")
        .defer(*without_files())
    )
    return [
        Need(
            kind="acknowledge",
            name=(name := product_of(policy).definition.name),
            what=_("Confirm that you received %(product)s") % {"product": name},
            why=_("The cooling-off period starts when you confirm."),
            by=None,
            href=reverse("policies:policy", args=[policy.no]),
            action=_("Look and confirm"),
        )
        for policy in rows.order_by("-id")[:20]
    ]


def _renewals(user: User, at: datetime) -> list[Need]:
    begun = Application.objects.filter(user=user, renews_no=OuterRef("policy__no")).exclude(state__in=OVER)
    rows = (
        RenewalNotice.objects.filter(
            policy__user=user,
            policy__state=PolicyState.IN_FORCE,
            policy__period__endswith__gt=at,
            quote__isnull=False,
            quote__expires_at__gt=at,
        )
        .exclude(Exists(begun))
        .select_related("policy__product_version", "quote")
        .defer(*without_files("policy__product_version"))
    )
    return [_renewal(notice.policy, notice.quote) for notice in rows.order_by("-id")[:20] if notice.quote]


def _quarters(user: User, at: datetime) -> list[Need]:
    rows = quarters_over().filter(policy__user=user, is_declared=False).defer(*without_files("policy__product_version"))
    return [_quarter(notice) for notice in rows.order_by("first_date")[:20]]


def _quarter(notice: QuarterNotice) -> Need:
    name = product_of(notice.policy).definition.name
    return Need(
        kind="declare",
        name=name,
        what=_("Declare a quarter’s turnover for %(product)s") % {"product": name},
        why=_("What is not declared in time is not insured."),
        by=midnight(notice.due_date + timedelta(days=1)),
        href=reverse("policies:declare_turnover", args=[notice.policy.no, notice.number]),
        action=_("Declare"),
    )


def _renewal(policy: Policy, quote: Quote) -> Need:
    name = product_of(policy).definition.name
    return Need(
        kind="renew",
        name=name,
        what=_("Apply again for %(product)s?") % {"product": name},
        why=_("It ends soon. The price at the age then reached is on the next page."),
        by=policy.period.upper,
        href=reverse("policies:quote", args=[quote.no]),
        action=_("See the price"),
        amount=quote.premium,
    )
