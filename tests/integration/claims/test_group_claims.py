"""A member's benefit never goes to the employer (Insurance Law art. 39)."""

import pytest
from django.db import transaction

from claims.checks import Incident
from claims.models import Claim
from claims.services.reporting import report_incident
from customers.actors import actor_of
from insureweb.kernel.checks import Refused
from tests.factories import groups

pytestmark = pytest.mark.django_db


def test_the_employer_cannot_claim_for_itself():
    policy = groups.policy()
    at = policy.period.lower
    incident = Incident(cause="accident", event_date=at.date(), what_happened="A fall at work.")
    with pytest.raises(Refused) as refusal, transaction.atomic():
        report_incident(
            user=policy.user, policy=policy, coverage="accident_medical", incident=incident,
            by=actor_of(policy.user), at=at,
        )  # fmt: skip
    assert refusal.value.code == "group_claim"
    assert not Claim.objects.exists()
