"""A proposal from answers: rules choose the covers, the budget is split, products fill shares. Nothing is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from insureweb.kernel.periods import business_date
from policies.offers.needs.models import NeedsOutcome
from policies.offers.needs.pricing import fitting
from policies.offers.needs.rules.advice import Wish, advise
from policies.offers.needs.rules.choosing import Part, fill
from policies.offers.needs.rules.questions import Answer
from policies.offers.needs.rules.split import split_whole
from policies.offers.needs.shipped import advice_table
from policies.offers.rules.care import needs_a_person
from products.rules.decisions import Decision
from products.selectors import Offered, catalogue
from products.shop_tables import needs


@dataclass(frozen=True, slots=True)
class Proposal:
    """Everything a result stores."""

    decision: Decision
    outcome: NeedsOutcome
    budget: int
    parts: tuple[Part, ...]
    against: tuple[Wish, ...]

    def as_json(self, names: Mapping[str, Offered]) -> dict[str, Any]:
        """The proposal with names and versions, so that it can be shown when the products are long gone."""
        spent = sum((part.taken.price for part in self.parts if part.taken), Decimal(0))
        return {
            "parts": [_part_json(part, names) for part in self.parts],
            "against": [_wish_json(wish) for wish in self.against],
            "spent": str(spent),
            "unspent": str(self.budget - spent),
        }


def propose(persona: str, answers: Mapping[str, Answer], at: datetime) -> tuple[Proposal, Mapping[str, Offered]]:
    """The proposal with the products on sale now, and these products by code.

    Raises:
        DecisionError: the answers are not complete.
    """
    items = catalogue(at)
    decision, wishes = advise(advice_table(), persona, answers)
    budget = int(str(answers["budget"]))
    wanted = [wish for wish in wishes if wish.is_proposed]
    found = {wish.need: fitting(wish, answers, items) for wish in wanted}
    shares = split_whole(budget, [wish.weight for wish in wanted]) if wanted else []
    parts = fill(wanted, shares, found)
    against = tuple(wish for wish in wishes if not wish.is_proposed)
    proposal = Proposal(decision, _outcome(parts, answers, business_date(at)), budget, parts, against)
    return proposal, {item.code: item for item in items}


def _outcome(parts: Sequence[Part], answers: Mapping[str, Answer], day: date) -> NeedsOutcome:
    if not any(part.is_filled for part in parts):
        return NeedsOutcome.NOTHING
    age = answers.get("age")
    if isinstance(age, str) and needs_a_person(int(age), day):
        return NeedsOutcome.CARE
    return NeedsOutcome.PROPOSED


def _wish_json(wish: Wish) -> dict[str, Any]:
    need = next(one for one in needs() if one.key == wish.need)
    return {
        "need": wish.need,
        "label": need.label.as_dict(),
        "icon": need.icon,
        "who": wish.who,
        "weight": str(wish.weight),
        "reasons": [reason.as_dict() for reason in wish.reasons],
        "rules": list(wish.rules),
    }


def _part_json(part: Part, names: Mapping[str, Offered]) -> dict[str, Any]:
    told = _wish_json(part.wish) | {
        "share": part.share,
        "cheapest": None if part.cheapest is None else str(part.cheapest),
        "taken": None,
    }
    if part.taken:
        item = names[part.taken.product]
        plan = item.definition.plans_by_key[part.taken.plan]
        told["taken"] = {
            "product": part.taken.product,
            "name": item.definition.name.as_dict(),
            "plan": part.taken.plan if len(item.product.plans) > 1 else "",
            "plan_name": plan.name.as_dict(),
            "covers": item.definition.shop.covered_line.as_dict(),
            "excludes": item.definition.shop.not_covered_line.as_dict(),
            "price": str(part.taken.price),
            "people": part.taken.people,
            "is_yearly": item.is_yearly,
            "version_hash": part.taken.content_hash,
            "facts": dict(part.taken.facts),
            "assumed": list(part.taken.assumed),
        }
    return told
