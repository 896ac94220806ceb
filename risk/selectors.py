"""What is measured, and what risk management has to look at."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from claims.models import ClaimDecision
from claims.models import Outcome as ClaimOutcome
from insureweb.kernel.periods import business_date, midnight
from policies.contract.models import Policy
from risk.models import Alert, IndicatorReading, RiskEntry, SalePause
from risk.models.pauses import EVERYWHERE
from risk.rules.indicators import USUAL_DAYS, WINDOW_DAYS, Measured, policies_on_a_day, refused_share
from risk.states import LIVE_ALERTS, RiskState


def measure_policies_per_day(product_code: str, at: datetime) -> Measured:
    """Policies of a product issued today in Shanghai, beside the 30 days before."""
    today = midnight(business_date(at))
    issued = Policy.objects.filter(product_version__product__code=product_code, issued_at__lte=at)
    found = issued.filter(issued_at__gte=today - timedelta(days=USUAL_DAYS)).aggregate(
        today=Count("id", filter=Q(issued_at__gte=today)), before=Count("id", filter=Q(issued_at__lt=today))
    )
    return policies_on_a_day(found["today"], found["before"])


def measure_refused_share(product_code: str, at: datetime) -> Measured | None:
    """Claims of a product refused in the last 30 days of those paid or refused; None when there were none."""
    decided = ClaimDecision.objects.filter(
        claim__policy__product_version__product__code=product_code,
        outcome__in=[ClaimOutcome.PAY, ClaimOutcome.REFUSE],
        at__gt=at - timedelta(days=WINDOW_DAYS),
        at__lte=at,
    )
    # The last decision of a claim counts; a refusal that was changed is none.
    last = dict(decided.order_by("id").values_list("claim_id", "outcome"))
    if not last:
        return None
    return refused_share(sum(outcome == ClaimOutcome.REFUSE for outcome in last.values()), len(last))


def product_of_policy(policy_no: str) -> str:
    """The product code of a policy. Raises `Policy.DoesNotExist`."""
    code: str = Policy.objects.values_list("product_version__product__code", flat=True).get(no=policy_no)
    return code


def was_read_since(indicator: str, subject: str, since: datetime) -> bool:
    return IndicatorReading.objects.filter(indicator=indicator, subject=subject, at__gt=since).exists()


def readings_about(alert: Alert, *, limit: int = 20) -> list[IndicatorReading]:
    """The newest readings of an alert's indicator about its subject."""
    rows = IndicatorReading.objects.filter(indicator=alert.indicator, subject=alert.subject)
    return list(rows.order_by("-at", "-id")[:limit])


def alert_queue() -> QuerySet[Alert]:
    """Live alerts, the nearest deadline first."""
    rows = Alert.objects.filter(state__in=LIVE_ALERTS).select_related("assigned_to__staff_profile", "reading")
    return rows.order_by("due_at", "id")


def risks_to_review(day: object) -> QuerySet[RiskEntry]:
    """Watched risks whose review date has come."""
    return RiskEntry.objects.filter(state=RiskState.OPEN, review_date__lte=day).order_by("review_date", "id")


def live_pauses(product_code: str, regions: Iterable[str] = (EVERYWHERE,), *, at: datetime) -> QuerySet[SalePause]:
    """Pauses that stop a sale at an instant."""
    return SalePause.objects.filter(
        product__code=product_code, region__in={EVERYWHERE, *regions}, starts_at__lte=at, lifted_at__isnull=True
    )
