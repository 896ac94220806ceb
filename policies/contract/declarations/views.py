"""Forms of the insured seller: the turnover of a quarter, an overdue account."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from customers.actors import account_of, actor_from
from insureweb.kernel import clock
from insureweb.kernel.checks import Refused, reason_against
from insureweb.kernel.idempotency import idempotent_post
from insureweb.kernel.periods import business_date
from policies.contract.declarations.checks import check_can_declare
from policies.contract.declarations.forms import OverdueForm, TurnoverForm
from policies.contract.declarations.selectors import Desk, declarations_desk
from policies.contract.declarations.services import declare_turnover, report_overdue
from policies.contract.models import Policy
from policies.contract.selectors import policy_of, product_of


def _found(request: HttpRequest, no: str) -> tuple[Policy, Desk]:
    """The signed-in person's policy, if anything is declared under it; every other answers like none."""
    try:
        policy = policy_of(account_of(request), no)
    except Policy.DoesNotExist as error:
        raise Http404 from error
    desk = declarations_desk(policy, clock.now())
    if desk is None:
        raise Http404
    return policy, desk


def _back(policy: Policy) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{reverse('policies:policy', args=[policy.no])}#declarations")


def _note(form: forms.Form, refusal: Refused) -> None:
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@idempotent_post
def turnover(request: HttpRequest, policy_no: str, quarter: int) -> HttpResponse:
    """The turnover of one quarter, declared or put right."""
    policy, desk = _found(request, policy_no)
    row = next((one for one in desk.quarters if one.quarter.number == quarter), None)
    if row is None:
        raise Http404
    at = clock.now()
    form = TurnoverForm(request.POST or None, initial={"turnover": row.newest.turnover if row.newest else ""})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["turnover"]
        try:
            declare_turnover(policy=policy, first=row.quarter.first, turnover=given, by=actor_from(request), at=at)
        except Refused as refusal:
            _note(form, refusal)
        else:
            messages.success(request, _("The turnover is declared."))
            return _back(policy)
    context = {
        "policy": policy,
        "name": product_of(policy).definition.name,
        "row": row,
        "form": form,
        "refusal": reason_against(check_can_declare, policy, row.quarter.first, business_date(at)),
    }
    return render(request, "policies/declarations/turnover.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@idempotent_post
def overdue(request: HttpRequest, policy_no: str) -> HttpResponse:
    """An account that a buyer has not paid by its due date."""
    policy, desk = _found(request, policy_no)
    form = OverdueForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            report_overdue(policy=policy, **form.cleaned_data, by=actor_from(request), at=clock.now())
        except Refused as refusal:
            _note(form, refusal)
        else:
            messages.success(request, _("The overdue account is reported."))
            return _back(policy)
    context = {"policy": policy, "name": product_of(policy).definition.name, "asked": desk.asked, "form": form}
    return render(request, "policies/declarations/overdue.html", context, status=422 if form.errors else 200)
