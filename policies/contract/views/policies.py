"""The page of a policy and what its holder can do there."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from customers.actors import actor_from
from customers.models import User
from insureweb.documents.selectors import documents_for
from insureweb.kernel import clock
from insureweb.kernel.checks import Refused, reason_against
from insureweb.kernel.idempotency import idempotent_post
from policies.contract.checks import check_can_cancel
from policies.contract.declarations.selectors import declarations_desk
from policies.contract.models import Policy
from policies.contract.selectors import cooling_off_of, policy_of, product_of
from policies.contract.selectors.members import count_of
from policies.contract.selectors.pages import cover_rows, history_of, people_rows
from policies.contract.services.cancellation import cancel_in_cooling_off
from policies.contract.services.receipt import acknowledge_receipt
from policies.contract.states import PolicyState
from policies.offers.rosters.rules.columns import is_group


def _found(request: HttpRequest, no: str) -> Policy:
    """The signed-in person's policy; anybody else's answers like one that does not exist."""
    assert isinstance(request.user, User)  # noqa: S101  login_required
    try:
        return policy_of(request.user, no)
    except Policy.DoesNotExist as error:
        raise Http404 from error


def _to(policy: Policy) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("policies:policy", args=[policy.no]))


@never_cache
@require_GET
@login_required
def policy(request: HttpRequest, policy_no: str) -> HttpResponse:
    """What is covered, from when to when, the papers, the people, the history, and what can be done."""
    found, at = _found(request, policy_no), clock.now()
    product = product_of(found)
    context = {
        "policy": found,
        "definition": product.definition,
        "insured_people": count_of(found) if is_group(product.definition) else 0,
        "cover": cover_rows(found, at),
        "people": people_rows(found),
        "history": history_of(found),
        "papers": list(documents_for("policy", found.no)[:10]),
        "cooling_off": cooling_off_of(found, at),
        "no_cancelling": reason_against(check_can_cancel, found, at),
        "can_acknowledge": found.receipt_acknowledged_at is None and found.state == PolicyState.IN_FORCE,
        "declarations": declarations_desk(found, at),
        "starts_later": found.period.lower > at,
        "now": at,
    }
    return render(request, "policies/policy.html", context)


@require_POST
@login_required
@idempotent_post
def acknowledge(request: HttpRequest, policy_no: str) -> HttpResponse:
    """The holder confirms that the policy arrived; once."""
    acknowledged = acknowledge_receipt(policy=_found(request, policy_no), by=actor_from(request), at=clock.now())
    return _to(acknowledged)


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
@idempotent_post
def cancel(request: HttpRequest, policy_no: str) -> HttpResponse:
    """Cancelling in the cooling-off period: the money shown first, then one button."""
    found, at = _found(request, policy_no), clock.now()
    if found.state == PolicyState.CANCELLED:
        return _to(found)
    refusal = reason_against(check_can_cancel, found, at)
    if request.method == "POST" and refusal is None:
        try:
            reason = request.POST.get("reason", "").replace("\x00", "")[:200]
            cancel_in_cooling_off(policy=found, reason=reason, by=actor_from(request), at=at)
            return _to(found)
        except Refused as error:
            refusal = str(error.message)
    context = {
        "policy": found,
        "definition": product_of(found).definition,
        "cooling_off": cooling_off_of(found, at),
        "refusal": refusal,
    }
    return render(request, "policies/cancel.html", context, status=409 if request.method == "POST" else 200)
