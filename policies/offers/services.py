"""Making quotes, taking them over at sign-in, pricing them again."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from customers.models import User
from insureweb.audit.erasure import erasing
from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.context import use_case
from insureweb.kernel.numbers import allocate
from policies.offers.models import Quote, QuoteClaim
from policies.offers.needs.models import NeedsResult
from policies.offers.rosters.rules.columns import is_group
from policies.offers.rules.household import FEWEST_PEOPLE, MOST_PEOPLE, counted_fact, facts_of_one
from policies.offers.rules.tokens import token_hash
from policies.offers.rules.validity import held_until
from products.compiled import compiled
from products.models import ProductVersion
from products.rules.facts import facts_as_text
from products.rules.rating import NotPriceable
from products.selectors import version_on_sale

# A visitor's quote is erased this long after its price ceased to be held.
KEPT_AFTER_EXPIRY = timedelta(days=60)


@use_case
def create_quote(
    *,
    product_code: str,
    raw_facts: Mapping[str, Any],
    plan: str,
    owner_token: str,
    user: User | None = None,
    needs_result: NeedsResult | None = None,
    channel: str = "web",
    region: str = "all",
    by: Actor,
    at: datetime,
) -> Quote:
    """Price the facts on the version now on sale and keep the answer for its owner, with the needs check it follows.

    Raises:
        ProductNotOnSale: the product is not offered, not in this region, or not through this channel.
        FactsInvalid: a fact is missing or wrong; each field named.
        Refused: the tariff has no price for these facts.
    """
    version = version_on_sale(product_code, at, region, channel=channel)
    return _store(
        version,
        facts_of_one(compiled(version).definition, raw_facts),
        plan,
        owner_token,
        user,
        at,
        based_on=None,
        needs_result=needs_result,
        channel=channel,
        region=region,
    )


def _store(
    version: ProductVersion,
    raw_facts: Mapping[str, Any],
    plan: str,
    owner_token: str,
    user: User | None,
    at: datetime,
    *,
    based_on: Quote | None,
    channel: str,
    region: str,
    token_digest: str = "",
    needs_result: NeedsResult | None = None,
    **household: Any,
) -> Quote:
    product = compiled(version)
    if is_group(product.definition):
        raise Refused("sold_by_roster", _("This product is priced from a roster. Please upload the list of people."))
    facts = product.read_facts(raw_facts, plan)
    try:
        breakdown = product.price(facts)
    except NotPriceable as error:
        raise Refused("not_priceable", _("There is no price for these answers. Please check them.")) from error
    return Quote.objects.create(
        no=allocate("quote", at=at),
        product_version=version,
        plan=plan,
        facts=facts_as_text(facts),
        breakdown=breakdown.as_json(),
        breakdown_hash=breakdown.hash,
        total=breakdown.total,
        currency=breakdown.currency,
        owner_token_hash=token_digest or token_hash(owner_token),
        user=user,
        based_on=based_on,
        needs_result_id=based_on.needs_result_id if based_on else getattr(needs_result, "pk", None),
        channel=channel,
        region=region,
        created_at=at,
        expires_at=held_until(at),
        **household,
    )


@dataclass(frozen=True, slots=True)
class HouseholdMember:
    """A person to be quoted: what they are to the one who pays, and the raw facts of their price."""

    relationship: str
    raw_facts: Mapping[str, Any]


@use_case
def quote_household(
    *,
    product_code: str,
    members: Sequence[HouseholdMember],
    plan: str,
    owner_token: str,
    user: User | None = None,
    needs_result: NeedsResult | None = None,
    by: Actor,
    at: datetime,
) -> list[Quote]:
    """A quote for each person of a household, all or none. Each stands at the price of one person alone.

    The factor for people insured together is put in by the order that holds them, whoever is still in it then.

    Raises:
        Refused: there are too few or too many people for one household.
        ProductNotOnSale, FactsInvalid: as `create_quote`.
    """
    if not FEWEST_PEOPLE <= len(members) <= MOST_PEOPLE:
        words = _("A household on this page is %(fewest)s to %(most)s people.")
        raise Refused("household_size", words % {"fewest": FEWEST_PEOPLE, "most": MOST_PEOPLE})
    version = version_on_sale(product_code, at, "all", channel="web")
    alone = counted_fact(compiled(version).definition, 1)
    household = uuid4()
    return [
        _store(
            version,
            {**member.raw_facts, **alone},
            plan,
            owner_token,
            user,
            at,
            based_on=None,
            needs_result=needs_result,
            channel="web",
            region="all",
            household=household,
            household_place=place,
            household_relationship=member.relationship,
        )
        for place, member in enumerate(members, start=1)
    ]


@use_case
def reprice_quote(
    *,
    quote: Quote,
    changed_facts: Mapping[str, Any],
    user: User | None,
    on_sale_now: bool = False,
    by: Actor,
    at: datetime,
) -> Quote:
    """A new quote from the answers of another with some facts changed, for the same owner.

    It stays on the quote's own product version, unless `on_sale_now` asks for the version sold today.

    Raises:
        ProductNotOnSale, FactsInvalid, Refused: as `create_quote`.
    """
    version = quote.product_version
    if on_sale_now:
        version = version_on_sale(version.product.code, at, quote.region, channel=quote.channel)
    return _store(
        version,
        {**quote.facts, **changed_facts},
        quote.plan,
        "",
        user or quote.user,
        at,
        based_on=quote,
        channel=quote.channel,
        region=quote.region,
        token_digest=quote.owner_token_hash,
        household=quote.household,
        household_place=quote.household_place,
        household_relationship=quote.household_relationship,
    )


@use_case
def claim_quote(*, quote: Quote, user: User, by: Actor, at: datetime) -> None:
    """Let the account that signed in take over the visitor's quote; the first account keeps it.

    Raises:
        Refused: another account owns it.
    """
    if quote.user_id is None:
        try:
            with transaction.atomic():
                QuoteClaim.objects.create(quote=quote, user=user, at=at)
                return
        except IntegrityError:
            owner = QuoteClaim.objects.values_list("user_id", flat=True).get(quote=quote)
    else:
        owner = quote.user_id
    if owner != user.pk:
        raise Refused("foreign_quote", _("This quote belongs to somebody else."))


@use_case
def erase_expired_quotes(*, by: Actor, at: datetime, limit: int = 1_000) -> int:
    """Erase visitors' quotes that led nowhere: expired for `KEPT_AFTER_EXPIRY`, no account, no application, no partner.

    A prospect's data need not be kept. What an application, a policy or a partner stands on is protected by its
    foreign key and stays. Returns how many were erased.
    """
    over = Quote.objects.filter(
        user=None, claim=None, applications=None, repriced=None, expires_at__lt=at - KEPT_AFTER_EXPIRY
    )
    erased = 0
    for quote in over.only("pk").order_by("-id")[:limit]:
        # The table refuses every other deletion.
        with suppress(ProtectedError), erasing(Quote):
            quote.delete()
            erased += 1
    return erased
