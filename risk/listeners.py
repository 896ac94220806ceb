"""What risk measures when something happened."""

from datetime import datetime, timedelta

from claims.events import ClaimDecided
from insureweb.kernel.actors import Actor
from insureweb.kernel.outbox import subscribe
from policies.events import PolicyIssued
from risk import lives, selectors
from risk.models import Indicator, SubjectKind
from risk.services.alerts import take_reading

HOUSE = Actor.system("risk")
# A count over many rows is read this often at most for one product; the next event catches up.
READ_EVERY = timedelta(minutes=5)


@subscribe(PolicyIssued)
def measure_issuing(event: PolicyIssued, *, at: datetime) -> None:
    """How many policies of this product today?"""
    code = event.product_code
    if selectors.was_read_since(Indicator.POLICIES_PER_DAY, code, at - READ_EVERY):
        return
    take_reading(
        indicator=Indicator.POLICIES_PER_DAY, subject_kind=SubjectKind.PRODUCT, subject=code, cause=event.policy_no,
        measured=selectors.measure_policies_per_day(code, at), by=HOUSE, at=at,
    )  # fmt: skip


@subscribe(PolicyIssued)
def measure_life(event: PolicyIssued, *, at: datetime) -> None:
    """What would we pay on this person's death, or on those members' who have other cover too?"""
    for index, measured in lives.measure_lives(event.policy_no, at).items():
        take_reading(
            indicator=Indicator.SUM_PER_PERSON, subject_kind=SubjectKind.PERSON, subject=index, cause=event.policy_no,
            measured=measured, by=HOUSE, at=at,
        )  # fmt: skip


@subscribe(ClaimDecided)
def measure_refusals(event: ClaimDecided, *, at: datetime) -> None:
    """How many claims on this product do we refuse?"""
    code = selectors.product_of_policy(event.policy_no)
    if selectors.was_read_since(Indicator.REFUSED_SHARE, code, at - READ_EVERY):
        return
    measured = selectors.measure_refused_share(code, at)
    if measured is None:
        return
    take_reading(
        indicator=Indicator.REFUSED_SHARE, subject_kind=SubjectKind.PRODUCT, subject=code,
        cause=f"{event.claim_no}/{event.sequence}", measured=measured, by=HOUSE, at=at,
    )  # fmt: skip
