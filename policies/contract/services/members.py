"""Writing down who a group contract insures, in the transaction that makes it. docs/algorithms/rosters.md."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.utils.translation import gettext_lazy as _

from insureweb.kernel.checks import Refused
from insureweb.kernel.money import Money
from insureweb.kernel.sealed import seal
from policies.contract.models import Policy, PolicyMember
from policies.offers.rosters.models import RosterMember, RosterOffer
from policies.offers.rosters.services.copying import copy_rows

COLUMNS = ("uuid", "policy_id", "position", "name", "id_number", "id_number_index", "facts", "premium", "effective")


def record_members(policy: Policy) -> None:
    """Copy the members the policy's offer priced; each is sealed anew for its own row, all go in by one COPY.

    A loading is spread over the members in proportion to their premiums, by largest remainder.

    Raises:
        Refused: the roster is no longer the one that was priced.
    """
    offer = RosterOffer.objects.get(quote=policy.quote_id)
    people = list(RosterMember.objects.filter(roster_id=offer.roster_id).order_by("position"))
    premiums = list(offer.premiums.order_by("position").values_list("position", "premium"))
    if [person.position for person in people] != [position for position, _premium in premiums]:
        raise Refused("roster_changed", _("The roster is no longer the one this price was worked out for."))
    shares = _shares(policy.price, [premium for _position, premium in premiums])
    copy_rows(PolicyMember, COLUMNS, _rows(policy, people, shares))


def _shares(whole: Money, premiums: list[Decimal]) -> list[Decimal]:
    if sum(premiums, Decimal(0)) == whole.amount:
        return premiums
    return [share.amount for share in whole.split_by(premiums)]


def _rows(policy: Policy, people: list[RosterMember], premiums: list[Decimal]) -> Iterator[tuple[Any, ...]]:
    table = PolicyMember._meta.db_table
    index = PolicyMember._meta.get_field("id_number_index").of  # type: ignore[union-attr]
    for person, premium in zip(people, premiums, strict=True):
        uuid, number = uuid4(), person.id_number.open()
        yield (
            uuid,
            policy.pk,
            person.position,
            seal(person.name.open(), place=f"{table}.name", row=uuid),
            seal(number, place=f"{table}.id_number", row=uuid),
            index(number),
            json.dumps(person.facts, ensure_ascii=False),
            premium,
            policy.period,
        )
