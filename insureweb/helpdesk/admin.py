"""Conversations in the back office: the queue by deadline and the page on which they are answered."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.actors import actor_of
from customers.models import User
from insureweb.audit.back_office import (
    Due,
    HouseAdmin,
    Kpi,
    WorkItem,
    case_action,
    count_up_to_limit,
    register_due,
    register_kpis,
    register_work,
)
from insureweb.helpdesk.models import Ticket, TicketKind
from insureweb.helpdesk.selectors import conversation, queue
from insureweb.helpdesk.services.tickets import (
    MOST_EXTENSIONS,
    add_note,
    answer_ticket,
    close_ticket,
    extend_complaint,
    take_ticket,
)
from insureweb.helpdesk.states import SERVICE
from insureweb.helpdesk.time_limits import time_limit
from insureweb.kernel.actors import Actor
from insureweb.kernel.periods import business_date

REVEALS = {"name": {SERVICE}, "phone": {SERVICE}, "email": {SERVICE}}


@admin.register(Ticket)
class TicketAdmin(HouseAdmin):
    list_display = ["no", "kind", "topic", "state", "received_at", "due_at", "assigned_to"]
    list_filter = ["state", "kind", "topic"]
    list_select_related = ["assigned_to"]
    search_fields = ["=no", "=subject_no"]
    search_help_text = _("Whole number of a conversation, policy or claim")
    ordering = ["-id"]
    case_template = "helpdesk/back_office/ticket.html"
    reveal_fields: ClassVar[dict[str, set[str]]] = REVEALS
    sidebar_icon = "forum"

    def case_context(self, request: HttpRequest, record: Ticket) -> dict[str, Any]:
        can_extend = record.kind == TicketKind.COMPLAINT and record.is_with_us and record.extensions < MOST_EXTENSIONS
        received = business_date(record.received_at)
        kind = record.kind if record.kind != TicketKind.CALL_BACK else ""
        return {
            "said": conversation(record, notes=True),
            "account_label": actor_of(record.user).label if record.user else "",
            "may_write": "answer" in self.actions_open_to(self._viewer(request)),
            "is_mine": record.assigned_to_id == request.user.pk,
            "can_extend": can_extend,
            "limit": time_limit(kind, day=received, step=record.extensions) if kind and record.is_with_us else None,
            "next_limit": time_limit(kind, day=received, step=record.extensions + 1) if can_extend else None,
            "reveal_urls": {field: self.reveal_url(record, field) for field in REVEALS},
        }

    def _viewer(self, request: HttpRequest) -> Actor:
        return actor_of(request.user)

    def _staff(self, request: HttpRequest) -> User:
        assert isinstance(request.user, User)  # noqa: S101  the back office has no other visitors
        return request.user

    @case_action(SERVICE)
    def take(self, request: HttpRequest, record: Ticket, *, by: Actor, at: datetime) -> str:
        take_ticket(ticket=record, staff=self._staff(request), by=by, at=at)
        return gettext("The conversation is in your hands.")

    @case_action(SERVICE)
    def answer(self, request: HttpRequest, record: Ticket, *, by: Actor, at: datetime) -> str:
        body = request.POST.get("body", "")
        answer_ticket(ticket=record, staff=self._staff(request), body=body, by=by, at=at)
        return gettext("Answered. The customer is being told.")

    @case_action(SERVICE)
    def note(self, request: HttpRequest, record: Ticket, *, by: Actor, at: datetime) -> str:
        add_note(ticket=record, body=request.POST.get("note", ""), by=by, at=at)
        return gettext("The note is kept.")

    @case_action(SERVICE)
    def extend(self, request: HttpRequest, record: Ticket, *, by: Actor, at: datetime) -> str:
        extend_complaint(ticket=record, reason=request.POST.get("reason", ""), by=by, at=at)
        return gettext("Extended. The customer is being told.")

    @case_action(SERVICE)
    def close(self, request: HttpRequest, record: Ticket, *, by: Actor, at: datetime) -> str:
        close_ticket(ticket=record, by=by, at=at)
        return gettext("Closed.")


def _list_url(query: str) -> str:
    return reverse("admin:helpdesk_ticket_changelist") + query


register_work(
    WorkItem(
        code="helpdesk-queue",
        section="service",
        title=_("Conversations to answer"),
        url=lambda: _list_url("?o=6.2&state__exact=open"),
        roles=frozenset({SERVICE}),
        icon="forum",
        waiting=lambda actor: count_up_to_limit(queue()),
    )
)


@register_kpis(SERVICE)
def conversation_figures(actor: Actor, at: datetime) -> list[Kpi]:
    waiting = queue()
    return [
        Kpi(_("Conversations waiting"), count_up_to_limit(waiting), "", _list_url("?state__exact=open")),
        Kpi(_("Past their time limit"), count_up_to_limit(waiting.filter(due_at__lt=at)), "", "", is_time=True),
        Kpi(_("Complaints with us"), count_up_to_limit(waiting.filter(kind=TicketKind.COMPLAINT))),
    ]


@register_due(SERVICE)
def due_conversations(actor: Actor, at: datetime) -> Iterable[Due]:
    """Conversations that are free or in the person's own hands, with what they owe within a week."""
    for ticket in queue().filter(due_at__lte=at + timedelta(days=7))[:20]:
        if ticket.assigned_to is None or str(ticket.assigned_to.uuid) == actor.id:
            url = reverse("admin:helpdesk_ticket_change", args=[ticket.no])
            yield Due(ticket.no, url, ticket.due_at or at, ticket.kind_enum.label, ticket.get_topic_display())
