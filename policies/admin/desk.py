"""What underwriters and others find on their first page: the queue, what is due, figures of the day."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from insureweb.audit.back_office import (
    Due,
    Kpi,
    WorkItem,
    count_up_to_limit,
    register_due,
    register_kpis,
    register_work,
)
from insureweb.kernel.actors import Actor
from insureweb.kernel.money import Money
from insureweb.kernel.periods import business_date, midnight
from insureweb.kernel.templatetags.house import money_text
from policies.contract.models import Policy
from policies.sale.models import Application
from policies.underwriting.models import Referral
from policies.underwriting.models.referrals import LIVE_STATES
from policies.underwriting.states import ReferralState

# They read how much is sold, not to whom.
WITHOUT_LISTS = frozenset({"marketer", "product_manager"})


def _queue_url(state: str = "") -> str:
    url = reverse("admin:policies_referral_changelist")
    return f"{url}?state__exact={state}" if state else f"{url}?state__in={','.join(LIVE_STATES)}"


def _waiting(actor: Actor) -> int:
    return count_up_to_limit(Referral.objects.filter(state__in=LIVE_STATES))


register_work(
    WorkItem(
        code="referrals",
        section="underwriting",
        title=_("Referred applications"),
        url=_queue_url,
        roles=frozenset({"underwriter"}),
        icon="assignment_ind",
        waiting=_waiting,
    )
)


@register_due("underwriter")
def due_referrals(actor: Actor, at: datetime) -> Iterable[Due]:
    """Cases with this underwriter, free ones, and proposals of others that wait for a second person."""
    rows = (
        Referral.objects.filter(
            Q(state=ReferralState.OPEN)
            | Q(state=ReferralState.ASSIGNED, assigned_to__uuid=actor.id)
            | (Q(state=ReferralState.PROPOSED) & ~Q(proposed_by_id=actor.id))
        )
        .select_related("product_version__product", "cause")
        .order_by("deadline_at", "id")[:20]
    )
    for row in rows:
        yield Due(
            title=f"{row.product_version.product.name} {row.subject_no}",
            url=reverse("admin:policies_referral_change", args=[row.uuid]),
            due_at=row.deadline_at,
            kind=row.state_enum.label,
            note=_why(row),
        )


def _why(row: Referral) -> str:
    """The reasons of the decision that referred it, then the sum it is about."""
    reasons = " ".join(str(reason) for reason in row.cause.reasons)[:120]
    sum_insured = money_text(Money(row.sum_insured, row.currency), whole=True) if row.sum_insured else ""
    return " ".join(filter(None, (reasons, sum_insured)))


@register_kpis("underwriter")
def underwriting_figures(actor: Actor, at: datetime) -> Iterable[Kpi]:
    live = Referral.objects.filter(state__in=LIVE_STATES)
    tomorrow = midnight(business_date(at) + timedelta(days=1))
    found = live.aggregate(
        waiting=Count("id", filter=Q(state=ReferralState.OPEN)),
        second=Count("id", filter=Q(state=ReferralState.PROPOSED)),
        due=Count("id", filter=Q(deadline_at__lte=tomorrow)),
    )
    yield Kpi(_("Due today"), found["due"], url=_queue_url(), is_time=True)
    yield Kpi(_("Waiting for an underwriter"), found["waiting"], url=_queue_url(ReferralState.OPEN))
    yield Kpi(_("Waiting for a second person"), found["second"], url=_queue_url(ReferralState.PROPOSED))


@register_kpis("finance", "risk_manager", "auditor", "customer_service", *WITHOUT_LISTS)
def sales_figures(actor: Actor, at: datetime) -> Iterable[Kpi]:
    """The last thirty days; counted over an index on nothing wider than that."""
    today = midnight(business_date(at))
    issued = Policy.objects.filter(issued_at__gte=today - timedelta(days=30))
    found = issued.aggregate(
        count=Count("id"), premium=Sum("premium"), today=Count("id", filter=Q(issued_at__gte=today))
    )
    premium = money_text(Money(found["premium"] or Decimal(0)))
    url = "" if actor.is_one_of(WITHOUT_LISTS) else reverse("admin:policies_policy_changelist")
    yield Kpi(_("Policies issued today"), found["today"], url=url)
    yield Kpi(_("Policies in 30 days"), found["count"], note=premium, url=url)
    open_now = Application.objects.filter(state="draft", expires_at__gt=at)
    yield Kpi(_("Applications being filled in"), count_up_to_limit(open_now))
