"""Readings, alerts, risks and pauses, made by the services. Every person is invented."""

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from customers.actors import actor_of
from customers.models import StaffProfile
from insureweb.kernel import clock
from insureweb.kernel.actors import Actor
from insureweb.kernel.periods import business_date
from products.models import Product
from risk.models import Alert, Indicator, IndicatorReading, RiskEntry, SalePause, SubjectKind
from risk.rules.indicators import Measured
from risk.services import alerts, pauses, register
from tests.factories import customers, products

SYSTEM = Actor.system("tests")
_causes = count(1)


def manager() -> StaffProfile:
    return customers.colleague("risk_manager")


def manager_actor() -> Actor:
    return actor_of(manager().user)


def reading(
    indicator: str = Indicator.REFUSED_SHARE, value: str = "70", sample: int = 20, *, usual: str | None = None,
    subject: str = products.GUARD, cause: str = "", at: datetime | None = None,
) -> IndicatorReading:  # fmt: skip
    """One measurement and what the table makes of it."""
    kind = SubjectKind.PERSON if indicator == Indicator.SUM_PER_PERSON else SubjectKind.PRODUCT
    measured = Measured(Decimal(value), sample, None if usual is None else Decimal(usual))
    taken = alerts.take_reading(
        indicator=indicator, subject_kind=kind, subject=subject, cause=cause or f"cause-{next(_causes)}",
        measured=measured, by=SYSTEM, at=at or clock.now(),
    )  # fmt: skip
    assert taken is not None
    return taken


def alert(**fields: Any) -> Alert:
    """An alert nobody has taken."""
    return Alert.objects.get(reading=reading(**fields))


def assigned(profile: StaffProfile) -> Alert:
    return alerts.take_alert(alert=alert(), staff=profile.user, by=actor_of(profile.user), at=clock.now())


def closed(profile: StaffProfile) -> Alert:
    return alerts.close_alert(
        alert=assigned(profile), reason="Looked into, explained", by=actor_of(profile.user), at=clock.now()
    )


def risk_values(owner: StaffProfile, **fields: Any) -> dict[str, Any]:
    return {
        "category": "operational", "cause": "One data centre", "event": "It burns down", "consequence": "No sale",
        "likelihood": 2, "impact": 5, "owner": owner, "review_date": business_date(clock.now()) + timedelta(days=90),
        "treatment": "A second one",
    } | fields  # fmt: skip


def risk(**fields: Any) -> RiskEntry:
    return register.add_risk(**risk_values(manager(), **fields), by=SYSTEM, at=clock.now())


def product(code: str = products.GUARD) -> Product:
    return products.published_version(code).product


def paused(region: str = "all", *, by: Actor | None = None) -> SalePause:
    return pauses.pause_sale(
        product=product(), region=region, reason="A wrong price", by=by or manager_actor(), at=clock.now()
    )
