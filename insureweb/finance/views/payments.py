"""The gateway's messages, and the page on which a payer comes back."""

from datetime import timedelta
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from insureweb.finance import tasks
from insureweb.finance.gateways.registry import gateway_named
from insureweb.finance.models import Payment
from insureweb.finance.selectors import payment_by_token
from insureweb.finance.services.notifications import record_notification
from insureweb.finance.states import CARRIED_OUT, OPEN_PAYMENT, PaymentState
from insureweb.kernel import clock
from insureweb.kernel.checks import Refused

LARGEST_MESSAGE = 64 * 1024
HTMX_STOP_POLLING = 286
# A payer who waits makes us ask the gateway, but not with every look at the page.
ASK_AGAIN_AFTER = timedelta(seconds=3)


@csrf_exempt
@require_POST
@never_cache
def notify(request: HttpRequest, gateway: str) -> HttpResponse:
    """A gateway's asynchronous message. Answered with the words it knows: `success` to stop, `fail` to send again."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_MESSAGE:
        return HttpResponse("fail", status=413, content_type="text/plain")
    try:
        answers = gateway_named(gateway)
        verdict = record_notification(gateway=gateway, headers=request.headers, body=request.body, at=clock.now())
    except Refused as refusal:
        raise Http404 from refusal
    return HttpResponse(answers.answer(verdict in CARRIED_OUT), content_type="text/plain")


@require_GET
@never_cache
def return_from_cashier(request: HttpRequest, token: UUID) -> HttpResponse:
    """Where the cashier sends the payer: nothing it says is believed, the page waits for what the gateway signed."""
    payment = payment_by_token(token)
    if payment is None:
        raise Http404
    if payment.state in OPEN_PAYMENT:
        _ask_gateway(payment)
    polling = "HX-Request" in request.headers
    if payment.state == PaymentState.CAPTURED and payment.return_path:
        return _onward(payment.return_path, polling)
    status = HTMX_STOP_POLLING if polling and payment.state not in OPEN_PAYMENT else 200
    page = "finance/_payment_state.html" if polling else "finance/return.html"
    return render(request, page, {"payment": payment, "open": payment.state in OPEN_PAYMENT}, status=status)


def _onward(path: str, polling: bool) -> HttpResponse:
    if not polling:
        return HttpResponseRedirect(path)
    response = HttpResponse(status=204)
    response["HX-Redirect"] = path
    return response


def _ask_gateway(payment: Payment) -> None:
    """Let a worker ask the gateway, in case its message is late or lost; at most every few seconds."""
    asked = payment.checked_at or payment.created_at
    if clock.now() - asked >= ASK_AGAIN_AFTER:
        tasks.ask_about_payment(payment.no)
