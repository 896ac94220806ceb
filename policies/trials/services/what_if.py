"""What-if: the policies of a product in force priced again with one of its versions.

A policy is priced on the facts stored with its quote, with the loading its application was accepted at; the premium is
what the customer pays, a tax collected with it included. A roster is the sum of its members.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, QuerySet

from insureweb.kernel.money import Money
from policies.contract.models import Policy
from policies.contract.states import PolicyState
from policies.offers.rosters.models import RosterMember, RosterOffer
from policies.offers.rosters.rules.sums import GroupSums
from policies.offers.rosters.services.copying import copy_rows
from policies.sale.models import Application
from policies.trials.events import PoliciesToReprice
from policies.trials.models import WhatIfRow, WhatIfRun
from policies.underwriting.rules.loading import loaded_premium
from products.compiled import CompiledProduct, compiled
from products.models import ProductVersion
from products.rules.facts import Problem, still_asked
from products.rules.rating import NotPriceable
from products.rules.what_if import Insured, WhatIf
from products.services.runs import Item, Work

COLUMNS = ("run_id", "policy_no", "old_premium", "new_premium", "difference", "problems")
WANTED = ("pk", "no", "quote__facts", "quote__plan", "quote__total", "quote__roster_offer__pk", "application_no")
# More than any premium: a slip of a draft's author is told with its policy and does not hold up the run.
BEYOND = 10**12
FACTS, PLAN, ROSTER, LOADING = "facts", "plan", "roster", "loading"


def book_of(version: ProductVersion, at: datetime) -> QuerySet[Policy]:
    """Every policy of the version's product in force at an instant, whatever version it was sold under."""
    return Policy.objects.filter(
        product_version__product=version.product_id, state=PolicyState.IN_FORCE, period__endswith__gt=at
    )


def _book(version: ProductVersion, at: datetime) -> tuple[int, int]:
    found = book_of(version, at).aggregate(count=Count("pk"), last=Max("pk"))
    return found["count"], found["last"] or 0


def _next_policies(run: WhatIfRun, most: int) -> list[Item]:
    """The next policies with what their price depends on: two queries, however many they are."""
    book = book_of(run.version, run.started_at).filter(pk__gt=run.after_id, pk__lte=run.through_id)
    rows = list(book.order_by("pk").values_list(*WANTED)[:most])
    loadings = dict(
        Application.objects.filter(no__in=[row[-1] for row in rows], loading_percent__gt=0).values_list(
            "no", "loading_percent"
        )
    )
    loaded = [row[0] for row in rows if row[-1] in loadings]
    taxes = dict(Policy.objects.filter(pk__in=loaded).values_list("pk", "quote__breakdown__tax")) if loaded else {}
    found: list[Item] = []
    for pk, no, facts, plan, total, roster, application in rows:
        loading = loadings.get(application, Decimal(0))
        told = {FACTS: facts, PLAN: plan, ROSTER: roster, LOADING: loading}
        old = loaded_premium(Money(total), loading, Money(Decimal(taxes.get(pk) or 0)))
        found.append((pk, Insured(no, told, old.amount)))
    return found


def _reprice(run: WhatIfRun, items: Sequence[Item], at: datetime) -> None:
    """Price these policies, write their rows, and add them to the run."""
    what_if = WhatIf(_price_with(compiled(run.version)))
    rows: list[tuple[Any, ...]] = [
        (run.pk, row.reference, row.old, row.new, row.difference, "{}")
        for row in what_if.rows(insured for _pk, insured in items)
    ]
    rows += [
        (run.pk, row.reference, row.old, None, None, json.dumps(_as_json(row.problems), ensure_ascii=False))
        for row in what_if.not_priceable
    ]
    copy_rows(WhatIfRow, COLUMNS, rows)
    run.priced += what_if.priced
    run.dearer += what_if.dearer
    run.cheaper += what_if.cheaper
    run.old_total += what_if.old_total
    run.new_total += what_if.new_total
    counts = [bucket.count for bucket in what_if.distribution]
    run.buckets = [old + new for old, new in zip(run.buckets or [0] * len(counts), counts, strict=True)]


def _price_with(product: CompiledProduct) -> Callable[[Mapping[str, Any]], Decimal]:
    def repriced(told: Mapping[str, Any]) -> Decimal:
        if told[ROSTER] is None:
            asked = still_asked(product.definition, told[FACTS])
            price = product.price(product.read_facts(asked, told[PLAN]))
            total, tax = price.total, price.tax
        else:
            total, tax = _roster_total(product, told[ROSTER], told[PLAN]), Decimal(0)
        if total >= BEYOND:
            raise NotPriceable(product.definition.rating.total, "the amount is too large to work with")
        return loaded_premium(Money(total), told[LOADING], Money(tax)).amount

    return repriced


def _roster_total(product: CompiledProduct, offer_id: int, plan: str) -> Decimal:
    """The sum over the members of a roster's offer."""
    offer = RosterOffer.objects.get(pk=offer_id)
    sums = GroupSums.empty(product.definition, plan, offer.members)
    people = RosterMember.objects.filter(roster_id=offer.roster_id, position__lte=offer.members)
    for texts in people.order_by("position").values_list("facts", flat=True).iterator():
        sums.add(still_asked(product.definition, texts), product.rating)
    return sums.total


def _as_json(problems: Mapping[str, Problem]) -> dict[str, Any]:
    """Codes and figures, so that everybody reads the reason in their own language."""
    return {
        field: {"code": problem.code, "values": {key: str(value) for key, value in problem.values}}
        for field, problem in problems.items()
    }


WHAT_IF = Work(WhatIfRun, PoliciesToReprice, _book, _next_policies, _reprice)
