"""History, access log and outbox in the back office."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.contrib.messages import SUCCESS
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_celery_beat.models import ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule

from insureweb.audit.back_office import HouseAdmin, Kpi, WorkItem, actor_at, register_kpis, register_work
from insureweb.audit.models import AccessLog, Change
from insureweb.kernel import clock, outbox
from insureweb.kernel.actors import Actor
from insureweb.kernel.models import Delivery

# The schedule is set in settings and shown here; it is not edited by hand.
for model in (ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


@admin.register(PeriodicTask)
class PeriodicTaskAdmin(HouseAdmin):
    list_display = ["name", "task", "enabled", "last_run_at", "total_run_count"]
    ordering = ["-id"]
    fields = ["name", "task", "enabled", "interval", "crontab", "last_run_at", "total_run_count"]
    sidebar_icon = "schedule"


@admin.register(Change)
class ChangeAdmin(HouseAdmin):
    list_display = ["recorded_at", "table_name", "row_id", "operation", "actor_kind", "actor_label", "reason"]
    list_filter = ["operation", "actor_kind"]
    search_fields = ["=table_name", "=request_id", "=actor_id"]
    search_help_text = _("Table, request or actor")
    ordering = ["-id"]
    fields = ["recorded_at", "table_name", "row_id", "operation", "actor_kind", "actor_label", "reason", "request_id",
              "transaction_id"]  # fmt: skip
    sidebar_icon = "history"


@admin.register(AccessLog)
class AccessLogAdmin(HouseAdmin):
    list_display = ["at", "kind", "subject", "field", "actor_label", "reason"]
    list_filter = ["kind", "actor_kind"]
    search_fields = ["=subject", "=subject_id", "=actor_id"]
    search_help_text = _("Table, record or actor")
    ordering = ["-id"]
    fields = ["at", "kind", "subject", "subject_id", "field", "count", "actor_kind", "actor_label", "reason",
              "request_id"]  # fmt: skip
    sidebar_icon = "visibility"


@admin.register(Delivery)
class DeliveryAdmin(HouseAdmin):
    list_display = ["event", "handler", "state", "attempts", "created_at", "due_at", "error"]
    list_filter = ["state"]
    search_fields = ["event__startswith", "=request_id"]
    ordering = ["-id"]
    fields = ["event", "handler", "payload", "state", "attempts", "created_at", "due_at", "done_at", "error"]
    actions = ["send_again"]
    sidebar_icon = "outbox"

    @admin.action(description=_("Send parked deliveries again"))
    def send_again(self, request: HttpRequest, chosen: Any) -> None:
        if not actor_at(request).is_one_of({"system_admin"}):
            raise PermissionDenied
        for delivery in chosen:
            outbox.send_again(delivery, at=clock.now())
        self.message_user(request, _("Parked deliveries among those chosen go out again now."), SUCCESS)


def _parked_url() -> str:
    return reverse("admin:kernel_delivery_changelist") + "?state__exact=parked"


register_work(
    WorkItem(
        code="parked-deliveries",
        section="system",
        title=_("Deliveries that need a person"),
        url=_parked_url,
        roles=frozenset({"system_admin"}),
        icon="outbox",
        waiting=lambda actor: outbox.parked_count(),
    )
)


@register_kpis("system_admin")
def outbox_figures(actor: Actor, at: datetime) -> list[Kpi]:
    waited = int(outbox.oldest_age(at).total_seconds())
    return [
        Kpi(_("Deliveries that need a person"), outbox.parked_count(), url=_parked_url(), is_time=True),
        Kpi(_("Oldest waiting delivery"), _("%(seconds)s s") % {"seconds": waited}),
    ]
