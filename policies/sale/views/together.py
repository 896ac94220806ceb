"""Paying several contracts together: the customer ticks which, one order is made for them."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from customers.actors import actor_of
from customers.models import User
from insureweb.kernel import clock
from insureweb.kernel.checks import Refused
from insureweb.kernel.idempotency import idempotent_post
from policies.sale.selectors.pages import pay_line, payable_applications
from policies.sale.services.orders import create_joint_order
from policies.sale.views.tracing import traced


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
@traced("pay_together")
@idempotent_post
def pay_together(request: HttpRequest) -> HttpResponse:
    """Everything accepted and unpaid; nothing is ticked for the customer."""
    assert isinstance(request.user, User)  # noqa: S101  login_required
    at, error = clock.now(), None
    payable = payable_applications(request.user, at)
    wanted = set(request.POST.getlist("applications"))
    if request.method == "POST":
        try:
            chosen = [application for application in payable if application.no in wanted]
            order = create_joint_order(applications=chosen, by=actor_of(request.user), at=at)
        except Refused as refusal:
            error = refusal
        else:
            request.sale.order_no = order.no  # type: ignore[attr-defined]
            return redirect("policies:pay", order.no)
    lines = [pay_line(application, at) for application in payable]
    context = {
        "lines": lines,
        "counts_people": any(line.together for line in lines),
        "wanted": wanted,
        "errors": [("applications", error.message)] if error else [],
    }
    return render(request, "policies/pay_together.html", context, status=409 if error else 200)
