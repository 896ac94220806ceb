"""The demo's eighteen months: what happened when, carried out in order through the services with the clock moved."""

import heapq
import itertools
import random
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Q

from claims.models import Claim
from claims.states import ClaimState
from customers.actors import actor_of
from customers.models import User
from customers.services.accounts import register_customer
from insureweb.kernel import clock, outbox
from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.money import Money
from insureweb.kernel.outbox import Delivery, DeliveryState
from insureweb.kernel.periods import business_date, midnight
from insureweb.ops.portfolio import buying, claiming
from insureweb.ops.portfolio.people import Person, invent
from insureweb.ops.portfolio.staff import hire_staff
from policies.contract.models import Policy
from policies.contract.services.receipt import acknowledge_receipt
from policies.sale.models import Order
from policies.sale.states import ApplicationState
from policies.tasks import close_what_is_over, end_policies, send_renewal_notices
from products.rules.facts import FactsInvalid
from products.selectors import Offered, catalogue

BY = Actor.system("portfolio")
PAST = timedelta(days=18 * 30)
FAVOURITE = "anlan-guard"
Action = Callable[[datetime], None]
# Typesetting and signing take a third of the work; a process of its own does it meanwhile.
PAPERS = Q(
    handler__in=[
        "policies.contract.listeners.make_document",
        "claims.listeners.write_payment_letter",
        "claims.listeners.write_refusal_letter",
    ]
)


def make_papers() -> int:
    """Make every document that waits, dated when it fell due; how many."""
    made = 0
    waiting = Delivery.objects.filter(PAPERS, state=DeliveryState.WAITING).order_by("due_at", "id")
    while (delivery := waiting.filter(attempts=0).first()) is not None:
        with clock.moved_to(delivery.due_at):
            made += outbox.drain(at=delivery.due_at, among=PAPERS)
    return made


def keep_house(_at: datetime) -> None:
    """What the schedule does by itself: close what nobody paid, remind, end what has run its time."""
    for task in (close_what_is_over, send_renewal_notices, end_policies):
        task()


class Portfolio:
    """An agenda of past instants and what to do at each; doing one thing may put others on it."""

    def __init__(self, *, now: datetime, seed: int, customers: int, policies: int, claims: int) -> None:
        self.now, self.start = now, now - PAST
        self.chance = random.Random(seed)  # noqa: S311  the demo must come out the same every time
        self.people = invent(customers, today=business_date(now), seed=seed)
        self.wanted_policies, self.wanted_claims = policies, claims
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
        with clock.moved_to(self.start):
            self.staff = hire_staff(by=BY, at=self.start)
        # Some applications are referred, declined or left unpaid, so a few more are begun than policies are wanted.
        for number in range(self.wanted_policies + self.wanted_policies // 8):
            person = self.people[number] if number < len(self.people) else self.chance.choice(self.people)
            at = self._waking_hour(self.start, self.now)
            # Two actions, because an account stays when the purchase after it is turned away.
            self.plan(at, partial(self._sign_up, person))
            self.plan(at, partial(self._buy, person))
        for week in range(PAST.days // 7):
            self.plan(self.start + timedelta(days=7 * week), keep_house)
        self.plan(self.now - timedelta(minutes=1), keep_house)
        while self._agenda:
            at, _order, action = heapq.heappop(self._agenda)
            with clock.moved_to(at):
                self._carry_out(action, at)
            progress(at)

    def _carry_out(self, action: Action, at: datetime) -> None:
        try:
            with transaction.atomic():
                action(at)
        except (Refused, FactsInvalid) as refusal:
            # The rules of the house hold for invented people too: too old for a product, two claims for one stay.
            self.turned_away[getattr(refusal, "code", type(refusal).__name__)] += 1
        outbox.drain(at=at, among=~PAPERS)

    def _waking_hour(self, first: datetime, last: datetime) -> datetime:
        """Some instant between two, between eight and twenty-two o'clock in Shanghai."""
        day = business_date(first) + timedelta(days=self.chance.randrange(max(1, (last - first).days + 1)))
        return midnight(day) + timedelta(seconds=self.chance.randrange(8 * 3600, 22 * 3600))

    # --- Buying -------------------------------------------------------------------------------------------------------

    def _sign_up(self, person: Person, at: datetime) -> None:
        if person.email not in self.users:
            self.users[person.email] = register_customer(email=person.email, language="zh-hans", by=BY, at=at)
            self.made["customers"] += 1

    def _buy(self, person: Person, at: datetime) -> None:
        user = self.users[person.email]
        item = self._choose_product()
        plan = self.chance.choice(item.definition.plans).key
        health = item.definition.health_questions
        ill = health[-1].key if health and self.chance.random() < 0.06 else ""
        application = buying.apply_for(
            product_code=item.code, product=item.product, plan=plan, person=person, user=user, ill=ill, at=at
        )
        self.made[f"applications {application.state}"] += 1
        if application.state == ApplicationState.ACCEPTED and self.chance.random() < 0.97:
            order = application.orders.get()
            paid_at = at + timedelta(minutes=self.chance.randrange(2, 20))
            self.plan(paid_at, partial(self._pay, order, item, user, person))

    def _choose_product(self) -> Offered:
        offered = catalogue(self.now)
        return self.chance.choices(offered, weights=[8 if item.code == FAVOURITE else 1 for item in offered])[0]

    def _pay(self, order: Order, item: Offered, user: User, person: Person, at: datetime) -> None:
        buying.pay(order, user, at)
        later = at + timedelta(minutes=self.chance.randrange(20, 600))
        self.plan(later, partial(self._receive, order, item, user, person))

    def _receive(self, order: Order, item: Offered, user: User, person: Person, at: datetime) -> None:
        policy = Policy.objects.get(order_no=order.no)
        self.made["policies"] += 1
        acknowledge_receipt(policy=policy, by=actor_of(user), at=at)
        cover = next((cover for cover in item.definition.coverages if cover.kind == "daily_cash"), None)
        if cover is not None and self._planned_claims < self.wanted_claims and self.chance.random() < 0.5:
            self._plan_claim(policy, cover.key, user, person)

    # --- Claiming -----------------------------------------------------------------------------------------------------

    def _plan_claim(self, policy: Policy, coverage: str, user: User, person: Person) -> None:
        last = min(self.now, policy.span.end) - timedelta(days=1)
        first = policy.span.start + timedelta(days=3)
        nights = self.chance.choice((5, 6, 7, 7, 8, 9, 10, 12, 14, 28, 45))
        if (last - first).days <= nights + 2:
            return
        self._planned_claims += 1
        happened = business_date(self._waking_hour(first, last - timedelta(days=nights + 1)))
        home = midnight(happened + timedelta(days=nights + self.chance.randrange(1, 6)))
        told_at = home + timedelta(seconds=self.chance.randrange(9 * 3600, 21 * 3600))

        def report(at: datetime) -> None:
            claim = claiming.report_stay(
                policy=policy, coverage=coverage, user=user, person=person, happened=happened, nights=nights,
                chance=self.chance, at=at,
            )  # fmt: skip
            self.made["claims"] += 1
            self.plan(at + timedelta(hours=self.chance.randrange(20, 70)), partial(self._decide, claim.no))

        self.plan(told_at, report)

    def _decide(self, claim_no: str, at: datetime) -> None:
        claim = Claim.objects.get(no=claim_no)
        if claim.state != ClaimState.REFERRED:
            return
        amount = Money(claim.amount_assessed, claim.currency)
        claiming.decide_at_desk(claim=claim, adjuster=self.staff["claims_adjuster"], amount=amount, at=at)
        self.plan(at + timedelta(hours=4), self._approve)

    def _approve(self, at: datetime) -> None:
        claiming.approve_waiting_payouts(approver=self.staff["claims_approver"], at=at)
