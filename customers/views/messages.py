"""The inbox."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from customers import selectors
from customers.actors import account_of, actor_from
from customers.services import messages as services
from insureweb.kernel import clock

A_PAGE = 20


@login_required
@require_safe
@never_cache
def inbox(request: HttpRequest) -> HttpResponse:
    rows = Paginator(selectors.inbox_of(account_of(request)), A_PAGE)
    return render(
        request,
        "customers/messages.html",
        {"page": rows.get_page(request.GET.get("page")), "unread": selectors.unread_count(account_of(request))},
    )


@login_required
@never_cache
def message(request: HttpRequest, uuid: str) -> HttpResponse:
    """Opening a message marks it as read, as people expect of an inbox."""
    found = get_object_or_404(selectors.inbox_of(account_of(request)), uuid=uuid)
    services.mark_read(message=found, by=actor_from(request), at=clock.now())
    return render(request, "customers/message.html", {"message": found})


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    services.mark_all_read(user=account_of(request), by=actor_from(request), at=clock.now())
    return redirect("customers:messages")
