"""Paying an order: summary and countdown, the way to the cashier, waiting for the gateway's word, done."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from customers.actors import actor_of
from customers.models import User
from insureweb.finance.gateways.registry import gateway_codes
from insureweb.finance.models import Payment
from insureweb.finance.services.payments import open_cashier
from insureweb.finance.states import OPEN_PAYMENT, PaymentState
from insureweb.kernel import clock
from insureweb.kernel.checks import Refused, reason_against
from policies.contract.selectors import policies_of_order
from policies.contract.selectors import product_of as product_of_policy
from policies.offers.selectors import product_of
from policies.sale.checks import check_payable
from policies.sale.models import Order
from policies.sale.selectors.pages import order_numbered, owned_for_paying, owned_order, pay_line
from policies.sale.selectors.texts import versions_shown
from policies.sale.services.orders import pay_order
from policies.sale.states import OrderState
from policies.sale.views.tracing import traced

CODE_SALT = "policies.pay-by-code"
POLL_SECONDS = 2


@dataclass(frozen=True, slots=True)
class Method:
    """A way to pay, as the page names it."""

    code: str
    name: Any
    note: Any


METHODS = {
    "sandbox": Method("sandbox", _("Sandbox cashier"), _("A test gateway: no real money moves")),
    "wechatpay": Method("wechatpay", _("WeChat Pay"), _("Balance, bank card, credit card")),
    "alipay": Method("alipay", _("Alipay"), _("Balance and bank card")),
}


def methods() -> list[Method]:
    """The ways to pay of this installation."""
    return [METHODS[code] for code in gateway_codes() if code in METHODS]


def _found(request: HttpRequest, no: str, read: Callable[[User, str], Order] = owned_order) -> Order:
    assert isinstance(request.user, User)  # noqa: S101  login_required
    try:
        order = read(request.user, no)
    except Order.DoesNotExist as error:
        raise Http404 from error
    sale, language = request.sale, get_language() or "zh-hans"  # type: ignore[attr-defined]
    sale.order_no = order.no
    if len(order.lines) == 1:
        sale.application_no, sale.quote_no = order.lines[0].application.no, order.lines[0].application.quote.no
    for line in order.lines:
        sale.shown |= versions_shown(product_of(line.application.quote), language)
    return order


def _to(name: str, order: Order) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse(f"policies:{name}", args=[order.no]))


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
@traced("pay")
def pay(request: HttpRequest, order_no: str) -> HttpResponse:
    """The order, the ways to pay, and the one button."""
    order = _found(request, order_no, owned_for_paying if request.method == "POST" else owned_order)
    if order.state in {OrderState.ISSUED, OrderState.REFUNDING, OrderState.REFUNDED}:
        return _to("paid", order)
    if request.method == "GET":
        return _pay_page(request, order)
    try:
        address = _cashier(order, request.POST.get("method", ""), request)
    except Refused as refusal:
        return _pay_page(request, _found(request, order_no), error=refusal, status=409)
    return HttpResponseRedirect(address)


def _cashier(order: Order, method: str, request: HttpRequest) -> str:
    """Ask for the money and say where it is paid; asking twice gives the same payment."""
    by, at = actor_of(order.user), clock.now()
    path = reverse("policies:waiting", args=[order.no])
    payment = pay_order(order=order, gateway=method or gateway_codes()[0], return_path=path, by=by, at=at)
    return open_cashier(payment=payment, by=by, at=at)


def _pay_page(request: HttpRequest, order: Order, error: Refused | None = None, status: int = 200) -> HttpResponse:
    at = clock.now()
    lines = [pay_line(line.application, at) for line in order.lines]
    code = signing.dumps(order.no, salt=CODE_SALT)
    address = request.build_absolute_uri(reverse("policies:pay_by_code", args=[code]))
    context = {
        "order": order,
        "lines": lines,
        "one_line": len(lines) == 1,
        "payees": " + ".join(dict.fromkeys(str(line.insurer.name) for line in lines)),
        "methods": methods(),
        "closed": reason_against(check_payable, order, at),
        "failed": _last_attempt_failed(order),
        "qr": _qr(address),
        "seconds_allowed": int((order.expires_at - order.created_at).total_seconds()),
        "error": error,
        "poll_seconds": POLL_SECONDS,
    }
    return render(request, "policies/pay.html", context, status=status)


def _qr(address: str) -> SafeString:
    """The address as an SVG code, black on white in light and dark alike."""
    import segno  # noqa: PLC0415  only this page draws codes

    # Any mask can be read; choosing the best of eight is for long even areas, which a signed address has not.
    svg = segno.make(address, error="m", mask=2).svg_inline(border=2, omitsize=True, dark="#0a2a33", light="#ffffff")
    return mark_safe(svg)  # noqa: S308  drawn by segno from a signed address


def _last_attempt_failed(order: Order) -> bool:
    """True when the newest payment came to nothing, so that the page says so and offers to try again."""
    newest = Payment.objects.filter(subject_kind="order", subject_no=order.no).order_by("-id").first()
    return newest is not None and newest.state == PaymentState.FAILED


@never_cache
@require_GET
def pay_by_code(request: HttpRequest, code: str) -> HttpResponse:
    """The address in the QR code: whoever holds the phone may pay, and learns nothing but the cashier's own page."""
    try:
        order = order_numbered(signing.loads(code, salt=CODE_SALT))
    except (signing.BadSignature, Order.DoesNotExist) as error:
        raise Http404 from error
    return HttpResponseRedirect(_cashier(order, gateway_codes()[0], request))


@never_cache
@require_GET
@login_required
@traced("waiting")
def waiting(request: HttpRequest, order_no: str) -> HttpResponse:
    """After the cashier: the page moves on by itself once the gateway has told us."""
    order = _found(request, order_no)
    payment = Payment.objects.filter(subject_kind="order", subject_no=order.no).order_by("-id").first()
    if order.state == OrderState.ISSUED:
        return _to("paid", order)
    if payment is None or payment.state not in OPEN_PAYMENT:
        return _to("pay", order)
    context = {"order": order, "payment": payment, "poll_seconds": POLL_SECONDS}
    return render(request, "policies/waiting.html", context)


@never_cache
@require_GET
@login_required
def payment_state(request: HttpRequest, order_no: str) -> HttpResponse:
    """Asked every two seconds by the waiting and pay pages; answers with a move once there is something to see."""
    assert isinstance(request.user, User)  # noqa: S101  login_required
    state = Order.objects.filter(no=order_no, user=request.user).values_list("state", flat=True).first()
    if state is None:
        raise Http404
    response = HttpResponse(status=204)
    if state == OrderState.ISSUED:
        response = HttpResponse()
        response["HX-Redirect"] = reverse("policies:paid", args=[order_no])
    elif "waiting" in request.GET and (state != OrderState.OPEN or _ended(order_no)):
        response = HttpResponse()
        response["HX-Redirect"] = reverse("policies:pay", args=[order_no])
    return response


def _ended(order_no: str) -> bool:
    """True when the newest payment is over without success and was tried from the waiting page."""
    newest = Payment.objects.filter(subject_kind="order", subject_no=order_no).order_by("-id").first()
    return newest is not None and newest.state in {PaymentState.FAILED, PaymentState.IN_SUSPENSE}


@never_cache
@require_GET
@login_required
@traced("paid")
def paid(request: HttpRequest, order_no: str) -> HttpResponse:
    """The policy is issued: its number, when cover begins, and the one thing left to do."""
    order = _found(request, order_no)
    if order.state == OrderState.OPEN:
        return _to("pay", order)
    if order.state != OrderState.ISSUED:
        return redirect("policies:apply", order.lines[0].application.no)
    issued = [(policy, product_of_policy(policy).terms.cooling_off_days) for policy in policies_of_order(order.no)]
    return render(request, "policies/issued.html", {"order": order, "issued": issued})
