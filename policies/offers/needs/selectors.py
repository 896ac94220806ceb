"""Reading needs checks and their results."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse

from customers.models import User
from insureweb.kernel.localized import Localized
from insureweb.kernel.money import Money
from policies.offers.needs.models import NeedsCheck, NeedsOutcome, NeedsResult
from policies.offers.needs.shipped import questionnaire
from policies.offers.rules.tokens import token_hash
from products.rules.platform_facts import GROUP_SIZE
from products.selectors import Offered, catalogue

# A result is attached to what is bought within this time; people's lives change.
VALID_FOR = timedelta(days=60)


def owned_check(uuid: Any, *, user: User | None, token: str) -> NeedsCheck:
    """The check, for its owner alone.

    Raises:
        NeedsCheck.DoesNotExist: there is none, or it is somebody else's; the two cannot be told apart.
    """
    check = NeedsCheck.objects.get(uuid=uuid)
    if not _owns(check, user, token):
        raise NeedsCheck.DoesNotExist
    return check


def _owns(check: NeedsCheck, user: User | None, token: str) -> bool:
    if check.user_id is not None:
        return user is not None and user.pk == check.user_id
    return bool(token) and hmac.compare_digest(check.owner_token_hash, token_hash(token))


def checks_of(*, user: User | None, token: str, at: datetime) -> list[NeedsCheck]:
    """The newest checks of an account or a browser."""
    owned = Q(pk__in=[])
    if token:
        owned |= Q(user=None, owner_token_hash=token_hash(token))
    if user is not None:
        owned |= Q(user=user)
    return list(NeedsCheck.objects.filter(owned, answered_at__gt=at - VALID_FOR).order_by("-id")[:3])


def valid_result(uuid: Any, *, user: User | None, token: str, at: datetime) -> NeedsResult | None:
    """The result of that name, if it is this person's and not too old to go with a sale."""
    results = NeedsResult.objects.select_related("check_of").defer("proposal", "decision")
    result = results.filter(uuid=uuid, made_at__gt=at - VALID_FOR).first()
    return result if result is not None and _owns(result.check_of, user, token) else None


@dataclass(frozen=True, slots=True)
class Taken:
    """The product that fills a share, and the ways to it."""

    name: Localized
    plan: Localized | None
    covers: Localized
    excludes: Localized
    price: Money
    people: int
    is_yearly: bool
    assumed: tuple[Localized, ...]
    href: str
    quote_href: str
    household_href: str


@dataclass(frozen=True, slots=True)
class ShownPart:
    """A cover of the plan as the page shows it."""

    need: Localized
    icon: str
    reasons: tuple[Localized, ...]
    rules: str
    share: Money | None
    taken: Taken | None
    cheapest: Money | None


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    key: str
    text: Localized
    words: Any


@dataclass(frozen=True, slots=True)
class ShownPlan:
    """A result ready for its page."""

    result: NeedsResult
    parts: tuple[ShownPart, ...]
    missing: tuple[ShownPart, ...]
    against: tuple[ShownPart, ...]
    spent: Money
    unspent: Money

    @property
    def wants_care(self) -> bool:
        return self.result.outcome == NeedsOutcome.CARE


def shown_plan(result: NeedsResult, at: datetime) -> ShownPlan:
    """The stored proposal with ways to the products that are still on sale in that version. No query while the
    catalogue is warm.
    """
    on_sale = {item.code: item for item in catalogue(at)}
    told = result.proposal
    parts = [_part(part, on_sale, result.currency) for part in told["parts"]]
    return ShownPlan(
        result=result,
        parts=tuple(part for part in parts if part.taken),
        missing=tuple(part for part in parts if not part.taken),
        against=tuple(_part(part, on_sale, result.currency) for part in told["against"]),
        spent=Money(Decimal(told["spent"]), result.currency),
        unspent=Money(Decimal(told["unspent"]), result.currency),
    )


def _part(told: dict[str, Any], on_sale: dict[str, Offered], currency: str) -> ShownPart:
    return ShownPart(
        need=Localized.read(told["label"]),
        icon=told["icon"],
        reasons=tuple(Localized.read(reason) for reason in told["reasons"]),
        rules=" ".join(told["rules"]),
        share=Money.of(told["share"], currency) if "share" in told else None,
        taken=_taken(told["taken"], on_sale, currency) if told.get("taken") else None,
        cheapest=Money(Decimal(told["cheapest"]), currency) if told.get("cheapest") else None,
    )


def _taken(told: dict[str, Any], on_sale: dict[str, Offered], currency: str) -> Taken:
    item = on_sale.get(told["product"])
    plan = {"plan": told["plan"]} if told["plan"] else {}
    href = quote = household = ""
    assumed: tuple[Localized, ...] = ()
    if item is not None and item.product.content_hash == told["version_hash"]:
        inputs = item.definition.inputs_by_key
        if item.definition.counted_input is not None:
            household = f"{reverse('policies:household_price', args=[item.code])}?{urlencode(plan | told['facts'])}"
        href = f"{reverse('products:product', args=[item.code])}?{urlencode(plan | told['facts'])}"
        assumed = tuple(inputs[key].label for key in told["assumed"])
        if not assumed and GROUP_SIZE not in inputs:
            query = urlencode({"product": item.code} | plan | told["facts"])
            quote = f"{reverse('policies:quote_confirm')}?{query}"
    return Taken(
        name=Localized.read(told["name"]),
        plan=Localized.read(told["plan_name"]) if told["plan"] else None,
        covers=Localized.read(told["covers"]),
        excludes=Localized.read(told["excludes"]),
        price=Money(Decimal(told["price"]), currency),
        people=told["people"],
        is_yearly=told["is_yearly"],
        assumed=assumed,
        href=href,
        quote_href=quote,
        household_href=household,
    )


def shown_answers(persona: str, answers: dict[str, Any]) -> list[ShownAnswer]:
    """Each answered question in words; the persona's own word is on the page already."""
    shown = []
    for question in questionnaire().asked(persona):
        if question.key not in answers:
            continue
        answer = answers[question.key]
        words: Any = question.labels(answer)
        if not question.options:
            words = [f"{int(answer):,} {question.unit}" if question.unit else answer]
        shown.append(ShownAnswer(question.key, question.text, words))
    return shown
