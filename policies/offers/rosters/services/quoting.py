"""From a priced roster to a quote that stands like any other."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from insureweb.kernel.actors import Actor
from insureweb.kernel.context import use_case
from insureweb.kernel.numbers import allocate
from insureweb.kernel.states import transition
from policies.offers.models import Quote
from policies.offers.needs.models import NeedsResult
from policies.offers.rosters.checks import check_may_be_quoted
from policies.offers.rosters.models import Roster, RosterOffer
from policies.offers.rosters.rules.sums import GroupSums, group_breakdown
from policies.offers.rosters.states import ROSTER_MACHINE, RosterState
from policies.offers.rosters.words import in_both_languages
from policies.offers.rules.tokens import new_token, token_hash
from policies.offers.rules.validity import held_until
from products.compiled import CompiledProduct, compiled

SUM_WORDS = _("Sum of %(count)s people, each priced alone")


@use_case
def quote_roster(*, roster: Roster, needs_result: NeedsResult | None = None, by: Actor, at: datetime) -> Quote:
    """Keep the newest price of the roster as a quote of its owner, with the needs check it follows; asked again, the
    quote there is.

    The quote's facts are the eldest member, the highest class and the size of the group: what an underwriter asks for.
    The premium is the sum over all members, and the breakdown names the roster it can be worked out from again.

    Raises:
        Refused: there is no finished price, or the product is no longer sold in this version.
    """
    locked = Roster.objects.select_for_update(of=("self",)).select_related("product_version__product").get(pk=roster.pk)
    offer = locked.offers.select_related("quote").order_by("-number").first()
    if offer is not None and offer.quote is not None:
        return offer.quote
    check_may_be_quoted(locked, offer, at)
    assert offer is not None  # noqa: S101  the check has refused
    product = compiled(locked.product_version)
    quote = Quote.objects.create(
        no=allocate("quote", at=at),
        product_version=locked.product_version,
        plan=offer.plan,
        facts=offer.strictest,
        breakdown=_breakdown(locked, offer, product),
        breakdown_hash=offer.hash,
        total=offer.total,
        currency=offer.currency,
        owner_token_hash=token_hash(new_token()),
        user_id=locked.user_id,
        needs_result=needs_result,
        created_at=at,
        expires_at=held_until(at),
    )
    offer.quote = quote
    offer.save(update_fields=["quote"])
    transition(locked, ROSTER_MACHINE, RosterState.QUOTED, by=by, at=at)
    return quote


def _breakdown(roster: Roster, offer: RosterOffer, product: CompiledProduct) -> dict[str, Any]:
    """The offer's sums, in the shape of every stored price."""
    hashes = list(offer.premiums.order_by("position").values_list("hash", flat=True))
    lines = {key: Decimal(amount) for key, amount in offer.lines.items()}
    sums = GroupSums(product.definition, offer.plan, offer.members, offer.total, lines, offer.strictest, hashes)
    words = in_both_languages(SUM_WORDS, count=f"{offer.members:,}")
    return group_breakdown(product.definition, product.rating, sums, roster=str(roster.uuid), words=words)
