"""A product's page with its calculator, the live price, its wordings and its rate tables."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe

from insureweb.kernel import clock
from insureweb.kernel.localized import LANGUAGES
from insureweb.kernel.periods import add_years
from products import selectors
from products.calculator import NOT_FACTS, Calculation, calculate, facts_in_query
from products.cash_values import cash_value_table
from products.comparison import ComparedProduct, compared
from products.compiled import CompiledProduct
from products.fragments import fragment
from products.paying import pay_plan
from products.public_pages import no_query, public_page
from products.regions import provinces
from products.rules.definition import FactValue, Input, Statement, Terms
from products.rules.facts import facts_as_text
from products.rules.ranges import range_reading
from products.rules.rate_tables import ANY, RateTable
from products.rules.regions import ALL_REGIONS
from products.rules.wording import Wording
from products.selectors import Offered, ProductNotOnSale
from products.sharing import price_address, price_query
from products.told_steps import told_steps
from products.wording_html import clause_html
from products.wording_pdf import wording_pdf

QUOTE_PAGE = "policies:quote_confirm"
HOUSEHOLD_PAGE = "policies:household_price"
BODY = "products/_body.html"


@dataclass(frozen=True, slots=True)
class Dates:
    """The days to remember for a purchase today: half-open cover from tomorrow's midnight in Shanghai."""

    today: date
    starts: date
    last_day: date
    waiting_ends: date


def dates_for(terms: Terms, facts: Mapping[str, FactValue], today: date) -> Dates:
    """For the facts chosen; the length of some contracts hangs on them."""
    starts, unit = today + timedelta(days=1), terms.length.unit
    count = terms.length.count_for(facts) if terms.length.count or facts else terms.length.longest
    if unit == "year":
        ends = add_years(starts, count)
    else:
        ends = starts + timedelta(days=count * (30 if unit == "month" else 1))
    return Dates(today, starts, ends - timedelta(days=1), starts + timedelta(days=terms.waiting_days))


def _offered(code: str) -> Offered:
    try:
        return selectors.offered(code, clock.now())
    except ProductNotOnSale as refusal:
        raise Http404(str(refusal)) from refusal


def _apply_address() -> str:
    """Where the calculator's button leads; empty where an installation sells nothing."""
    try:
        return reverse(QUOTE_PAGE)
    except NoReverseMatch:
        return ""


def _household_address(item: Offered, calculation: Calculation) -> str:
    """Where several people are priced in one order, with the facts of this price; empty where the tariff does not
    count them or nothing is sold.
    """
    if item.definition.counted_input is None or not _apply_address():
        return ""
    query = price_query(calculation)
    return reverse(HOUSEHOLD_PAGE, args=[item.code]) + (f"?{query}" if query else "")


def _calculator_context(item: Offered, calculation: Calculation) -> dict[str, Any]:
    breakdown = calculation.breakdown
    return {
        "item": item,
        "definition": item.definition,
        "calculation": calculation,
        "breakdown": breakdown,
        "terms": item.product.coverage_terms(calculation.facts) if breakdown else (),
        "coverages": _coverage_rows(item.product, calculation) if breakdown else (),
        "paid": pay_plan(item.product.terms, calculation.facts, breakdown.total) if breakdown else None,
        "cash_values": cash_value_table(item.product, calculation.facts) if breakdown else None,
        "share_address": price_address(calculation),
        "apply_address": _apply_address(),
        "household_address": _household_address(item, calculation),
    }


def _coverage_rows(product: CompiledProduct, calculation: Calculation) -> list[dict[str, Any]]:
    """One row an insured event, as the customer reads it: what happened, how much, how, waiting, clause."""
    terms = product.coverage_terms(calculation.facts)
    names = Counter(str(event.name) for coverage in product.coverages for event in coverage.events)
    return [
        {"event": event, "term": term, "coverage": coverage, "is_shared": names[str(event.name)] > 1}
        for term, coverage in zip(terms, product.coverages, strict=True)
        for event in coverage.events
    ]


def _statements(items: tuple[Statement, ...], wording: str) -> list[dict[str, Any]]:
    return [
        {"text": item.text, "clause": item.clause, "href": f"{wording}#clause-{item.clause}" if item.clause else ""}
        for item in items
    ]


def _pair_context(item: Offered) -> dict[str, Any]:
    definition = item.definition
    wording = reverse("products:wording", args=[definition.code, definition.wordings[0].key])
    return {
        "wording": wording,
        "covered": _statements(definition.covered, wording),
        "not_covered": _statements(definition.not_covered, wording),
    }


@require_safe
@cache_control(public=True, max_age=60)
@public_page(no_query)
def product(request: HttpRequest, code: str) -> HttpResponse:
    """The page of one product; a query prices it without JavaScript."""
    return product_page(request, _offered(code))


def product_page(request: HttpRequest, item: Offered) -> HttpResponse:
    """The same for any version, on sale or not."""
    raw, _plan = facts_in_query(item.product, request.GET)
    if raw or NOT_FACTS & request.GET.keys():
        calculation = calculate(item.product, request.GET)
        context = {"calculation": calculation, "body": render_to_string(BODY, _body_context(item, calculation))}
    else:
        # Nothing chosen yet: the page says what the frozen versions say on that day, so it need not be drawn anew.
        key = (*_names_of(item), clock.today(), _apply_address())
        context = {"body": fragment(BODY, key, lambda: _body_context(item, calculate(item.product, {})))}
    return render(request, "products/product.html", {"item": item, "definition": item.definition, **context})


def _names_of(item: Offered) -> tuple[str, ...]:
    """The frozen contents on the page, and the words beside them that may still change."""
    hashes = (other.product.content_hash for other in selectors.similar(item, selectors.catalogue(clock.now())))
    return (item.product.content_hash, str(item.insurer.name), str(item.category.name), *hashes)


def _body_context(item: Offered, calculation: Calculation) -> dict[str, Any]:
    content_hash = item.product.content_hash
    return _calculator_context(item, calculation) | {
        "dates": dates_for(item.definition.terms, calculation.facts, clock.today()),
        "picture": f"products/pictures/{item.definition.shop.picture}.html",
        "alike": _alike(item, calculation),
        "price_query": price_query(calculation),
        "pair": fragment("products/_pair.html", content_hash, lambda: _pair_context(item)),
        "files": fragment("products/_files.html", content_hash, lambda: {"definition": item.definition}),
    }


def _alike(item: Offered, calculation: Calculation) -> list[ComparedProduct]:
    """This product and those most like it, priced for the same person."""
    others = selectors.similar(item, selectors.catalogue(clock.now()))
    values = facts_as_text(calculation.facts)
    return [compared(other, values) for other in (item, *others)] if values and others else []


@require_safe
@never_cache
def price(request: HttpRequest, code: str) -> HttpResponse:
    """The receipt for the facts in the query, as a fragment for htmx; without htmx, the whole page."""
    item = _offered(code)
    if "HTTP_HX_REQUEST" not in request.META:
        return product(request, code)
    return price_part(request, item)


def price_part(request: HttpRequest, item: Offered) -> HttpResponse:
    """The fragment for any version."""
    return render(request, "products/_price.html", _calculator_context(item, calculate(item.product, request.GET)))


@require_safe
@cache_control(public=True, max_age=60)
@public_page(no_query)
def wording(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """The reading copy of a wording, each clause with an anchor."""
    return wording_page(request, _offered(code), key)


def wording_page(request: HttpRequest, item: Offered, key: str) -> HttpResponse:
    """The same for any version. Raises Http404."""
    found = next((one for one in item.definition.wordings if one.key == key), None)
    if found is None:
        raise Http404
    language = get_language()
    clauses = [
        {"clause": clause, "title": clause.title.get(language), "html": clause_html(clause.body.get(language))}
        for clause in found.clauses
    ]
    context = {"item": item, "wording": found, "clauses": clauses, "papers": _papers(item, found)}
    return render(request, "products/wording.html", context)


def _papers(item: Offered, wording: Wording) -> dict[str, str]:
    """The addresses of a wording's PDF by language."""
    addresses = {}
    for language in LANGUAGES:
        with override(language):
            addresses[language.replace("-", "_")] = reverse("products:wording_file", args=[item.code, wording.key])
    return addresses


@require_safe
@cache_control(public=True, max_age=3600)
def wording_file(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """A wording as a PDF, in the page's language."""
    item = _offered(code)
    found = next((one for one in item.definition.wordings if one.key == key), None)
    if found is None:
        raise Http404
    language = get_language() or "zh-hans"
    answer = HttpResponse(wording_pdf(item.version, item.definition, found, language), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{code}-{key}-{language}.pdf"'
    return answer


@require_safe
@cache_control(public=True, max_age=60)
@public_page(no_query)
def disclosure(request: HttpRequest, code: str) -> HttpResponse:
    """What the law wants public about a product sold online: who, filed how, sold where, and since when."""
    item = _offered(code)
    definition = item.definition
    regions = selectors.sale_regions(item, clock.now())
    context = {
        "item": item,
        "definition": definition,
        "regions": [provinces().get(region, region) for region in regions if region != ALL_REGIONS],
        "wordings": [{"wording": wording, "papers": _papers(item, wording)} for wording in definition.wordings],
        "history": selectors.versions_sold(item.version.product),
    }
    return render(request, "products/disclosure.html", context)


@require_safe
@cache_control(public=True, max_age=60)
@public_page(no_query)
def rates(request: HttpRequest, code: str) -> HttpResponse:
    """The rate tables and the steps of the calculation, so that anybody can compute the price again."""
    return rates_page(request, _offered(code))


def rates_page(request: HttpRequest, item: Offered) -> HttpResponse:
    """The same for any version."""
    plan = item.definition.rating
    steps = told_steps(plan, calculate(item.product, {}).breakdown)
    tables = [_rate_table(table, item.definition.inputs_by_key) for table in plan.tables.values()]
    return render(request, "products/rates.html", {"item": item, "plan": plan, "tables": tables, "steps": steps})


def _rate_table(table: RateTable, inputs: Mapping[str, Input]) -> dict[str, Any]:
    """A table in the words of the calculator: what a code in the file stands for, not the code."""
    words: list[dict[str, Any]] = []
    for key in table.keys:
        asked = inputs.get(key.key)
        words.append({option.text: option.label for option in asked.options} if asked else {})
        if asked and asked.type == "boolean":
            words[-1] |= {"yes": _("Yes"), "no": _("No")}
        words[-1][ANY] = _("any other")
    headings = [inputs[key.key].label if key.key in inputs else key.key for key in table.keys]
    ranged = [key.match == "range" for key in table.keys]
    rows = [
        [
            known.get(cell) or (range_reading(cell) if is_range else cell)
            for known, is_range, cell in zip([*words, {}], [*ranged, False], row, strict=True)
        ]
        for row in table.rows
    ]
    return {"key": table.key, "name": table.name, "headings": headings, "rows": rows}
