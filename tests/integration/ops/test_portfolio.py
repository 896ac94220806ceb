"""A small portfolio made by the real services: it has a past, ends in good order, and its books balance."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connection

from claims.models import Claim
from insureweb.documents.models import Document
from insureweb.kernel import clock
from insureweb.kernel.numbers import allocate
from insureweb.kernel.outbox import Delivery, DeliveryState
from insureweb.ops.demo.preparation import logins
from insureweb.ops.portfolio import shares
from insureweb.ops.portfolio.make import BY, PAST, Portfolio, Share, Size, keep_house
from insureweb.ops.portfolio.papers import hold_papers_back, make_papers
from insureweb.ops.portfolio.staff import hire_staff
from policies.contract.models import Policy
from policies.sale.models import Order

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
NOW = datetime(2026, 5, 19, 4, tzinfo=UTC)
SIZE = Size(customers=8, policies=14, claims=3)


@pytest.fixture
def staff():
    call_command("create_roles", verbosity=0)
    call_command("load_product", "--all", "--publish", verbosity=0)
    with clock.moved_to(NOW - PAST):
        return hire_staff(by=BY, at=NOW - PAST)


def test_a_portfolio_has_a_past_and_balances(staff, capsys):
    portfolio = Portfolio(now=NOW, seed=7, size=SIZE, staff=staff, share=Share())
    seen = []
    portfolio.run(seen.append)
    keep_house(NOW - PAST, NOW)
    assert seen == sorted(seen), "things happen in their order"
    assert seen[0] < NOW - timedelta(days=400)
    assert Policy.objects.count() == portfolio.made["policies"] >= 8
    assert Claim.objects.exclude(state="draft").count() == portfolio.made["claims"] >= 1
    over = Policy.objects.filter(period__endswith__lte=NOW - timedelta(minutes=1))
    assert not over.filter(state="in_force").exists(), "what has run its time has ended"
    assert Policy.objects.filter(user__email=logins()["customer"], state="in_force").exists(), "something to see"
    call_command("verify_ledger")
    assert "in order" in capsys.readouterr().out


def test_documents_of_the_past_come_later_and_bear_their_own_date(staff):
    portfolio = Portfolio(now=NOW, seed=7, size=Size(2, 3, 0), staff=staff, share=Share())
    portfolio.run(lambda _at: None)
    with clock.moved_to(NOW):
        hold_papers_back()
    waiting = Delivery.objects.filter(state=DeliveryState.WAITING)
    assert waiting.exists()
    assert not waiting.filter(due_at__lte=NOW).exists(), "the worker leaves them alone"
    assert make_papers() == Policy.objects.count() >= 1
    for policy in Policy.objects.all():
        assert Document.objects.get(subject_no=policy.no).issued_at == policy.issued_at
    assert not waiting.exists()


def test_what_a_person_buys_does_not_depend_on_the_sharing(staff):
    def amounts(*which: Share) -> list[tuple[str, str]]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM policies_order")
            (before,) = cursor.fetchone()
        for share in which:
            Portfolio(now=NOW, seed=7, size=Size(4, 6, 0), staff=staff, share=share).run(lambda _at: None)
        orders = Order.objects.order_by("created_at", "id").values_list("created_at", "amount")[before:]
        return [(created.isoformat(), str(amount)) for created, amount in orders]

    together = amounts(Share())
    assert together
    call_command("flush", interactive=False, verbosity=0)
    call_command("create_roles", verbosity=0)
    call_command("load_product", "--all", "--publish", verbosity=0)
    staff.update(hire_staff(by=BY, at=NOW - PAST))
    assert amounts(Share(0, 2), Share(1, 2)) == together


def test_a_later_share_numbers_in_its_own_block_and_the_house_goes_on_behind_it(db):
    before = allocate("quote", at=NOW)
    try:
        shares._open_block(Share(1, 2))
        number = allocate("quote", at=NOW)
        assert number[8:15] == f"{shares.BLOCK + 1:07d}"
        assert before < number
        shares._close_blocks()
    finally:
        connection.close()  # the search path belongs to the connection
    assert allocate("quote", at=NOW) > number
