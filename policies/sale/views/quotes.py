"""From the product page to a stored quote, and from there into the application."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from customers.actors import actor_from
from customers.models import User
from insureweb.kernel import clock
from insureweb.kernel.checks import Refused, reason_against
from insureweb.kernel.idempotency import idempotent_post
from insureweb.kernel.money import Money
from policies.offers.models import Quote
from policies.offers.needs.attaching import attached_result
from policies.offers.owner import owner_token, remember_owner
from policies.offers.rosters.rules.columns import is_group
from policies.offers.rules.tokens import new_token
from policies.offers.rules.validity import held_through
from policies.offers.selectors import check_not_expired, owned_quote, product_of, receipt_lines
from policies.offers.services import create_quote, reprice_quote
from policies.offers.sharing import share_address, shown_facts
from policies.sale.selectors.texts import versions_shown
from policies.sale.services.applications import start_application
from policies.sale.views.tracing import traced
from products.compiled import CompiledProduct
from products.paying import pay_plan
from products.rules.facts import FactsInvalid
from products.rules.rating import NotPriceable
from products.selectors import offered


def signed_in(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def _asked_facts(product: CompiledProduct, source: Mapping[str, Any]) -> dict[str, Any]:
    """What the product asks, from a form or address; anything else in it is none of our business."""
    return {item.key: source[item.key] for item in product.definition.asked_inputs if item.key in source}


def _plan(source: Mapping[str, Any]) -> dict[str, str]:
    return {"plan": source["plan"]} if source.get("plan") else {}


def _product(code: str) -> CompiledProduct:
    """Raises `Http404`: there is no product of that name on sale."""
    try:
        return offered(code, clock.now()).product
    except Refused as error:
        raise Http404 from error


def _facts_page(
    request: HttpRequest, product: CompiledProduct, invalid: FactsInvalid, typed: Mapping[str, Any]
) -> HttpResponse:
    """What is wrong, and the way back to the calculator with everything that was typed."""
    labels = {item.key: item.label for item in product.definition.inputs}
    problems = [(labels.get(key, key), words) for key, words in invalid.messages.items()]
    code = product.definition.code
    back = f"{reverse('products:product', args=[code])}?{urlencode({**_asked_facts(product, typed), **_plan(typed)})}"
    context = {"product": product.definition, "problems": problems, "back": back}
    return render(request, "policies/quote_invalid.html", context, status=422)


@require_GET
def confirm_quote(request: HttpRequest) -> HttpResponse:
    """The price line by line, before anything is stored. The product page, the same for everybody, links here."""
    product = _product(request.GET.get("product", ""))
    if is_group(product.definition):
        facts = {**_asked_facts(product, request.GET), **_plan(request.GET)}
        return redirect(f"{reverse('policies:roster_start', args=[product.definition.code])}?{urlencode(facts)}")
    plan, raw = request.GET.get("plan", ""), _asked_facts(product, request.GET)
    try:
        breakdown = product.price(product.read_facts(raw, plan))
    except FactsInvalid as invalid:
        return _facts_page(request, product, invalid, request.GET)
    except NotPriceable as error:
        raise Http404 from error
    definition = product.definition
    context = {
        "definition": definition,
        "plan": definition.plans_by_key.get(plan),
        "fields": {"product": definition.code, "plan": plan, **raw},
        "lines": receipt_lines(breakdown.as_json()),
        "total": Money(breakdown.total, breakdown.currency),
        "held_through": held_through(clock.now()),
    }
    return render(request, "policies/quote_confirm.html", context)


@require_POST
@traced("quote_create")
@idempotent_post
def quote_create(request: HttpRequest) -> HttpResponse:
    """Store the quote; with `next=apply` a signed-in buyer goes straight to the first question."""
    at, user = clock.now(), signed_in(request)
    product = _product(request.POST.get("product", ""))
    token = owner_token(request) or new_token()
    try:
        quote = create_quote(
            product_code=product.definition.code,
            raw_facts=_asked_facts(product, request.POST),
            plan=request.POST.get("plan", ""),
            owner_token=token,
            user=user,
            needs_result=attached_result(request, user=user, token=token, at=at),
            by=actor_from(request),
            at=at,
        )
    except FactsInvalid as invalid:
        return _facts_page(request, product, invalid, request.POST)
    note(request, quote)
    if request.POST.get("next") != "apply":
        response: HttpResponse = redirect("policies:quote", quote.no)
    elif user is None:
        response = redirect("policies:start", quote.no)
    else:
        response = _begin(request, quote, user)
    if user is None:
        remember_owner(request, response, token)
    return response


def note(request: HttpRequest, quote: Quote) -> None:
    """Tell the sale trace which quote the page belongs to."""
    sale = request.sale  # type: ignore[attr-defined]
    sale.quote_no = quote.no
    sale.shown = versions_shown(product_of(quote), get_language() or "zh-hans")


def found(request: HttpRequest, no: str) -> Quote:
    """The visitor's own quote. Raises `Http404`."""
    try:
        return owned_quote(no, user=signed_in(request), token=owner_token(request))
    except Quote.DoesNotExist as error:
        raise Http404 from error


@require_GET
@traced("quote")
def show_quote(request: HttpRequest, quote_no: str) -> HttpResponse:
    """A stored quote, for its owner."""
    quote, at = found(request, quote_no), clock.now()
    note(request, quote)
    product = product_of(quote)
    definition = product.definition
    context = {
        "quote": quote,
        "definition": definition,
        "plan": definition.plans_by_key.get(quote.plan),
        "lines": receipt_lines(quote.breakdown),
        "facts": shown_facts(quote),
        "paid": pay_plan(product.terms, product.read_facts(quote.facts, quote.plan), quote.total),
        "share_address": share_address(quote),
        "expired": reason_against(check_not_expired, quote, at),
        "is_group": is_group(definition),
    }
    return render(request, "policies/quote.html", context)


@require_POST
@traced("quote_again")
@idempotent_post
def price_again(request: HttpRequest, quote_no: str) -> HttpResponse:
    """A new quote with the same answers, on the version sold today."""
    quote = found(request, quote_no)
    note(request, quote)
    try:
        again = reprice_quote(
            quote=quote, changed_facts={}, user=signed_in(request), on_sale_now=True, by=actor_from(request),
            at=clock.now(),
        )  # fmt: skip
    except FactsInvalid as invalid:
        return _facts_page(request, product_of(quote), invalid, quote.facts)
    return redirect("policies:quote", again.no)


@require_http_methods(["GET", "POST"])
@login_required
@traced("start")
def start(request: HttpRequest, quote_no: str) -> HttpResponse:
    """Begin the application of a quote, or go on with it; after signing in the way leads here."""
    quote = found(request, quote_no)
    note(request, quote)
    assert isinstance(request.user, User)  # noqa: S101  login_required
    if reason_against(check_not_expired, quote, clock.now()) and not quote.applications.exists():
        return redirect("policies:quote", quote.no)
    return _begin(request, quote, request.user)


def _begin(request: HttpRequest, quote: Quote, user: User) -> HttpResponseRedirect:
    application = start_application(quote=quote, user=user, by=actor_from(request), at=clock.now())
    request.sale.application_no = application.no  # type: ignore[attr-defined]
    return HttpResponseRedirect(reverse("policies:apply", args=[application.no]))
