"""Reading policies."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Q, QuerySet

from customers.models import Party, User
from insureweb.kernel.fixed_query import FixedQuery, Given
from insureweb.kernel.localized import Localized
from insureweb.kernel.periods import midnight
from policies.contract.models import Policy, PolicyVersion
from policies.contract.rules.cooling_off import is_cooling_off
from policies.contract.rules.terms import read_terms
from policies.contract.states import PolicyState
from policies.loading import without_files
from products.compiled import CompiledProduct, CoverageTerm, compiled

__all__ = ["CoverageTerm"]


def with_everything() -> QuerySet[Policy]:
    """Policies with what a page needs, in one query."""
    related = ("product_version__product", "insurer", "insured", "holder", "quote", "user")
    return Policy.objects.select_related(*related).defer(*without_files(), "quote__breakdown")


def policies_of(user: User) -> QuerySet[Policy]:
    """An account's policies, newest first."""
    return with_everything().filter(user=user).order_by("-id")


def policy_of(user: User, no: str) -> Policy:
    """One policy of this account.

    Raises:
        Policy.DoesNotExist: there is none, or it is somebody else's; the two cannot be told apart.
    """
    return with_everything().get(no=no, user=user)


def policy_numbered(no: str) -> Policy:
    """Raises `Policy.DoesNotExist`."""
    return with_everything().get(no=no)


def policy_to_tell_about(no: str) -> Policy:
    """With its account and product version only. Raises `Policy.DoesNotExist`."""
    return Policy.objects.select_related("product_version", "user").defer(*without_files()).get(no=no)


def policies_of_order(order_no: str) -> list[Policy]:
    """What an order was issued as, in the order of its items."""
    return OF_ORDER.rows(order=order_no)


OF_ORDER = FixedQuery(lambda: with_everything().filter(order_no=Given("order")).order_by("id"))


def product_of(policy: Policy) -> CompiledProduct:
    """The compiled product version the policy keeps for life."""
    return compiled(policy.product_version)


def was_in_force_at(policy: Policy, at: datetime) -> bool:
    """True when the contract covered this instant. One cancelled in its cooling-off period covered nothing."""
    if not policy.period.lower <= at < policy.period.upper:
        return False
    if policy.state == PolicyState.CANCELLED:
        return False
    return policy.ended_at is None or at < policy.ended_at or policy.state == PolicyState.EXPIRED


def policy_in_force_on(policy: Policy, day: date) -> bool:
    """True when the contract covered this day in Shanghai."""
    return was_in_force_at(policy, midnight(day))


def version_at(policy: Policy, at: datetime) -> PolicyVersion:
    """The version that, as we hold now, is in effect at an instant.

    Raises:
        PolicyVersion.DoesNotExist: the instant is outside the contract.
    """
    return PolicyVersion.objects.get(policy=policy, effective__contains=at, recorded__upper_inf=True)


def coverage_terms(policy: Policy, at: datetime) -> list[CoverageTerm]:
    """What the contract covers at an instant, from the snapshot made when it was issued or changed.

    Raises:
        PolicyVersion.DoesNotExist: the instant is outside the contract.
    """
    return read_terms(version_at(policy, at).terms["coverages"])


def special_terms(version: PolicyVersion) -> list[Localized]:
    """What the version leaves out beyond the wording."""
    if version.special_terms is None:
        return []
    return [Localized.read(words) for words in json.loads(version.special_terms.open())]


def death_sum_in_force(insured: Party, at: datetime) -> Decimal:
    """What we would pay on this person's death over all policies in force, whoever took them out.

    A person known to several accounts is found by the blind index of the identity number.
    """
    versions = PolicyVersion.objects.filter(
        Q(policy__insured=insured) | Q(policy__insured__id_number_index=insured.id_number_index),
        policy__state=PolicyState.IN_FORCE,
        policy__period__endswith__gt=at,
        recorded__upper_inf=True,
        effective__endswith__gt=at,
    ).values_list("terms", flat=True)
    return sum((death_sum(terms["coverages"]) for terms in versions), Decimal(0))


def death_sum(coverages: list[dict]) -> Decimal:
    """The sum a snapshot pays once and ends with: lump sums that end the contract."""
    return sum(
        (
            Decimal(coverage["limit"])
            for coverage in coverages
            if coverage["kind"] == "lump_sum" and coverage["ends_contract"] and coverage["limit"]
        ),
        Decimal(0),
    )


@dataclass(frozen=True, slots=True)
class CoolingOff:
    """Where a policy stands: `open` while cancelling is free, until when once the receipt is acknowledged."""

    open: bool
    days: int
    until: datetime | None


def cooling_off_of(policy: Policy, at: datetime) -> CoolingOff:
    days = product_of(policy).terms.cooling_off_days
    is_open = policy.state == PolicyState.IN_FORCE and is_cooling_off(
        acknowledged_at=policy.receipt_acknowledged_at, until=policy.cooling_off_until, days=days, at=at
    )
    return CoolingOff(is_open, days, policy.cooling_off_until)
