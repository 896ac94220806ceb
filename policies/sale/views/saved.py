"""Quotes kept for later: the list, the paper, and the link for somebody else."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from insureweb.kernel import clock
from insureweb.kernel.checks import reason_against
from policies.offers.models import Quote
from policies.offers.owner import owner_token
from policies.offers.printing import quote_pdf
from policies.offers.selectors import check_not_expired, product_of, receipt_lines
from policies.offers.sharing import shared_quote, shown_facts
from policies.sale.selectors.saved import saved_quotes
from policies.sale.views.quotes import found, note, signed_in
from policies.sale.views.tracing import traced
from products.paying import pay_plan
from products.sharing import shareable_facts


@never_cache
@require_safe
def quotes(request: HttpRequest) -> HttpResponse:
    """Everything this visitor or customer had priced and may still buy."""
    saved = saved_quotes(user=signed_in(request), token=owner_token(request), at=clock.now())
    return render(request, "policies/quotes.html", {"saved": saved})


@never_cache
@require_safe
@traced("quote_pdf")
def quote_paper(request: HttpRequest, quote_no: str) -> HttpResponse:
    """The quote as a PDF in the page's language, for its owner."""
    quote = found(request, quote_no)
    note(request, quote)
    response = HttpResponse(quote_pdf(quote, get_language() or "zh-hans"), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{quote.no}.pdf"'
    return response


@never_cache
@require_safe
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """A quote somebody was sent: the price and what it is for, not who asked."""
    try:
        quote = shared_quote(token)
    except Quote.DoesNotExist as error:
        raise Http404 from error
    response = render(request, "policies/quote_shared.html", _shared_context(quote))
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


def _shared_context(quote: Quote) -> dict[str, Any]:
    product = product_of(quote)
    facts = product.read_facts(quote.facts, quote.plan)
    plan = {"plan": quote.plan} if quote.plan and len(product.plans) > 1 else {}
    query = urlencode(plan | shareable_facts(product, facts))
    return {
        "quote": quote,
        "definition": product.definition,
        "plan": product.definition.plans_by_key.get(quote.plan) if plan else None,
        "facts": shown_facts(quote),
        "lines": receipt_lines(quote.breakdown),
        "paid": pay_plan(product.terms, facts, quote.total),
        "insurer": quote.product_version.product.insurer,
        "expired": reason_against(check_not_expired, quote, clock.now()),
        "own_price": f"{reverse('products:product', args=[product.definition.code])}?{query}",
    }
