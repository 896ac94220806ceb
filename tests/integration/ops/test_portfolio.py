"""A small portfolio made by the real services: it has a past, ends in good order, and its books balance."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command

from claims.models import Claim
from insureweb.ops.portfolio.make import Portfolio, make_papers
from policies.contract.models import Policy

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
NOW = datetime(2026, 5, 19, 4, tzinfo=UTC)


def test_a_portfolio_has_a_past_and_balances(capsys):
    call_command("create_roles", verbosity=0)
    call_command("load_product", "--all", "--publish", verbosity=0)
    portfolio = Portfolio(now=NOW, seed=7, customers=8, policies=14, claims=3)
    seen = []
    portfolio.run(seen.append)
    assert seen == sorted(seen), "things happen in their order"
    assert seen[0] < NOW - timedelta(days=400)
    assert Policy.objects.count() == portfolio.made["policies"] >= 8
    assert Claim.objects.exclude(state="draft").count() == portfolio.made["claims"] >= 1
    over = Policy.objects.filter(period__endswith__lte=NOW - timedelta(minutes=1))
    assert not over.filter(state="in_force").exists(), "what has run its time has ended"
    assert make_papers() >= portfolio.made["policies"]
    call_command("verify_ledger")
    assert "in order" in capsys.readouterr().out
