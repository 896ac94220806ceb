"""Policies that end soon."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from policies.contract.models import Policy
from policies.contract.selectors import with_everything
from policies.contract.states import PolicyState

# The widest notice a product may ask for; each product's own `renewal_notice_days` decides.
WIDEST_NOTICE = timedelta(days=60)
NOTICE = timedelta(days=30)


def ending_within(at: datetime, span: timedelta = NOTICE) -> QuerySet[Policy]:
    """Policies in force that end within the span, soonest first."""
    return (
        with_everything()
        .filter(state=PolicyState.IN_FORCE, period__endswith__gt=at, period__endswith__lte=at + span)
        .order_by("period__endswith", "id")
    )


def to_be_told(at: datetime) -> QuerySet[Policy]:
    """Those whose holder has not had the notice."""
    return ending_within(at, WIDEST_NOTICE).filter(renewal_notice__isnull=True).select_related("user")


def ended(at: datetime) -> QuerySet[Policy]:
    """Policies in force whose period is over."""
    return Policy.objects.filter(state=PolicyState.IN_FORCE, period__endswith__lte=at).order_by("id")
