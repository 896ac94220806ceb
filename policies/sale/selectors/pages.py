"""What the pages of a sale read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.models import Party, User
from customers.selectors import own_party, parties_of
from insureweb.kernel.fixed_query import FixedQuery, Given
from insureweb.kernel.localized import Localized
from insureweb.kernel.money import Money
from insureweb.kernel.periods import Period
from policies.contract.rules.period import contract_period, first_day_of_cover
from policies.loading import without_files
from policies.offers.rosters.rules.columns import is_group
from policies.offers.selectors import ReceiptLine, product_of, receipt_lines
from policies.sale.models import Application, Order, OrderItem
from policies.sale.rules import journey
from policies.sale.states import ApplicationState, OrderState
from products.rules.definition import Definition
from products.rules.platform_facts import GROUP_SIZE

STEP_TITLES: dict[str, Any] = {
    journey.INSURED: gettext_lazy("Who is insured"),
    journey.HEALTH: gettext_lazy("Health declaration"),
    journey.DETAILS: gettext_lazy("Details"),
    journey.SUITABILITY: gettext_lazy("Does it suit you"),
    journey.BENEFICIARY: gettext_lazy("Who receives the money"),
    journey.CHECK: gettext_lazy("Check and agree"),
}
COMPANY = gettext_lazy("The company")
RELATED = ("quote__product_version__product__insurer", "insured", "holder", "decision", "proposed_quote")


def owned_application(user: User, no: str) -> Application:
    """An application of this account, with what its pages show, in one query.

    Raises:
        Application.DoesNotExist: there is none, or it is somebody else's; the two cannot be told apart.
    """
    return OWNED_APPLICATION.get(no=no, user=user.pk)


def owned_for_answers(user: User, no: str) -> Application:
    """The same for a form that came in: no more than reading it takes. Raises `Application.DoesNotExist`."""
    application = OWNED_FOR_ANSWERS.get(no=no, user=user.pk)
    application.user = user
    return application


def owned_order(user: User, no: str) -> Order:
    """An order of this account. Raises `Order.DoesNotExist` as above."""
    return _with_lines(OWNED_ORDER.get(no=no, user=user.pk), LINES)


def owned_for_paying(user: User, no: str) -> Order:
    """The same for the press of the button. Raises `Order.DoesNotExist`."""
    order = _with_lines(OWNED_FOR_PAYING.get(no=no, user=user.pk), LINES_FOR_PAYING)
    order.user = user
    return order


def order_numbered(no: str) -> Order:
    """Raises `Order.DoesNotExist`."""
    return Order.objects.prefetch_related(with_lines(*RELATED)).select_related("user").get(no=no)


def with_lines(*related: str) -> "Prefetch[Any]":
    """For `.prefetch_related()`: the items of orders with their applications, as `order.lines`."""
    return Prefetch("items", _items(*related), to_attr="lines")


def _items(*related: str) -> QuerySet[OrderItem]:
    items = OrderItem.objects.select_related("application", *(f"application__{name}" for name in related))
    return items.defer(*without_files("application__quote__product_version")).order_by("id")


def _with_lines(order: Order, lines: FixedQuery[OrderItem]) -> Order:
    order.lines = lines.rows(order=order.pk)
    for line in order.lines:
        line.order = order
    return order


def _owned_applications() -> QuerySet[Application]:
    return Application.objects.filter(no=Given("no"), user=Given("user")).order_by()


def _owned_orders() -> QuerySet[Order]:
    return Order.objects.filter(no=Given("no"), user=Given("user")).order_by()


OWNED_APPLICATION = FixedQuery(
    lambda: _owned_applications().select_related(*RELATED, "user").defer(*without_files("quote__product_version"))
)
OWNED_FOR_ANSWERS = FixedQuery(
    lambda: (
        _owned_applications()
        .select_related("quote__product_version__product__insurer")
        .defer(*without_files("quote__product_version"), "quote__breakdown")
    )
)
OWNED_ORDER = FixedQuery(lambda: _owned_orders().select_related("user"))
LINES = FixedQuery(lambda: _items(*RELATED).filter(order=Given("order")))
OWNED_FOR_PAYING = FixedQuery(_owned_orders)
LINES_FOR_PAYING = FixedQuery(
    lambda: _items("quote__product_version").defer("application__quote__breakdown").filter(order=Given("order"))
)


def what_is_bought(order: Order) -> str:
    """The products of an order by name, each once, in the reader's language."""
    names = (str(product_of(line.application.quote).definition.name) for line in order.lines)
    return " + ".join(dict.fromkeys(names))


def live_order(application: Application) -> Order | None:
    """The order that waits for payment or was paid."""
    return Order.objects.filter(items__application=application, items__is_live=True).first()


def live_order_no(application: Application) -> str | None:
    """Its number."""
    live = OrderItem.objects.filter(application=application, is_live=True)
    return live.values_list("order__no", flat=True).first()


def payable_order(application: Application, at: datetime) -> Order | None:
    """The order that can be paid now."""
    order = live_order(application)
    return order if order and order.state == OrderState.OPEN and order.expires_at > at else None


def payable_applications(user: User, at: datetime) -> list[Application]:
    """What this account may pay now, together or one by one; paid ones are no longer among them."""
    accepted = Application.objects.filter(user=user, state=ApplicationState.ACCEPTED, expires_at__gt=at)
    return list(accepted.select_related(*RELATED).defer(*without_files("quote__product_version")).order_by("id")[:20])


@dataclass(frozen=True, slots=True)
class Task:
    """One line of the list of steps."""

    label: str
    state: str
    step: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class People:
    """Who the account knows: the person themself, and others who may be insured."""

    own: Party | None
    others: tuple[Party, ...]

    @property
    def by_key(self) -> dict[str, Party]:
        return {str(party.uuid): party for party in self.others}


def people_of(user: User) -> People:
    """The people an application may choose from, in one query."""
    everybody = list(parties_of(user))
    own = next((party for party in everybody if party.is_self), None)
    return People(own, tuple(party for party in everybody if not party.is_self and party.birth_date))


def own_of(application: Application) -> Party | None:
    """The account's own person; the application's holder when it has one."""
    return application.holder or own_party(application.user)


def step_title(definition: Definition, step: str) -> str:
    """What the list of steps calls a step of this product."""
    return str(COMPANY if step == journey.INSURED and is_group(definition) else STEP_TITLES[step])


def tasks_of(application: Application, current: str) -> list[Task]:
    """Every step with what is done, what is now and what is later."""
    definition = product_of(application.quote).definition
    steps = journey.steps_of(definition)
    now = journey.INNER.get(current, current)
    return [
        Task(
            label=step_title(definition, step),
            state="now" if step == now else "done" if step in application.saved else "later",
            step=step,
            note=_("Change") if step in application.saved and step != now else "",
        )
        for step in steps
    ]


@dataclass(frozen=True, slots=True)
class PayLine:
    """One contract on the page of its order: for whom, from when to when, with whom, at what price.

    `together` is the number of people its price counts; empty where the tariff does not know it.
    """

    application: Application
    receipt: "SideReceipt"
    insurer: Any
    period: Period
    cooling_off_days: int
    together: str


def pay_line(application: Application, at: datetime) -> PayLine:
    """The contract an application becomes when it is paid now."""
    product, quote = product_of(application.quote), application.quote
    facts = product.read_facts(quote.facts, quote.plan)
    return PayLine(
        application=application,
        receipt=receipt_of(application),
        insurer=quote.product_version.product.insurer,
        period=contract_period(first_day_of_cover(at), product.definition.terms, facts),
        cooling_off_days=product.definition.terms.cooling_off_days,
        together=str(facts[counted]) if (counted := _counted(product.definition)) else "",
    )


def _counted(definition: Definition) -> str:
    """The fact that tells how many people the price is for; empty when there is none."""
    if is_group(definition):
        return GROUP_SIZE
    return definition.counted_input.key if definition.counted_input else ""


@dataclass(frozen=True, slots=True)
class SideReceipt:
    """The price beside every page of a sale."""

    name: Localized
    plan: Localized | None
    lines: list[ReceiptLine]
    base: Money
    loading_percent: Any
    loading: Money
    total: Money


def receipt_of(application: Application) -> SideReceipt:
    """The lines of the quote, and the loading when there is one."""
    quote = application.quote
    definition = product_of(quote).definition
    plan = definition.plans_by_key.get(quote.plan)
    return SideReceipt(
        name=definition.name,
        plan=plan.name if plan else None,
        lines=receipt_lines(quote.breakdown),
        base=quote.premium,
        loading_percent=application.loading_percent,
        loading=application.price - quote.premium,
        total=application.price,
    )
