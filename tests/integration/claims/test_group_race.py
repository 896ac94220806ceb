"""One member's yearly limit, claimed twice at the same moment: a lock decides; with the lock off the harm shows."""

import threading
from decimal import Decimal

import pytest
from django.db import close_old_connections, connection

from claims.models import Claim
from claims.services import desk
from customers.actors import actor_of
from insureweb.kernel import clock
from insureweb.kernel.checks import Refused
from insureweb.kernel.money import Money
from tests.factories import claims, group_claims

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 20


@pytest.fixture
def two_bills():
    """Two bills of the same member, each of which alone uses up the limit of the year."""
    insured = group_claims.member(group_claims.policy())
    days = (claims.day(-10), claims.day(-9))
    return [group_claims.decided(insured, claimed=Decimal(40_000), event_date=day) for day in days]


def approve_at_once(bills: list[Claim]) -> list[str]:
    """Two adjusters approve the whole limit, one a bill; what each was told."""
    adjusters = [actor_of(claims.adjuster(100_000).user) for _bill in bills]
    answers = ["", ""]
    start = threading.Barrier(2)

    def approve(number: int) -> None:
        close_old_connections()
        try:
            start.wait(timeout=PATIENCE)
            amount = Money(group_claims.LIMIT)
            desk.approve_claim(claim=bills[number], amount=amount, note="Seen", by=adjusters[number], at=clock.now())
            answers[number] = "approved"
        except Refused as refusal:
            answers[number] = refusal.code
        finally:
            connection.close()

    threads = [threading.Thread(target=approve, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=PATIENCE)
        assert not thread.is_alive()
    return sorted(answers)


def approved() -> Decimal:
    return sum(Claim.objects.values_list("amount_approved", flat=True), Decimal(0))


def test_the_second_bill_finds_nothing_left(two_bills):
    assert approve_at_once(two_bills) == ["above_the_contract", "approved"]
    assert approved() == group_claims.LIMIT


def test_without_the_lock_the_limit_is_paid_twice(two_bills, monkeypatch):
    """The negative control: both have looked before either has written."""
    looked = threading.Barrier(2)
    examine = desk.examine

    def examine_together(claim, at):
        found = examine(claim, at)
        looked.wait(timeout=PATIENCE)
        return found

    monkeypatch.setattr(desk, "locked_claim", lambda no: claims.fresh(Claim(pk=Claim.objects.get(no=no).pk)))
    monkeypatch.setattr(desk, "examine", examine_together)
    assert approve_at_once(two_bills) == ["approved", "approved"]
    assert approved() == 2 * group_claims.LIMIT
