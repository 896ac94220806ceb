"""One page for a household: its people, their prices in one order, a quote for each; and how far everybody has come."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from customers.actors import actor_from
from insureweb.kernel import clock
from insureweb.kernel.checks import Refused
from insureweb.kernel.idempotency import idempotent_post
from insureweb.kernel.money import Money
from policies.offers.models import Quote
from policies.offers.needs.attaching import attached_result
from policies.offers.owner import owner_token, remember_owner
from policies.offers.rosters.rules.columns import is_group
from policies.offers.rules.household import FEWEST_PEOPLE, MOST_PEOPLE
from policies.offers.rules.tokens import new_token
from policies.offers.rules.validity import held_through
from policies.offers.selectors import product_of
from policies.offers.services import quote_household
from policies.sale.household_form import HouseholdForm, HouseholdInvalid, PricedPerson, first_control
from policies.sale.relationships import Relationship
from policies.sale.selectors.households import household_of
from policies.sale.selectors.texts import versions_shown
from policies.sale.services.tracing import SaleSubject
from policies.sale.views.quotes import signed_in
from policies.sale.views.tracing import trace
from products.compiled import CompiledProduct
from products.selectors import offered

DO, QUOTE, ADD, REMOVE = "do", "quote", "add", "remove-"


def _counted_product(code: str) -> CompiledProduct:
    """Raises `Http404`: nothing of that name is on sale, or its price does not count people."""
    try:
        product = offered(code, clock.now()).product
    except Refused as error:
        raise Http404 from error
    if product.definition.counted_input is None or is_group(product.definition):
        raise Http404
    return product


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@idempotent_post
def price(request: HttpRequest, code: str) -> HttpResponse:
    """List the people, see everybody's price, and keep a quote for each."""
    form = HouseholdForm(_counted_product(code), request.POST, request.GET, at=clock.now())
    wanted = request.POST.get(DO, "")
    if wanted == ADD:
        form.add()
    elif wanted.startswith(REMOVE):
        form.remove(wanted.removeprefix(REMOVE))
    elif request.method == "POST":
        return _priced(request, form, keep=wanted == QUOTE)
    return _page(request, form)


def _priced(request: HttpRequest, form: HouseholdForm, *, keep: bool) -> HttpResponse:
    try:
        people = form.priced()
    except HouseholdInvalid as invalid:
        return _page(request, form, errors=invalid.errors, status=422)
    return _keep(request, form) if keep else _page(request, form, people)


def _page(
    request: HttpRequest,
    form: HouseholdForm,
    people: list[PricedPerson] | None = None,
    *,
    errors: Mapping[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    errors = errors or {}
    context = {
        "definition": form.product.definition,
        "form_rows": form.shown_rows(errors),
        "sums": form.shown_sums(errors),
        "errors": [(first_control(name), message) for name, message in errors.items()],
        "may_add": len(form.rows) < MOST_PEOPLE,
        "may_remove": len(form.rows) > FEWEST_PEOPLE,
        "most": MOST_PEOPLE,
        "people": [(Relationship(one.relationship).label, one) for one in people or []],
        "held_through": held_through(clock.now()),
    }
    if people:
        currency = people[0].price.total.currency
        context["total"] = sum((one.price.total for one in people), start=Money.zero(currency))
        context["alone"] = sum((one.price.alone for one in people), start=Money.zero(currency))
    return render(request, "policies/household_price.html", context, status=status)


def _keep(request: HttpRequest, form: HouseholdForm) -> HttpResponse:
    at, user = clock.now(), signed_in(request)
    token = owner_token(request) or new_token()
    quotes = quote_household(
        product_code=form.product.definition.code,
        members=form.members(),
        plan=form.plan,
        owner_token=token,
        user=user,
        needs_result=attached_result(request, user=user, token=token, at=at),
        by=actor_from(request),
        at=at,
    )
    response = redirect("policies:household", quotes[0].household)
    shown = versions_shown(product_of(quotes[0]), get_language() or "zh-hans")
    for quote in quotes:
        trace(request, SaleSubject(quote_no=quote.no, shown=shown), "household_price", response)
    if user is None:
        remember_owner(request, response, token)
    return response


@never_cache
@require_safe
def show(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Everybody of the household, and the way on for each."""
    try:
        household = household_of(uuid, user=signed_in(request), token=owner_token(request), at=clock.now())
    except Quote.DoesNotExist as error:
        raise Http404 from error
    return render(request, "policies/household.html", {"household": household})
