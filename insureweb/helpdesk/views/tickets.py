"""Talking to a person: the contact page, three short forms, and the page of a conversation."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from customers.actors import actor_from
from customers.models import User
from insureweb.helpdesk.forms import MessageForm, TicketForm
from insureweb.helpdesk.models import Ticket, TicketKind, Topic
from insureweb.helpdesk.rules.calls import open_windows
from insureweb.helpdesk.selectors import conversation, frequent_questions, ticket_for, tickets_of
from insureweb.helpdesk.services.tickets import OpenedTicket, close_ticket, open_ticket, write_more
from insureweb.helpdesk.states import TicketState
from insureweb.helpdesk.time_limits import time_limit
from insureweb.kernel import clock
from insureweb.kernel.checks import Refused
from insureweb.kernel.idempotency import idempotent_post

KINDS = {"write": TicketKind.QUESTION, "call": TicketKind.CALL_BACK, "complain": TicketKind.COMPLAINT}
OWN_TICKETS = 10


def _user(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


@require_safe
@never_cache
def contact(request: HttpRequest) -> HttpResponse:
    user = _user(request)
    context = {
        "questions": frequent_questions(),
        "tickets": list(tickets_of(user)[:OWN_TICKETS]) if user else [],
        "limits": _limits(),
    }
    return render(request, "helpdesk/contact.html", context)


def _limits() -> dict[str, Any]:
    return {kind: time_limit(kind, day=clock.today()) for kind in ("question", "complaint")}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@idempotent_post
def write(request: HttpRequest, way: str) -> HttpResponse:
    """Write to us, ask for a call, or complain; no account needed."""
    kind, user = KINDS[way], _user(request)
    windows = open_windows(clock.now())
    about = request.GET.get("about", "")
    first = {"subject_no": about[:32], "topic": request.GET.get("topic", "")}
    form = TicketForm(kind, user, windows, request.POST if request.method == "POST" else None, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            opened = _open(request, form, user)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            return redirect(_address(opened, user))
    context = {"form": form, "kind": kind, "way": way, "limit": _limits().get(kind.value), "asks_time": bool(windows)}
    return render(request, "helpdesk/write.html", context, status=422 if form.errors else 200)


def _open(request: HttpRequest, form: TicketForm, user: User | None) -> OpenedTicket:
    return open_ticket(
        kind=form.kind,
        topic=Topic(form.cleaned_data["topic"]),
        body=form.cleaned_data["body"],
        user=user,
        contact=form.contact,
        call=form.call_window,
        subject_no=form.cleaned_data["subject_no"],
        language=get_language() or "zh-hans",
        by=actor_from(request),
        at=clock.now(),
    )


def _address(opened: OpenedTicket, user: User | None) -> str:
    arguments = [opened.ticket.no] if user else [opened.ticket.no, opened.secret]
    return reverse("helpdesk:ticket", args=arguments)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@idempotent_post
def ticket(request: HttpRequest, number: str, secret: str = "") -> HttpResponse:
    """The conversation, for its account or the holder of its link; anybody else finds nothing."""
    found = ticket_for(number, user=_user(request), secret=secret)
    if found is None:
        raise Http404
    if request.method != "POST":
        return _page(request, found, MessageForm(), secret)
    if request.POST.get("action") == "close":
        try:
            close_ticket(ticket=found, by=actor_from(request), at=clock.now())
        except Refused as refusal:
            return _page(request, found, MessageForm(), secret, refusal=refusal)
        return redirect(request.path)
    form = MessageForm(request.POST)
    if form.is_valid():
        write_more(ticket=found, body=form.cleaned_data["body"], by=actor_from(request), at=clock.now())
        return redirect(request.path)
    return _page(request, found, form, secret)


def _page(
    request: HttpRequest, found: Ticket, form: MessageForm, secret: str, *, refusal: Refused | None = None
) -> HttpResponse:
    context = {
        "ticket": found,
        "messages_said": conversation(found),
        "form": form,
        "secret": secret,
        "refusal": refusal,
        "can_close": found.state == TicketState.ANSWERED,
        "limit": _limits().get(found.kind) if found.is_with_us else None,
    }
    response = render(request, "helpdesk/ticket.html", context, status=422 if form.errors or refusal else 200)
    # The link is a secret: it must not travel on as a referrer, nor be kept by a search engine.
    response["Referrer-Policy"] = "no-referrer" if secret else "same-origin"
    response["X-Robots-Tag"] = "noindex"
    return response
