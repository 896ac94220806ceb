"""Pages of a roster: upload, what needs work, progress, the price, the quote. Only its owner sees any of them."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from customers.actors import account_of, actor_from
from insureweb.kernel import clock
from insureweb.kernel.checks import Refused, reason_against
from insureweb.kernel.idempotency import idempotent_post
from policies.offers.needs.attaching import attached_result
from policies.offers.owner import owner_token
from policies.offers.rosters import selectors
from policies.offers.rosters.checks import check_may_be_priced, check_may_be_quoted
from policies.offers.rosters.files import (
    KINDS,
    RosterFile,
    columns_for,
    open_roster_file,
    template_file,
    wrong_rows_file,
)
from policies.offers.rosters.models import Roster
from policies.offers.rosters.rules.columns import is_group
from policies.offers.rosters.services.intake import add_rows, largest_size, start_roster
from policies.offers.rosters.services.pricing import start_pricing
from policies.offers.rosters.services.quoting import quote_roster
from policies.offers.rosters.services.resuming import resume_roster, stuck_deliveries
from policies.offers.rosters.states import AT_WORK, RosterState
from products.compiled import CompiledProduct
from products.rules.platform_facts import GROUP_SIZE
from products.selectors import offered
from products.sheet_files import MAX_BYTES

POLL_SECONDS = 2
NO_FILE = _("Choose the file with the list of people.")


def _group_product(code: str) -> CompiledProduct:
    """Raises `Http404`: there is no group product of that name on sale."""
    try:
        product: CompiledProduct = offered(code, clock.now()).product
    except Refused as error:
        raise Http404 from error
    if not is_group(product.definition):
        raise Http404
    return product


def _found(request: HttpRequest, uuid: UUID) -> Roster:
    try:
        return selectors.owned_roster(uuid, account_of(request))
    except Roster.DoesNotExist as error:
        raise Http404 from error


def _file_of(request: HttpRequest, product: CompiledProduct) -> RosterFile:
    """Raises `Refused` when no file came, or one we cannot read."""
    upload = request.FILES.get("file")
    if upload is None:
        raise Refused("no_file", NO_FILE, field="file")
    return open_roster_file(upload.read(MAX_BYTES + 1), str(upload.name), product.definition)


# --- beginning ---


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
@idempotent_post
def start(request: HttpRequest, product_code: str) -> HttpResponse:
    """How it works, the empty file, and the upload."""
    product = _group_product(product_code)
    if request.method == "GET":
        return _start_page(request, product)
    try:
        roster = start_roster(
            user=account_of(request),
            product_code=product.definition.code,
            plan=request.POST.get("plan", ""),
            file=_file_of(request, product),
            by=actor_from(request),
            at=clock.now(),
        )
    except Refused as refusal:
        return _start_page(request, product, refusal, status=422)
    return redirect("policies:roster", roster.uuid)


def _start_page(
    request: HttpRequest, product: CompiledProduct, refusal: Refused | None = None, status: int = 200
) -> HttpResponse:
    definition = product.definition
    plan = request.POST.get("plan") or request.GET.get("plan") or definition.shop.default_plan
    context = {
        "definition": definition,
        "columns": columns_for(definition),
        "plans": definition.plans,
        "plan": plan if plan in definition.plans_by_key else definition.shop.default_plan,
        "known": urlencode(_known(request, product)),
        "least": definition.inputs_by_key[GROUP_SIZE].minimum,
        "most": largest_size(product),
        "errors": _errors(refusal),
        "problems": list(_errors(refusal).items()),
        "rosters": selectors.rosters_of(account_of(request), definition.code),
    }
    return render(request, "policies/rosters/start.html", context, status=status)


def _errors(refusal: Refused | None) -> dict[str, str]:
    return {refusal.field or "file": str(refusal.message)} if refusal else {}


@require_GET
def template(request: HttpRequest, product_code: str, kind: str) -> HttpResponse:
    """The file to fill in, with the product's headings and what a price before it told of everybody."""
    _check_kind(kind)
    product = _group_product(product_code)
    content = template_file(product.definition, kind, _known(request, product))
    return _file_answer(kind, f"{product.definition.code}-roster", content)


def _known(request: HttpRequest, product: CompiledProduct) -> dict[str, str]:
    """The product's own facts in the address; anything else in it is none of our business."""
    return {key: request.GET[key] for key in product.definition.inputs_by_key if key in request.GET}


def _check_kind(kind: str) -> None:
    """Raises `Http404` for a file we do not write."""
    if kind not in KINDS:
        raise Http404


def _file_answer(kind: str, name: str, content: bytes) -> HttpResponse:
    response = HttpResponse(content, content_type=KINDS[kind])
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    response["Cache-Control"] = "private, no-store"
    return response


# --- one roster ---


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def roster(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Where the roster stands, and what comes next; a POST has the worker try again where it gave up."""
    found = _found(request, uuid)
    if request.method == "POST":
        resume_roster(roster=found, by=actor_from(request), at=clock.now())
        return redirect("policies:roster", found.uuid)
    return _roster_page(request, found)


def _roster_page(
    request: HttpRequest, found: Roster, refusal: Refused | None = None, status: int = 200
) -> HttpResponse:
    product, at = selectors.product_of(found), clock.now()
    offer = selectors.latest_offer(found)
    context = {
        "roster": found,
        "definition": product.definition,
        "upload": selectors.latest_upload(found),
        "offer": offer,
        "at_work": found.state in AT_WORK,
        "is_stuck": stuck_deliveries(found).exists(),
        "wrong": selectors.wrong_rows(found),
        "errors": _errors(refusal),
        "problems": list(_errors(refusal).items()),
        "off_price": reason_against(check_may_be_priced, found, product),
        "plans": product.definition.plans,
        "poll_seconds": POLL_SECONDS,
    }
    if found.state in {RosterState.PRICED, RosterState.QUOTED} and offer is not None:
        context |= {
            "lines": selectors.lines_of(offer, product),
            "spread": selectors.spread_of(offer),
            "plan": product.definition.plans_by_key[offer.plan],
            "off_quote": "" if offer.quote else reason_against(check_may_be_quoted, found, offer, at),
        }
    return render(request, "policies/rosters/roster.html", context, status=status)


@never_cache
@login_required
@require_GET
def progress(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Asked every two seconds while the worker is at it; once there is something to see, the page is loaded again."""
    found = _found(request, uuid)
    if found.state not in AT_WORK or stuck_deliveries(found).exists():
        response = HttpResponse()
        response["HX-Refresh"] = "true"
        return response
    context = {"roster": found, "offer": selectors.latest_offer(found), "upload": selectors.latest_upload(found)}
    return render(request, "policies/rosters/_progress.html", context)


@never_cache
@login_required
@require_POST
@idempotent_post
def rows(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """More rows, or wrong ones mended."""
    found = _found(request, uuid)
    try:
        file = _file_of(request, selectors.product_of(found))
        add_rows(roster=found, file=file, by=actor_from(request), at=clock.now())
    except Refused as refusal:
        return _roster_page(request, _found(request, uuid), refusal, status=422)
    return redirect("policies:roster", found.uuid)


@never_cache
@login_required
@require_POST
@idempotent_post
def price(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Have everybody priced under a plan."""
    found = _found(request, uuid)
    start_pricing(roster=found, plan=request.POST.get("plan", ""), by=actor_from(request), at=clock.now())
    return redirect("policies:roster", found.uuid)


@never_cache
@login_required
@require_POST
@idempotent_post
def quote(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Keep the price as a quote."""
    at, user = clock.now(), account_of(request)
    needs_result = attached_result(request, user=user, token=owner_token(request), at=at)
    made = quote_roster(roster=_found(request, uuid), needs_result=needs_result, by=actor_from(request), at=at)
    return redirect("policies:quote", made.no)


@never_cache
@login_required
@require_GET
def wrong_rows(request: HttpRequest, uuid: UUID, kind: str) -> HttpResponse:
    """Every row that needs work as it was written, with its reasons; mended, the same file is sent back."""
    _check_kind(kind)
    found = _found(request, uuid)
    definition = selectors.product_of(found).definition
    return _file_answer(kind, "rows-to-mend", wrong_rows_file(definition, selectors.wrong_rows_to_mend(found), kind))
