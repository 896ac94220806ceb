"""What my page shows, read from the apps below in a fixed number of queries."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from claims.models import Claim, Duty
from claims.selectors.customer import claim_title, claims_of, due_day, is_promised, needs_me_now, shown_state
from claims.selectors.readers import Reader
from claims.states import OPEN, OWED
from customers.models import Message, Party, User
from customers.selectors import inbox_of, own_party
from insureweb.kernel.periods import Period, business_date
from insureweb.kernel.templatetags.house import day_text, money_text
from policies.contract.models import Policy, PolicyMember
from policies.contract.selectors import policies_of, product_of
from policies.contract.selectors.members import memberships_of
from policies.contract.states import PolicyState
from policies.sale.models import Application, Order
from policies.sale.selectors.pages import what_is_bought, with_lines
from policies.sale.states import ApplicationState, OrderState

POLICIES_SHOWN = 20
CLAIMS_SHOWN = 5
MESSAGES_SHOWN = 3
# From this many days before the end a policy asks for attention; the notice goes out at the same time.
ENDING_SOON_DAYS = 30
COVERED = (PolicyState.IN_FORCE, PolicyState.LAPSED)


@dataclass(frozen=True)
class ToDo:
    """One thing that needs the person: how long, what, why, and the way there."""

    days: int | None
    by: str
    what: str
    why: str
    href: str
    action: str


@dataclass(frozen=True)
class ClaimCard:
    """A claim under way with the limit that runs, `start` to `due`."""

    title: str
    href: str
    state: Any
    says: str
    start: date | None
    due: date | None


@dataclass(frozen=True)
class PolicyCard:
    name: Any
    no: str
    insurer: Any
    state: Any
    label: str
    tone: str
    period: Period
    cover: str
    passed: int
    whole: int
    ending: bool
    ended: bool


@dataclass(frozen=True)
class MyPage:
    todos: Sequence[ToDo]
    claims: Sequence[ClaimCard]
    policies: Sequence[PolicyCard]
    memberships: Sequence[PolicyMember]
    messages: Sequence[Message]
    person: Party | None


def my_page(user: User, at: datetime) -> MyPage:
    policies = list(policies_of(user)[:POLICIES_SHOWN])
    memberships = memberships_of(user)
    reader = Reader(user, frozenset(member.pk for member in memberships))
    return MyPage(
        todos=todos_of(user, policies, at, reader),
        claims=[_claim_card(claim, reader.reads_everything(claim)) for claim in _claims_under_way(user, reader)],
        # What is over comes last.
        policies=sorted((_policy_card(policy, at) for policy in policies), key=lambda card: card.ended),
        memberships=memberships,
        messages=list(inbox_of(user)[:MESSAGES_SHOWN]),
        person=own_party(user),
    )


# --- What needs me now -----------------------------------------------------------------------------------------------


def todos_of(user: User, policies: Sequence[Policy], at: datetime, reader: Reader | None = None) -> list[ToDo]:
    """Soonest first; what has no deadline stands last, in the order of its kinds."""
    todos = [*_orders(user, at), *_applications(user, at), *_claims(user, reader), *_policies(policies, at)]
    return sorted(todos, key=lambda todo: todo.days if todo.days is not None else 10_000)


def _left(until: datetime | date, at: datetime) -> int:
    day = business_date(until) if isinstance(until, datetime) else until
    return (day - business_date(at)).days


def _until(until: datetime | date) -> str:
    return _("until %(day)s") % {"day": day_text(until, "short")}


def _name(application: Application) -> Any:
    return application.quote.product_version.product.name


def _orders(user: User, at: datetime) -> Iterator[ToDo]:
    waiting = Order.objects.filter(user=user, state=OrderState.OPEN, expires_at__gt=at).order_by("expires_at", "id")
    orders = list(waiting.prefetch_related(with_lines("quote__product_version")))
    if len(orders) > 1:
        yield _all_at_once(orders, at)
    for order in orders:
        yield ToDo(
            days=_left(order.expires_at, at),
            by=_until(order.expires_at),
            what=_("Pay for %(product)s") % {"product": what_is_bought(order)},
            why=_("%(amount)s. After that the order closes and nothing is taken.")
            % {"amount": money_text(order.total)},
            href=reverse("policies:pay", args=[order.no]),
            action=_("Pay"),
        )


def _all_at_once(orders: Sequence[Order], at: datetime) -> ToDo:
    """Several orders wait: one payment can take them."""
    until = orders[0].expires_at
    return ToDo(
        days=_left(until, at),
        by=_until(until),
        what=_("Pay %(number)s contracts together") % {"number": sum(len(order.lines) for order in orders)},
        why=_("One payment instead of several; you choose which."),
        href=reverse("policies:pay_together"),
        action=_("Choose"),
    )


def _applications(user: User, at: datetime) -> Iterator[ToDo]:
    open_ones = Application.objects.filter(
        user=user, state__in=[ApplicationState.DRAFT, ApplicationState.OFFERED], expires_at__gt=at
    )
    for application in open_ones.select_related("quote__product_version__product").order_by("expires_at", "id"):
        product = {"product": _name(application)}
        offered = application.state == ApplicationState.OFFERED
        yield ToDo(
            days=_left(application.expires_at, at),
            by=_until(application.expires_at),
            what=(_("Changed terms for %(product)s") if offered else _("Finish your application: %(product)s"))
            % product,
            why=_("Read the terms and say yes or no.")
            if offered
            else _("What you filled in is saved. Later the price is new."),
            href=reverse("policies:apply", args=[application.no]),
            action=_("See the terms") if offered else _("Go on"),
        )


def _claims(user: User, reader: Reader | None) -> Iterator[ToDo]:
    for waiting in needs_me_now(user, reader):
        yield ToDo(waiting.days, waiting.by, waiting.what, waiting.why, waiting.href, waiting.action)


def _policies(policies: Sequence[Policy], at: datetime) -> Iterator[ToDo]:
    for policy in policies:
        if policy.state != PolicyState.IN_FORCE:
            continue
        definition = product_of(policy).definition
        href = reverse("policies:policy", args=[policy.no])
        ends = policy.span.last_day
        if 0 <= (left := _left(ends, at)) <= ENDING_SOON_DAYS:
            what = _("%(product)s ends soon") % {"product": definition.name}
            yield ToDo(left, _until(ends), what, str(definition.terms.renewal_text), href, _("See the policy"))
        elif policy.receipt_acknowledged_at is None:
            what = _("Acknowledge your policy: %(product)s") % {"product": definition.name}
            why = _("The cooling-off period of %(days)s days begins on the day you do.")
            why %= {"days": definition.terms.cooling_off_days}
            yield ToDo(None, _("no deadline"), what, why, href, _("See the policy"))


# --- Claims ----------------------------------------------------------------------------------------------------------


def _claims_under_way(user: User, reader: Reader) -> list[Claim]:
    return list(claims_of(user, reader).filter(state__in=[*OPEN, *OWED])[:CLAIMS_SHOWN])


def _claim_card(claim: Claim, everything: bool) -> ClaimCard:
    promised = is_promised(claim) and everything
    limit = due_day(claim, Duty.PAY if promised else Duty.DECIDE)
    due = limit[1] if limit else None
    words = {"amount": money_text(claim.owed), "day": day_text(due, "short")}
    if promised and due:
        says = _("We owe you %(amount)s, in your account by %(day)s. You need do nothing more.") % words
    elif is_promised(claim):
        says = _("It is being paid to the insured person, who has the decision.")
    elif due:
        says = _("We decide by %(day)s at the latest.") % words
    else:
        says = _("As soon as everything is here, our time to decide begins.")
    return ClaimCard(
        title=claim_title(claim),
        href=reverse("claims:claim", args=[claim.no]),
        state=shown_state(claim),
        says=says,
        start=business_date(limit[0]) if limit else None,
        due=due,
    )


# --- Policies --------------------------------------------------------------------------------------------------------


def _policy_card(policy: Policy, at: datetime) -> PolicyCard:
    definition = product_of(policy).definition
    plan = definition.plans_by_key.get(policy.quote.plan)
    whole, left = policy.span.days, _left(policy.span.last_day, at)
    ending = policy.state == PolicyState.IN_FORCE and 0 <= left <= ENDING_SOON_DAYS
    label, tone = _words_for(policy, left, at)
    return PolicyCard(
        name=definition.name,
        no=policy.no,
        insurer=policy.insurer.short_name,
        state=policy.state_enum,
        label=label,
        tone=tone,
        period=policy.span,
        cover=_cover(policy, plan.name if plan else ""),
        passed=min(max((at - policy.span.start).days, 0), whole),
        whole=whole,
        ending=ending,
        ended=policy.state not in COVERED,
    )


def _words_for(policy: Policy, left: int, at: datetime) -> tuple[str, str]:
    """A policy in force may still wait for its first day, or be near its last."""
    if policy.state != PolicyState.IN_FORCE:
        return "", ""
    if at < policy.span.start:
        return _("Not begun yet"), "neutral"
    if 0 <= left <= ENDING_SOON_DAYS:
        return ngettext("Ends in %(days)s day", "Ends in %(days)s days", left) % {"days": left}, "waiting"
    return "", ""


def _cover(policy: Policy, plan: Any) -> str:
    who = _("Me") if policy.relationship == "self" else str(policy.insured.name)
    return _("%(who)s, %(plan)s") % {"who": who, "plan": plan} if plan else str(who)
