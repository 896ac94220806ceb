"""Claims of members of a group contract, reached through the services. Companies and people are invented."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from claims.checks import Incident
from claims.models import Claim
from claims.services.deciding import decide_automatically
from claims.services.reporting import name_payee, report_incident, submit_claim
from customers.actors import actor_of
from customers.models import User
from customers.services.parties import record_person
from insureweb.finance.services.ledger import open_books
from insureweb.kernel import clock
from policies.contract.models import Policy, PolicyMember
from tests.factories import claims, customers, groups

# What accident bills of Anlan Staff are proved with, and the plan's limit a member and year.
PAPERS = ("invoice", "records", "accident")
LIMIT = Decimal(30_000)


def policy(count: int = 5, *, issued: int = 200, user: User | None = None) -> Policy:
    """A group of so many staff, in cover since so many days: 30,000 yuan of accident bills a person and year."""
    made = groups.policy(user, groups.staff(count), at=claims.days_ago(issued))
    open_books(insurer_code=made.insurer.code, by=claims.SYSTEM, at=clock.now())
    return made


def member(covered: Policy, position: int = 1) -> PolicyMember:
    return covered.members.select_related("policy__holder").get(position=position)


def account_of(insured: PolicyMember) -> User:
    """An account of the member's own, whose identity is confirmed."""
    user = customers.customer()
    record_person(
        owner=user, name=insured.name.open(), id_number=insured.id_number.open(), is_self=True, by=actor_of(user),
        at=clock.now(),
    )  # fmt: skip
    return user


def incident(**changes: Any) -> Incident:
    """A fall ten days ago with a bill of 1,100 yuan: less 100, of it 90%, are 900."""
    told = {"cause": "accident", "event_date": claims.day(-10), "what_happened": "下班路上摔倒，左臂骨折。",
            "claimed": Decimal("1100.00")}  # fmt: skip
    return Incident(**(told | changes))


def draft(
    insured: PolicyMember, *, user: User | None = None, coverage: str = "accident_medical", at: datetime | None = None,
    **told: Any,
) -> Claim:  # fmt: skip
    """Reported by the employer unless told otherwise."""
    user = user or insured.policy.user
    return report_incident(
        user=user, policy=insured.policy, member=insured, coverage=coverage, incident=incident(**told),
        by=actor_of(user), at=at or clock.now(),
    )  # fmt: skip


def submitted(
    insured: PolicyMember, *, user: User | None = None, account: str = "", papers: Sequence[str] = PAPERS, **told: Any
) -> Claim:
    """Sent and not decided; the account is the member's own unless told otherwise."""
    claim = draft(insured, user=user, **told)
    if papers:
        claims.with_papers(claim, *papers)
    by = actor_of(claim.user)
    claim = name_payee(claim=claim, account=account or f"62170000456{insured.pk:08d}", by=by, at=clock.now())
    return submit_claim(claim=claim, by=by, at=clock.now())


def decided(insured: PolicyMember, **told: Any) -> Claim:
    """What the rules make of it, before the bank was asked."""
    claim = submitted(insured, **told)
    decide_automatically(claim_no=claim.no, by=claims.SYSTEM, at=clock.now())
    return claims.fresh(claim)
