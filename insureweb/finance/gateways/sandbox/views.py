"""The sandbox's pages and calls. None of them exists where `SANDBOX_GATEWAY` is off."""

import functools
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import segno
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from insureweb.finance.gateways import rsa2
from insureweb.finance.gateways.sandbox import protocol, services
from insureweb.finance.gateways.sandbox.forms import IN_CALLS, PayForm, SwitchForm
from insureweb.finance.gateways.sandbox.keys import GATEWAY, SHOP, STRANGER, private_key, public_key
from insureweb.finance.gateways.sandbox.models import Behaviour, Operation, SandboxTrade, TradeState
from insureweb.kernel import clock
from insureweb.kernel.checks import Refused

View = Callable[..., HttpResponse]


def only_in_sandbox(view: View) -> View:
    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.SANDBOX_GATEWAY:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def _signed_request(fields: dict[str, str]) -> dict[str, Any]:
    """The business content of what the shop signed. Raises `Refused`."""
    try:
        rsa2.verify_fields(fields, public_key(SHOP))
    except rsa2.BadSignature as error:
        raise Refused("sign", "INVALID_SIGNATURE") from error
    if fields.get("app_id") != protocol.APP_ID:
        raise Refused("app_id", "INVALID_APP_ID")
    try:
        content = json.loads(fields.get("biz_content", ""))
    except ValueError as error:
        raise Refused("biz_content", "INVALID_PARAMETER") from error
    if not isinstance(content, dict):
        raise Refused("biz_content", "INVALID_PARAMETER")
    return content


@require_GET
@never_cache
@only_in_sandbox
def gateway(request: HttpRequest) -> HttpResponse:
    """Where the shop sends the buyer: check its signature, open the trade, show the cashier."""
    fields = {name: str(value) for name, value in request.GET.items()}
    try:
        content = _signed_request(fields)
        trade = services.open_trade(
            content=content, app_id=fields["app_id"], notify_url=fields.get("notify_url", ""),
            return_url=fields.get("return_url", ""), by=services.BANK, at=clock.now(),
        )  # fmt: skip
    except Refused as refusal:
        return HttpResponseBadRequest(str(refusal), content_type="text/plain; charset=utf-8")
    with translation.override("en" if content.get("language") == "en" else "zh-hans"):
        return redirect("finance:sandbox_cashier", token=trade.token)


@require_http_methods(["GET", "POST"])
@never_cache
@only_in_sandbox
def cashier(request: HttpRequest, token: UUID) -> HttpResponse:
    """The page on which the buyer pays or leaves."""
    trade = get_object_or_404(SandboxTrade, token=token)
    form = PayForm(request.POST or None)
    problem = ""
    if request.method == "POST" and form.is_valid():
        try:
            if "cancel" in request.POST:
                trade = services.cancel_trade(trade=trade, by=services.BANK, at=clock.now())
            else:
                trade = services.pay_trade(
                    trade=trade, behaviour=form.cleaned_data["behaviour"], by=services.BANK, at=clock.now()
                )
        except Refused as refusal:
            problem = str(refusal)
        else:
            return HttpResponseRedirect(_way_back(trade))
    return _cashier_page(request, trade, form, problem)


def _cashier_page(request: HttpRequest, trade: SandboxTrade, form: PayForm, problem: str) -> HttpResponse:
    here = protocol.address(reverse("finance:sandbox_cashier", args=[trade.token]))
    code = segno.make(here, error="m").svg_inline(scale=5, border=2, lineclass=None, svgclass=None, omitsize=True)
    context = {
        "trade": trade,
        "form": form,
        "problem": problem,
        "open": trade.state == TradeState.WAITING and trade.expires_at > clock.now(),
        "way_back": _way_back(trade),
        "code": mark_safe(code),  # noqa: S308  drawn here from an address of our own
    }
    return render(request, "finance/sandbox/cashier.html", context, status=409 if problem else 200)


def _way_back(trade: SandboxTrade) -> str:
    """The shop's return address with what the real ones add; the shop must not believe it."""
    fields = rsa2.signed_fields(
        {"out_trade_no": trade.out_trade_no, "trade_no": trade.trade_no, "method": "trade.page.pay.return"},
        private_key(GATEWAY),
    )
    return f"{trade.return_url}?{urlencode(fields)}"


@csrf_exempt
@require_POST
@never_cache
@only_in_sandbox
def api(request: HttpRequest) -> HttpResponse:
    """Query, refund, transfer: signed by the shop, answered under the gateway's key."""
    fields = {name: str(value) for name, value in request.POST.items()}
    method = fields.get("method", "")
    try:
        content = _signed_request(fields)
        if method not in services.ANSWERS:
            raise Refused("method", "INVALID_METHOD")
        answer = services.ANSWERS[method](content=content, by=services.BANK, at=clock.now())
    except Refused as refusal:
        answer = services.Answer({"code": "40002", "msg": "Invalid Arguments", "sub_code": str(refusal)})
    if answer.behaviour == Behaviour.LOST_ANSWER or (method == protocol.QUERY and answer.behaviour == Behaviour.FAIL):
        return HttpResponse("", status=503)
    key = STRANGER if answer.behaviour == Behaviour.FORGE else GATEWAY
    text = rsa2.signed_answer(protocol.node_of(method), answer.content, private_key(key))
    return HttpResponse(text, content_type="application/json; charset=utf-8")


@require_http_methods(["GET", "POST"])
@never_cache
@only_in_sandbox
def switches(request: HttpRequest) -> HttpResponse:
    """How the sandbox answers the shop's calls."""
    form = SwitchForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.set_switch(
            operation=Operation(form.cleaned_data["operation"]), behaviour=Behaviour(form.cleaned_data["behaviour"]),
            by=services.BANK, at=clock.now(),
        )  # fmt: skip
        return redirect("finance:sandbox_switches")
    rows = [(operation, services.behaviour_of(operation)) for operation in Operation]
    context = {"rows": rows, "choices": IN_CALLS, "form": form}
    return render(request, "finance/sandbox/switches.html", context, status=400 if form.errors else 200)
