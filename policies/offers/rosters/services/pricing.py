"""Pricing a roster member by member, in parts; each part is one delivery of the outbox and commits what it did."""

import json
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.context import use_case
from insureweb.kernel.outbox import publish
from insureweb.kernel.states import transition
from policies.offers.rosters.checks import check_may_be_priced
from policies.offers.rosters.events import MembersToPrice
from policies.offers.rosters.models import Roster, RosterMember, RosterOffer, RosterPremium
from policies.offers.rosters.rules.sums import GroupSums, roster_hash
from policies.offers.rosters.services.copying import copy_rows
from policies.offers.rosters.states import ROSTER_MACHINE, RosterState
from products.compiled import CompiledProduct, compiled

PART = 1_000
PREMIUM_COLUMNS = ("offer_id", "position", "premium", "lines", "hash")


@use_case
def start_pricing(*, roster: Roster, plan: str = "", by: Actor, at: datetime) -> RosterOffer:
    """Have every member of the roster priced under a plan; the roster's own plan unless another is named.

    Raises:
        Refused: the roster is at work or quoted, has too few people, or there is no such plan.
    """
    product = compiled(roster.product_version)
    plan = plan or roster.plan
    if plan not in product.definition.plans_by_key:
        raise Refused("unknown_plan", _("Choose one of the plans shown."), field="plan")
    check_may_be_priced(roster, product)
    transition(roster, ROSTER_MACHINE, RosterState.PRICING, by=by, at=at, plan=plan)
    offer = RosterOffer.objects.create(
        roster=roster,
        number=roster.offers.count() + 1,
        plan=plan,
        members=roster.members,
        currency=product.definition.rating.currency,
        started_at=at,
    )
    publish(MembersToPrice(offer_id=offer.pk, priced=0), at=at)
    return offer


@use_case
def price_members(*, offer_id: int, priced: int, by: Actor, at: datetime) -> RosterOffer:
    """Price the next part of an offer. A part that is done already changes nothing, so a delivery may come twice.

    Raises:
        NotPriceable: the tariff has no price for a member, which the reading of rows does not let happen.
    """
    offer = (
        RosterOffer.objects.select_for_update(of=("self",)).select_related("roster__product_version").get(pk=offer_id)
    )
    if offer.priced != priced or offer.finished_at is not None:
        return offer
    product = compiled(offer.roster.product_version)
    people = RosterMember.objects.filter(
        roster_id=offer.roster_id, position__gt=priced, position__lte=min(priced + PART, offer.members)
    )
    _price_part(offer, product, list(people.order_by("position").values_list("position", "facts")))
    if offer.priced < offer.members:
        offer.save(update_fields=["priced", "total", "lines", "strictest"])
        publish(MembersToPrice(offer_id=offer.pk, priced=offer.priced), at=at)
        return offer
    return _finish(offer, product, by=by, at=at)


def _price_part(offer: RosterOffer, product: CompiledProduct, people: list[tuple[int, dict[str, str]]]) -> None:
    """Premiums of these members, and the offer's sums with them."""
    lines = {line.key: Decimal(offer.lines.get(line.key, "0")) for line in product.definition.rating.lines}
    sums = GroupSums(
        product.definition, offer.plan, offer.members, Decimal(offer.total), lines, dict(offer.strictest)
    )  # fmt: skip
    rows = []
    for position, texts in people:
        found = sums.add(texts, product.rating)
        told = json.dumps({line: str(amount) for line, amount in found.lines.items()})
        rows.append((offer.pk, position, found.premium, told, found.hash))
    copy_rows(RosterPremium, PREMIUM_COLUMNS, rows)
    offer.priced += len(people)
    offer.total, offer.strictest = sums.total, sums.strictest
    offer.lines = {line: str(amount) for line, amount in sums.lines.items()}


def _finish(offer: RosterOffer, product: CompiledProduct, *, by: Actor, at: datetime) -> RosterOffer:
    """All members are priced: the whole is proved to be the sum of its parts, and the roster goes on."""
    premiums = list(offer.premiums.order_by("position").values_list("premium", "hash"))
    if len(premiums) != offer.members or sum((premium for premium, _hash in premiums), Decimal(0)) != offer.total:
        raise ArithmeticError(f"Offer {offer.pk} is not the sum of its members.")
    if sum(map(Decimal, offer.lines.values()), Decimal(0)) != offer.total:
        raise ArithmeticError(f"Offer {offer.pk} is not the sum of its lines.")
    offer.hash = roster_hash(product.rating.tariff_hash, (member for _premium, member in premiums))
    offer.finished_at = at
    offer.save(update_fields=["priced", "total", "lines", "strictest", "hash", "finished_at"])
    transition(offer.roster, ROSTER_MACHINE, RosterState.PRICED, by=by, at=at)
    return offer
