"""What each fitting product would cost this person, plan by plan."""

from collections.abc import Iterable, Mapping
from typing import Any

from policies.offers.needs.rules.advice import Wish
from policies.offers.needs.rules.choosing import Priced
from policies.offers.needs.rules.questions import Answer
from policies.offers.needs.shipped import questionnaire
from products.filters import answered_needs
from products.rules.definition import Plan
from products.rules.facts import FactsInvalid, facts_as_text
from products.rules.platform_facts import GROUP_SIZE
from products.rules.rating import NotPriceable
from products.selectors import Offered


def person_facts(answers: Mapping[str, Answer]) -> dict[str, str]:
    """The answers that tariffs ask for too."""
    questions = questionnaire().questions
    return {key: value for key, value in answers.items() if isinstance(value, str) and questions[key].is_fact}


def fitting(wish: Wish, answers: Mapping[str, Answer], items: Iterable[Offered]) -> list[Priced]:
    """Every plan of every product that answers the wish and takes this person, with its price."""
    known = person_facts(answers)
    found = []
    for item in items:
        if wish.need in answered_needs(item) and wish.who in item.definition.audience:
            found += [one for plan in item.product.plans if (one := _priced(item, plan, known))]
    return found


def _priced(item: Offered, plan: Plan, known: Mapping[str, str]) -> Priced | None:
    """None when the product does not take this person, or has no price for them."""
    raw, assumed = _raw_facts(item, plan, known)
    try:
        facts = item.product.read_facts(raw, plan.key)
        breakdown = item.product.price(facts)
    except (FactsInvalid, NotPriceable):
        return None
    people = int(known.get(GROUP_SIZE, 1)) if item.is_group else 1
    return Priced(
        product=item.code,
        plan=plan.key,
        price=breakdown.total * people,
        order=item.definition.shop.order,
        content_hash=item.product.content_hash,
        facts=facts_as_text({one.key: facts[one.key] for one in item.definition.asked_inputs}),
        assumed=assumed,
        people=people,
    )


def _raw_facts(item: Offered, plan: Plan, known: Mapping[str, str]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The plan's own values, then what the person told, then the file's examples; the last are assumptions."""
    raw: dict[str, Any] = {}
    assumed = []
    for one in item.definition.asked_inputs:
        if one.key in plan.sets:
            continue
        told = known.get(one.key) or known.get(one.person)
        if told is not None:
            raw[one.key] = told
        elif one.example is not None:
            raw[one.key] = one.example
            assumed.append(one.key)
    return raw, tuple(assumed)
