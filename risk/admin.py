"""Risk in the back office: alerts, indicators, the register, paused sales."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.models import User
from insureweb.audit.back_office import (
    Due,
    HouseAdmin,
    Kpi,
    WorkItem,
    count_up_to_limit,
    register_due,
    register_kpis,
    register_work,
)
from insureweb.audit.back_office import case_action as action
from insureweb.kernel.actors import Actor
from insureweb.kernel.periods import business_date
from risk import selectors
from risk.forms import RiskEntryForm, SalePauseForm
from risk.models import Alert, IndicatorReading, RiskEntry, SalePause
from risk.services import alerts, pauses, register
from risk.states import RISK_MANAGER, AlertState

READERS = (RISK_MANAGER, "auditor")


def _typed(request: HttpRequest, name: str = "reason") -> str:
    return request.POST.get(name, "").replace("\x00", "").strip()


@admin.register(Alert)
class AlertAdmin(HouseAdmin):
    """The queue in the order of the deadlines; an alert is taken, looked into and closed with a reason."""

    list_display = ["rule", "severity", "words", "shown_subject", "hits", "state", "assigned_to", "opened_at", "due_at"]
    list_filter = ["state", "severity", "indicator"]
    list_select_related = ["assigned_to", "reading"]
    search_fields = ["=rule", "subject__startswith"]
    search_help_text = _("Whole rule, or the beginning of a product code")
    ordering = ["-id"]
    case_template = "risk/staff/alert.html"
    sidebar_icon = "notifications_active"

    @admin.display(description=_("about"))
    def shown_subject(self, record: Alert) -> str:
        return record.subject_shown

    def case_context(self, request: HttpRequest, record: Alert) -> dict[str, Any]:
        assigned = record.assigned_to
        return {
            "readings": selectors.readings_about(record),
            "first": record.reading,
            "is_mine": assigned is not None and assigned == request.user and record.state == AlertState.ASSIGNED,
            "may_act": self._actor_may(request),
        }

    def _actor_may(self, request: HttpRequest) -> bool:
        return request.user.has_perm("risk.change_alert")

    @action(RISK_MANAGER)
    def take(self, request: HttpRequest, record: Alert, *, by: Actor, at: datetime) -> str:
        assert isinstance(request.user, User)  # noqa: S101  the back office has no other visitors
        alerts.take_alert(alert=record, staff=request.user, by=by, at=at)
        return gettext("The alert is in your hands.")

    @action(RISK_MANAGER)
    def release(self, request: HttpRequest, record: Alert, *, by: Actor, at: datetime) -> str:
        alerts.release_alert(alert=record, by=by, at=at)
        return gettext("The alert is back in the queue.")

    @action(RISK_MANAGER)
    def close(self, request: HttpRequest, record: Alert, *, by: Actor, at: datetime) -> str:
        alerts.close_alert(alert=record, reason=_typed(request), by=by, at=at)
        return gettext("The alert is closed.")


@admin.register(IndicatorReading)
class IndicatorReadingAdmin(HouseAdmin):
    """What was measured, newest first."""

    list_display = ["indicator", "shown_subject", "value", "usual", "sample", "cause", "at"]
    list_filter = ["indicator"]
    search_fields = ["=cause", "subject__startswith"]
    search_help_text = _("Whole policy number, or the beginning of a product code")
    ordering = ["-id"]
    fields = ["indicator", "subject_kind", "shown_subject", "value", "usual", "sample", "cause", "at"]
    readonly_fields = fields
    sidebar_icon = "monitoring"

    @admin.display(description=_("about"))
    def shown_subject(self, record: IndicatorReading) -> str:
        return record.subject_shown


@admin.register(RiskEntry)
class RiskEntryAdmin(HouseAdmin):
    """The register; a change asks for a reason, the history keeps what stood there before."""

    list_display = ["event", "category", "likelihood", "impact", "score", "owner", "review_date", "state"]
    list_filter = ["state", "category"]
    list_select_related = ["owner"]
    ordering = ["-id"]
    form = RiskEntryForm
    fields = ["category", "cause", "event", "consequence", "likelihood", "impact", "treatment", "owner",
              "review_date", "state", "reason"]  # fmt: skip
    sidebar_icon = "assignment_late"

    @admin.display(description=_("score"))
    def score(self, record: RiskEntry) -> int:
        return record.score

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A new risk is watched, and needs no reason for being new."""
        return self.fields if obj else [name for name in self.fields if name not in {"state", "reason"}]

    def create_by_service(self, *, data: dict[str, Any], by: Actor, at: datetime) -> RiskEntry:
        values = {name: value for name, value in data.items() if name not in {"reason", "state"}}
        return register.add_risk(**values, by=by, at=at)

    def change_by_service(self, *, record: RiskEntry, data: dict[str, Any], by: Actor, at: datetime) -> RiskEntry:
        values = {name: value for name, value in data.items() if name not in {"reason", "state"}}
        return register.change_risk(
            entry=record, values=values, state=data["state"] or record.state, reason=data["reason"], by=by, at=at
        )


@admin.register(SalePause)
class SalePauseAdmin(HouseAdmin):
    """Products that are not bound at the moment, and those that were."""

    list_display = ["product", "region", "reason", "starts_at", "paused_by_label", "lifted_at", "lifted_by_label"]
    list_filter: ClassVar[Any] = [("lifted_at", admin.EmptyFieldListFilter)]
    list_select_related = ["product"]
    ordering = ["-id"]
    form = SalePauseForm
    fields = ["product", "region", "reason"]
    case_template = "risk/staff/pause.html"
    sidebar_icon = "pause_circle"

    def case_context(self, request: HttpRequest, record: SalePause) -> dict[str, Any]:
        return {"may_lift": record.is_live and request.user.has_perm("risk.change_salepause")}

    def create_by_service(self, *, data: dict[str, Any], by: Actor, at: datetime) -> SalePause:
        return pauses.pause_sale(product=data["product"], region=data["region"], reason=data["reason"], by=by, at=at)

    @action(RISK_MANAGER)
    def lift(self, request: HttpRequest, record: SalePause, *, by: Actor, at: datetime) -> str:
        pauses.lift_pause(pause=record, reason=_typed(request), by=by, at=at)
        return gettext("The product can be sold again.")


# --- The first page --------------------------------------------------------------------------------------------------


def _list_url(model: str, query: str = "") -> str:
    return reverse(f"admin:risk_{model}_changelist") + query


register_work(
    WorkItem(
        code="risk-alerts",
        section="risk",
        title=_("Alerts to look into"),
        url=lambda: _list_url("alert", "?state__exact=open"),
        roles=frozenset({RISK_MANAGER}),
        icon="notifications_active",
        waiting=lambda actor: count_up_to_limit(selectors.alert_queue().filter(state=AlertState.OPEN)),
    )
)


@register_kpis(*READERS)
def risk_figures(actor: Actor, at: datetime) -> Iterable[Kpi]:
    live = selectors.alert_queue()
    yield Kpi(_("Alerts open"), count_up_to_limit(live), url=_list_url("alert"))
    yield Kpi(_("Alerts past their date"), count_up_to_limit(live.filter(due_at__lte=at)), url=_list_url("alert"),
              is_time=True)  # fmt: skip
    to_review = selectors.risks_to_review(business_date(at))
    yield Kpi(_("Risks to review"), count_up_to_limit(to_review), url=_list_url("riskentry"), is_time=True)
    paused = SalePause.objects.filter(lifted_at__isnull=True)
    yield Kpi(_("Sales paused"), count_up_to_limit(paused), url=_list_url("salepause"))


@register_due(RISK_MANAGER)
def due_alerts(actor: Actor, at: datetime) -> Iterable[Due]:
    """Alerts that nobody has, and this person's own."""
    for alert in selectors.alert_queue()[:20]:
        if alert.assigned_to is None or str(alert.assigned_to.uuid) == actor.id:
            url = reverse("admin:risk_alert_change", args=[alert.uuid])
            yield Due(str(alert), url, alert.due_at, alert.state_enum.label, str(alert.words))
