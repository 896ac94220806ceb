"""What we would pay on one person's death over everything we insure them for, alone and in groups. Readers only.

The same person stands in two tables, each with an index of its own, so the two are joined by the opened number.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from typing import Any

from customers.models import Party
from policies.contract.models import Policy, PolicyMember, PolicyVersion
from policies.contract.selectors import death_sum
from policies.contract.states import PolicyState
from risk.rules.indicators import Measured, sum_on_a_life, sum_on_a_member

# What a person has under each contract.
Sums = dict[str, list[Decimal]]


def measure_lives(policy_no: str, at: datetime) -> dict[str, Measured]:
    """The sum on the insured of this policy; of a group, on each member who has other cover as well.

    Keyed by the blind index of the person. Nothing for whom no death cover is in force or about to begin.

    Raises:
        Policy.DoesNotExist: no such policy.
    """
    policy = Policy.objects.select_related("insured").get(no=policy_no)
    members = [member.id_number.open() for member in policy.members.iterator()]
    people = {_index(Party, number): number for number in members or [policy.insured.id_number.open()]}
    sums = _sums_alone(people, at)
    for person, found in _sums_in_groups(people, at).items():
        sums[person] += found
    least = 2 if members else 1
    return {
        person: sum_on_a_life(sum(found, Decimal(0)), len(found)) for person, found in sums.items()
        if len(found) >= least
    }  # fmt: skip


def _sums_alone(people: Collection[str], at: datetime) -> Sums:
    """Contracts on one life."""
    rows = PolicyVersion.objects.filter(
        policy__insured__id_number_index__in=list(people),
        policy__state=PolicyState.IN_FORCE,
        recorded__upper_inf=True,
        effective__endswith__gt=at,
    ).values_list("policy__insured__id_number_index", "terms")
    sums: Sums = defaultdict(list)
    for person, terms in rows:
        if amount := death_sum(terms["coverages"]):
            sums[person].append(amount)
    return sums


def _sums_in_groups(people: dict[str, str], at: datetime) -> Sums:
    """Memberships, each with the sum its contract pays on a member's death."""
    known_as = {_index(PolicyMember, number): person for person, number in people.items()}
    memberships = PolicyMember.objects.filter(
        id_number_index__in=list(known_as), policy__state=PolicyState.IN_FORCE, effective__endswith__gt=at
    )
    found = list(memberships.order_by().values_list("id_number_index", "policy_id"))
    versions = PolicyVersion.objects.filter(policy__in={policy for _index, policy in found}, recorded__upper_inf=True)
    newest = dict(versions.order_by("number").values_list("policy_id", "terms"))
    sums: Sums = defaultdict(list)
    for index, policy in found:
        if amount := sum_on_a_member(newest[policy]["coverages"]):
            sums[known_as[index]].append(amount)
    return sums


def _index(model: Any, number: str) -> str:
    return str(model._meta.get_field("id_number_index").of(number))
