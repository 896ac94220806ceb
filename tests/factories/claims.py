"""Policies to claim on and claims in any state, reached through the services. Every person is invented."""

import io
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from claims.checks import Incident
from claims.models import Claim, RefusalGround
from claims.services.deciding import decide_automatically
from claims.services.desk import approve_claim, ask_for_documents, refuse_claim
from claims.services.evidence import add_evidence
from claims.services.reporting import name_payee, report_incident, submit_claim
from customers.actors import actor_of
from customers.models import StaffProfile, User
from customers.selectors import own_party
from insureweb.kernel import clock, outbox
from insureweb.kernel.actors import Actor
from insureweb.kernel.localized import Localized
from insureweb.kernel.money import Money
from insureweb.kernel.periods import business_date
from policies.contract.models import Policy
from policies.contract.services.issuing import issue_policy
from policies.offers.models import Quote
from policies.offers.services import create_quote
from products.models import ProductVersion
from tests.factories import customers
from tests.factories.products import published_version

SYSTEM = Actor.system("tests")
PRODUCT = "anlan-guard"
ACCOUNT = "6222021234567890123"
PAPERS = ("discharge", "invoice")
WORDS = Localized("我们已经看过您的材料。", "We have read your papers.")


def days_ago(days: int) -> datetime:
    return clock.now() - timedelta(days=days)


def product(at: datetime) -> ProductVersion:
    """The product on sale, with its insurer's books open."""
    return published_version(PRODUCT, at=at)


def claimant(**fields: Any) -> User:
    """An account whose own person is known."""
    user = customers.customer()
    customers.person(user, **fields)
    return user


def quote(user: User, at: datetime, **facts: Any) -> Quote:
    product(at)
    return create_quote(
        product_code=PRODUCT, raw_facts={"age": 30, "occupation_class": 2} | facts, plan="standard",
        owner_token=uuid4().hex, user=user, by=actor_of(user), at=at,
    )  # fmt: skip


def policy(user: User | None = None, *, issued: int = 200) -> Policy:
    """A year of cover, 200,000 on death and 100 yuan a day in hospital, issued so many days ago."""
    user, at = user or claimant(), days_ago(issued)
    offered = quote(user, at)
    person = own_party(user)
    assert person is not None
    return issue_policy(
        quote=offered, user=user, holder=person, insured=person, relationship="self",
        premium=Money(offered.total, offered.currency),
        application_no=f"TB{uuid4().hex[:8]}", order_no=f"DD{uuid4().hex[:8]}", payment_no="", by=SYSTEM, at=at,
    )  # fmt: skip


def incident(*, nights: int = 8, ended: int = 10, **changes: Any) -> Incident:
    """A fall and a stay in hospital that ended so many days ago."""
    out = business_date(clock.now()) - timedelta(days=ended)
    into = out - timedelta(days=nights)
    told = {
        "cause": "accident", "event_date": into, "what_happened": "骑车摔倒，右腕骨折。", "hospital": "市第一人民医院",
        "admitted": into, "discharged": out,
    }  # fmt: skip
    return Incident(**(told | changes))


def draft(
    covered: Policy | None = None, *, coverage: str = "hospital_cash", at: datetime | None = None, **told: Any
) -> Claim:
    covered = covered or policy()
    return report_incident(
        user=covered.user, policy=covered, coverage=coverage, incident=incident(**told), by=actor_of(covered.user),
        at=at or clock.now(),
    )  # fmt: skip


def photo(name: str = "photo.png", colour: str = "teal") -> SimpleUploadedFile:
    """A small real picture; another colour is another file."""
    target = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(target, "PNG")
    return SimpleUploadedFile(name, target.getvalue(), content_type="image/png")


def with_papers(claim: Claim, *kinds: str, at: datetime | None = None) -> Claim:
    for number, kind in enumerate(kinds or PAPERS):
        add_evidence(
            claim=claim, file=photo(f"{kind}.png", f"#00{number:02d}{claim.pk % 90 + 10}"), kind=kind,
            by=actor_of(claim.user), at=at or clock.now(),
        )  # fmt: skip
    return claim


def submitted(
    covered: Policy | None = None, *, account: str = "", papers: tuple[str, ...] = PAPERS, at: datetime | None = None,
    **told: Any,
) -> Claim:  # fmt: skip
    """A claim that was sent and has not been decided."""
    claim, at = draft(covered, at=at, **told), at or clock.now()
    if papers:
        with_papers(claim, *papers, at=at)
    by = actor_of(claim.user)
    claim = name_payee(claim=claim, account=account or f"62170000123{claim.user_id:08d}", by=by, at=at)
    return submit_claim(claim=claim, by=by, at=at)


def decided(covered: Policy | None = None, *, at: datetime | None = None, **told: Any) -> Claim:
    """What the rules make of it, before the bank was asked."""
    claim = submitted(covered, at=at, **told)
    decide_automatically(claim_no=claim.no, by=Actor.system("claims"), at=at or clock.now())
    return fresh(claim)


def paid(covered: Policy | None = None, **told: Any) -> Claim:
    """Paid by the rules through the sandbox gateway."""
    claim = submitted(covered, **told)
    settle()
    return fresh(claim)


def referred(covered: Policy | None = None, **told: Any) -> Claim:
    """With an adjuster, because papers are missing."""
    return decided(covered, papers=(), **told)


def adjuster(limit: int = 20_000, *roles: str) -> StaffProfile:
    return customers.colleague(*(roles or ("claims_adjuster",)), claims_limit=limit)


def approver() -> StaffProfile:
    return customers.colleague("claims_approver", claims_limit=100_000)


def asked(claim: Claim, *wanted: str, by: Actor | None = None, at: datetime | None = None) -> Claim:
    ask_for_documents(claim=claim, wanted=wanted or PAPERS, by=by or actor_of(adjuster().user), at=at or clock.now())
    return fresh(claim)


def approved(claim: Claim, amount: str = "500.00", *, by: Actor | None = None, at: datetime | None = None) -> Claim:
    """Approved by an adjuster; the payment waits for a second person."""
    approve_claim(
        claim=claim, amount=Money(Decimal(amount)), note="Seen the papers", by=by or actor_of(adjuster().user),
        at=at or clock.now(),
    )  # fmt: skip
    return fresh(claim)


def refused(claim: Claim, *, by: Actor | None = None, at: datetime | None = None) -> Claim:
    refuse_claim(
        claim=claim, ground=RefusalGround.EXCLUDED, words=WORDS, note="Clause 2.6", by=by or actor_of(adjuster().user),
        at=at or clock.now(),
    )  # fmt: skip
    return fresh(claim)


def settle() -> None:
    """Run everything that waits in the outbox, the sandbox bank included."""
    outbox.drain(at=clock.now())


def fresh(claim: Claim) -> Claim:
    return Claim.objects.select_related("policy__insurer", "user", "claimant").get(pk=claim.pk)


def day(offset: int) -> date:
    return business_date(clock.now()) + timedelta(days=offset)
