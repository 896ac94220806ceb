"""The demo's eighteen months: what happened when, carried out in order through the services with the clock moved."""

import heapq
import itertools
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction

from claims.models import Claim
from claims.states import ClaimState
from customers.actors import actor_of
from customers.models import User
from customers.services.accounts import register_customer
from insureweb.kernel import clock, outbox
from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.money import Money
from insureweb.kernel.periods import business_date, midnight
from insureweb.ops.portfolio import buying, claiming
from insureweb.ops.portfolio.papers import PAPERS
from insureweb.ops.portfolio.people import Person, invent
from insureweb.ops.portfolio.telling import buys_it, may_declare
from policies.contract.models import Policy
from policies.contract.selectors import policy_numbered
from policies.contract.services.receipt import acknowledge_receipt
from policies.renewal.services import end_policy, send_renewal_notice
from policies.sale.models import Application, Order
from policies.sale.services.orders import create_order
from policies.sale.states import ApplicationState
from policies.tasks import close_what_is_over, end_policies, send_renewal_notices
from products.rules.facts import FactsInvalid
from products.selectors import Offered, catalogue

BY = Actor.system("portfolio")
PAST = timedelta(days=18 * 30)
FAVOURITE = "anlan-guard"
# Some purchases and claims are as young as this, so that a few wait on the desks.
RECENT = timedelta(days=4)
Action = Callable[[datetime], None]


@dataclass(frozen=True)
class Size:
    """How much of everything is wanted."""

    customers: int = 100
    policies: int = 300
    claims: int = 60


@dataclass(frozen=True)
class Share:
    """The people one process looks after; what happens to a person does not depend on the sharing."""

    index: int = 0
    of: int = 1

    def holds(self, place: int) -> bool:
        return place % self.of == self.index


@dataclass(frozen=True)
class Customer:
    """A person and the dice of one purchase."""

    person: Person
    chance: random.Random


def keep_house(start: datetime, now: datetime) -> None:
    """What the schedule does for everybody, week by week: close what nobody paid; at the end whatever is left."""
    weeks = [start + timedelta(days=7 * week) for week in range((now - start).days // 7 + 1)]
    for at in weeks:
        with clock.moved_to(at):
            if close_what_is_over():
                outbox.drain(at=at, among=~PAPERS)
    last = now - timedelta(minutes=1)
    with clock.moved_to(last):
        for task in (close_what_is_over, send_renewal_notices, end_policies):
            task()
        outbox.drain(at=last, among=~PAPERS)


class Portfolio:
    """An agenda of past instants and what to do at each; doing one thing may put others on it.

    The staff is there already; `keep_house` follows when every share is done.
    """

    def __init__(self, *, now: datetime, seed: int, size: Size, staff: dict[str, User], share: Share) -> None:
        self.now, self.start, self.seed = now, now - PAST, seed
        self.size, self.staff, self.share = size, staff, share
        self.people = invent(size.customers, today=business_date(now), seed=seed)
        self.offered = [item for item in catalogue(now) if buys_it(item.definition)]
        self.users: dict[str, User] = {}
        self.made: Counter[str] = Counter()
        self.turned_away: Counter[str] = Counter()
        self._agenda: list[tuple[datetime, int, Action]] = []
        self._order = itertools.count()
        self._planned_claims = 0

    def plan(self, at: datetime, action: Action) -> None:
        if at < self.now:
            heapq.heappush(self._agenda, (at, next(self._order), action))

    def run(self, progress: Callable[[datetime], None]) -> None:
        """Carry everything out in order; after each action the worker's part is done at the same instant."""
        planner = random.Random(self.seed)  # noqa: S311  the demo must come out the same every time
        # Some applications are referred, declined or left unpaid, so more are begun than policies are wanted.
        for number in range(self.size.policies + self.size.policies // 4):
            place = number if number < len(self.people) else planner.randrange(len(self.people))
            begin = self.now - RECENT if number % 12 == 0 else self.start
            at = _waking_hour(planner, begin, self.now)
            if self.share.holds(place):
                # Each purchase has its own dice, so that it turns out the same whoever carries it out.
                customer = Customer(self.people[place], random.Random(f"{self.seed}-{number}"))  # noqa: S311
                # Two actions, because an account stays when the purchase after it is turned away.
                self.plan(at, partial(self._sign_up, customer))
                self.plan(at, partial(self._buy, customer))
        while self._agenda:
            at, _order, action = heapq.heappop(self._agenda)
            with clock.moved_to(at):
                self._carry_out(action, at)
            progress(at)

    def _carry_out(self, action: Action, at: datetime) -> None:
        """Do it, then deliver what it published and what that publishes in turn; the documents come later."""
        with outbox.noting() as published:
            try:
                with transaction.atomic():
                    action(at)
            except (Refused, FactsInvalid) as refusal:
                # The rules of the house hold for invented people too: too old for a product, two claims for one stay.
                self.turned_away[getattr(refusal, "code", type(refusal).__name__)] += 1
            for identifier in published:
                outbox.deliver_next(at=at, among=~PAPERS, only=identifier)

    # --- Buying -------------------------------------------------------------------------------------------------------

    def _sign_up(self, customer: Customer, at: datetime) -> None:
        email = customer.person.email
        if email not in self.users:
            self.users[email] = register_customer(email=email, language="zh-hans", by=BY, at=at)
            self.made["customers"] += 1

    def _buy(self, customer: Customer, at: datetime) -> None:
        user = self.users[customer.person.email]
        item = self._choose_product(customer)
        plan = customer.chance.choice(item.definition.plans).key
        ill = may_declare(item.definition) if customer.chance.random() < 0.06 else ""
        application = buying.apply_for(
            product_code=item.code, product=item.product, plan=plan, person=customer.person, user=user, ill=ill, at=at
        )
        self.made[f"applications {application.state}"] += 1
        if application.state == ApplicationState.REFERRED:
            looked_at = at + timedelta(hours=customer.chance.randrange(20, 70))
            self.plan(looked_at, partial(self._underwrite, application, item, user, customer))
        else:
            self._plan_payment(application, item, user, customer, at)

    def _underwrite(
        self, application: Application, item: Offered, user: User, customer: Customer, at: datetime
    ) -> None:
        verdict = buying.verdict_on("accept" if customer.chance.random() < 0.7 else "decline")
        underwriters = (self.staff["underwriter"], self.staff["underwriter2"])
        self._plan_payment(buying.decide_at_desk(application, underwriters, verdict, at), item, user, customer, at)

    def _plan_payment(
        self, application: Application, item: Offered, user: User, customer: Customer, at: datetime
    ) -> None:
        if application.state == ApplicationState.ACCEPTED and customer.chance.random() < 0.97:
            order = create_order(application=application, by=actor_of(user), at=at)
            paid_at = at + timedelta(minutes=customer.chance.randrange(2, 20))
            self.plan(paid_at, partial(self._pay, order, item, user, customer))

    def _choose_product(self, customer: Customer) -> Offered:
        weights = [8 if item.code == FAVOURITE else 1 for item in self.offered]
        return customer.chance.choices(self.offered, weights=weights)[0]

    def _pay(self, order: Order, item: Offered, user: User, customer: Customer, at: datetime) -> None:
        buying.pay(order, user, at)
        later = at + timedelta(minutes=customer.chance.randrange(20, 600))
        self.plan(later, partial(self._receive, order, item, user, customer))

    def _receive(self, order: Order, item: Offered, user: User, customer: Customer, at: datetime) -> None:
        policy = Policy.objects.get(order_no=order.no)
        self.made["policies"] += 1
        acknowledge_receipt(policy=policy, by=actor_of(user), at=at)
        notice = timedelta(days=item.definition.terms.renewal_notice_days)
        if notice:
            self.plan(max(policy.span.end - notice, at), partial(self._remind, policy.no))
        self.plan(policy.span.end, partial(self._end, policy.no))
        cover = next((cover for cover in item.definition.coverages if cover.kind == "daily_cash"), None)
        wanted = -(-self.size.claims // self.share.of)
        if cover is not None and self._planned_claims < wanted and customer.chance.random() < 0.5:
            self._plan_claim(policy, cover.key, user, customer)

    def _remind(self, policy_no: str, at: datetime) -> None:
        send_renewal_notice(policy=policy_numbered(policy_no), by=BY, at=at)

    def _end(self, policy_no: str, at: datetime) -> None:
        end_policy(policy=policy_numbered(policy_no), by=BY, at=at)

    # --- Claiming -----------------------------------------------------------------------------------------------------

    def _plan_claim(self, policy: Policy, coverage: str, user: User, customer: Customer) -> None:
        chance = customer.chance
        last = min(self.now, policy.span.end) - timedelta(days=1)
        first = policy.span.start + timedelta(days=3)
        is_recent = policy.span.end > self.now and chance.random() < 0.4
        nights = chance.choice((31, 45) if is_recent else (5, 6, 7, 7, 8, 9, 10, 12, 14, 28, 45))
        if (last - first).days <= nights + 2:
            return
        self._planned_claims += 1
        first = max(first, last - RECENT - timedelta(days=nights)) if is_recent else first
        happened = business_date(_waking_hour(chance, first, last - timedelta(days=nights + 1)))
        home = midnight(happened + timedelta(days=nights + chance.randrange(1, 6)))
        told_at = home + timedelta(seconds=chance.randrange(9 * 3600, 21 * 3600))

        def report(at: datetime) -> None:
            claim = claiming.report_stay(
                policy=policy, coverage=coverage, user=user, person=customer.person, happened=happened, nights=nights,
                chance=chance, at=at,
            )  # fmt: skip
            self.made["claims"] += 1
            self.plan(at + timedelta(hours=chance.randrange(20, 70)), partial(self._decide, claim.no))

        self.plan(told_at, report)

    def _decide(self, claim_no: str, at: datetime) -> None:
        claim = Claim.objects.get(no=claim_no)
        if claim.state != ClaimState.REFERRED:
            return
        amount = Money(claim.amount_assessed, claim.currency)
        claiming.decide_at_desk(claim=claim, adjuster=self.staff["claims_adjuster"], amount=amount, at=at)
        self.plan(at + timedelta(hours=4), partial(self._approve, claim_no))

    def _approve(self, claim_no: str, at: datetime) -> None:
        claiming.approve_payouts_of(claim_no=claim_no, approver=self.staff["claims_approver"], at=at)


def _waking_hour(chance: random.Random, first: datetime, last: datetime) -> datetime:
    """Some instant between two, between eight and twenty-two o'clock in Shanghai."""
    day = business_date(first) + timedelta(days=chance.randrange(max(1, (last - first).days + 1)))
    return midnight(day) + timedelta(seconds=chance.randrange(8 * 3600, 22 * 3600))
