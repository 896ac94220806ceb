"""Reading rosters for their owner's pages."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Min, Sum

from customers.models import User
from insureweb.kernel.localized import Localized
from insureweb.kernel.money import Money
from policies.loading import without_files
from policies.offers.models import Quote
from policies.offers.rosters.files import columns_for
from policies.offers.rosters.models import Roster, RosterMember, RosterOffer, RosterUpload, RosterWrongRow
from policies.offers.rosters.rules.sums import GroupSums, group_breakdown
from policies.offers.rosters.words import problem_message
from products.compiled import CompiledProduct, compiled
from products.rules.definition import Definition
from products.rules.rating import Rating

SHOWN_WRONG_ROWS = 200


@dataclass(frozen=True, slots=True)
class WrongRow:
    """A row that needs work: its number in the list, and each reason with its column."""

    number: str
    upload: int
    line: int
    reasons: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Spread:
    """What the page of a priced roster shows beside the total."""

    least: Money
    most: Money
    average: Money


def owned_roster(uuid: UUID, user: User) -> Roster:
    """The roster, for its owner alone.

    Raises:
        Roster.DoesNotExist: there is none, or it is somebody else's; the two cannot be told apart.
    """
    rosters = Roster.objects.select_related("product_version__product__insurer").defer(*without_files())
    return rosters.get(uuid=uuid, user=user)


def rosters_of(user: User, product_code: str) -> list[Roster]:
    """The account's rosters of a product, newest first."""
    rosters = Roster.objects.filter(user=user, product_version__product__code=product_code)
    return list(rosters.order_by("-id")[:20])


def product_of(roster: Roster) -> CompiledProduct:
    return compiled(roster.product_version)


def latest_offer(roster: Roster) -> RosterOffer | None:
    return roster.offers.select_related("quote").order_by("-number").first()


def latest_upload(roster: Roster) -> RosterUpload | None:
    return roster.uploads.defer("content").order_by("-number").first()


def wrong_rows(roster: Roster, most: int = SHOWN_WRONG_ROWS) -> list[WrongRow]:
    """The first wrong rows in the order of the files, with their reasons in the reader's language."""
    definition = product_of(roster).definition
    rows = roster.wrong.order_by("upload", "line").values_list("upload", "line", "problems")[:most]
    return [WrongRow(f"{upload}-{line}", upload, line, _reasons(definition, told)) for upload, line, told in rows]


def _reasons(definition: Definition, problems: list[dict[str, Any]]) -> tuple[tuple[str, str], ...]:
    headings = {column.key: str(column.heading) for column in columns_for(definition)}
    return tuple(
        (headings.get(problem["column"], ""), problem_message(problem["code"], problem["values"]))
        for problem in problems
    )


def wrong_rows_to_mend(roster: Roster) -> Iterator[tuple[str, Mapping[str, str], str]]:
    """Every wrong row as it was written: its number, its cells, its reasons in one text."""
    definition = product_of(roster).definition
    wrong: RosterWrongRow
    for wrong in roster.wrong.order_by("upload", "line"):
        told = " ".join(
            f"{column}: {words}" if column else words for column, words in _reasons(definition, wrong.problems)
        )
        yield f"{wrong.upload}-{wrong.line}", json.loads(wrong.cells.open()), told


def lines_of(offer: RosterOffer, product: CompiledProduct) -> list[tuple[Localized, Money]]:
    """The premium by line of the receipt."""
    lines = product.definition.rating.lines
    return [(line.name, Money(Decimal(offer.lines[line.key]), offer.currency)) for line in lines]


def spread_of(offer: RosterOffer) -> Spread:
    """The least, the most and the average a person costs."""
    found = offer.premiums.aggregate(least=Min("premium"), most=Max("premium"), sum=Sum("premium"), count=Count("id"))
    average = Decimal(found["sum"]) / found["count"]
    return Spread(*(Money(value, offer.currency).quantise() for value in (found["least"], found["most"], average)))


def priced_again(quote: Quote, definition: Definition) -> dict[str, Any]:
    """The breakdown of a roster's quote worked out from the stored definition and every member's stored facts.

    Raises:
        FactsInvalid, NotPriceable: a member has no price any more.
    """
    offer = RosterOffer.objects.select_related("roster").get(quote=quote)
    people = RosterMember.objects.filter(roster_id=offer.roster_id, position__lte=offer.members)
    sums = GroupSums.empty(definition, offer.plan, offer.members)
    rating = Rating(definition)
    for texts in people.order_by("position").values_list("facts", flat=True).iterator():
        sums.add(texts, rating)
    return group_breakdown(definition, rating, sums, roster=str(offer.roster.uuid))
