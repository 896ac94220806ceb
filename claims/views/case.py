"""The customer's claims: the list, one claim, and what can be done about it."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from claims.checks import check_is_draft
from claims.forms import PayeeForm, ReviewForm
from claims.models import Claim
from claims.selectors.customer import claim_title, claims_of, is_promised, needs_me_now, next_step, shown_state
from claims.selectors.pages import account_ending, claim_page, paper_of, reported_page
from claims.selectors.readers import reader_of, reads_everything
from claims.services.desk import send_documents
from claims.services.letters import review_days
from claims.services.reporting import own_words, withdraw_claim
from claims.services.reviews import ask_review
from claims.services.settling import check_may_correct_payee, correct_payee
from claims.views.lookup import own_claim, person_at
from claims.views.report import store_files
from customers.actors import actor_from
from insureweb.documents.views.documents import file_response
from insureweb.kernel import clock
from insureweb.kernel.checks import Refused, allows
from insureweb.kernel.idempotency import idempotent_post

PAGE_SIZE = 20


@login_required
@require_GET
def claim_list(request: HttpRequest) -> HttpResponse:
    reader = reader_of(person_at(request))
    page = Paginator(claims_of(reader.user, reader), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [
        {
            "claim": claim,
            "title": claim_title(claim),
            "everything": reader.reads_everything(claim),
            "state": shown_state(claim),
            "promised": is_promised(claim) and claim.owed,
            "href": next_step(claim) if claim.is_draft else "",
        }
        for claim in page
    ]
    return render(
        request,
        "claims/list.html",
        {"rows": rows, "page": page, "waiting": needs_me_now(reader.user, reader)},
    )


@login_required
@require_GET
def claim(request: HttpRequest, claim_no: str) -> HttpResponse:
    found = own_claim(request, claim_no)
    if allows(check_is_draft, found):
        return redirect(next_step(found))
    return _show(request, found)


def _show(request: HttpRequest, found: Claim, *, problems: list[tuple[str, str]] | None = None) -> HttpResponse:
    if not reads_everything(found, person_at(request)):
        context = {"page": reported_page(found), "claim": found, "problems": problems or []}
        return render(request, "claims/reported.html", context)
    context = {
        "page": claim_page(found),
        "claim": found,
        "words": own_words(found, request.user),
        "today": clock.today(),
        "problems": problems or [],
        "review_days": review_days(clock.now()),
    }
    return render(request, "claims/claim.html", context)


@login_required
@require_safe
@never_cache
def paper(request: HttpRequest, claim_no: str, uuid: UUID) -> HttpResponse:
    """A letter or file of one's own claim, whoever reported it or sent it in."""
    found = own_claim(request, claim_no)
    stored = paper_of(found, uuid, get_language() or "") if reads_everything(found, person_at(request)) else None
    if stored is None:
        raise Http404
    return file_response(stored)


@login_required
@require_POST
def documents(request: HttpRequest, claim_no: str) -> HttpResponse:
    """Files for a claim that was sent; "send" says that they are complete."""
    found = own_claim(request, claim_no)
    problems = store_files(request, found)
    if not problems and request.POST.get("action") == "send":
        try:
            send_documents(claim=found, by=actor_from(request), at=clock.now())
        except Refused as refusal:
            problems = [("id_file_other", str(refusal.message))]
    if problems:
        return _show(request, own_claim(request, claim_no), problems=problems)
    messages.success(request, _("Your files are with us."))
    return redirect("claims:claim", found.no)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@idempotent_post
def account(request: HttpRequest, claim_no: str) -> HttpResponse:
    """Another account after the bank sent a payment back."""
    found = own_claim(request, claim_no)
    if not allows(check_may_correct_payee, found):
        return redirect("claims:claim", found.no)
    form = PayeeForm("", request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            correct_payee(claim=found, account=form.cleaned_data["account"], by=actor_from(request), at=clock.now())
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
        else:
            return redirect("claims:claim", found.no)
    everything = reads_everything(found, person_at(request))
    context = {
        "form": form, "claim": found, "title": claim_title(found), "ending": account_ending(found),
        "everything": everything,
    }  # fmt: skip
    return render(request, "claims/account.html", context)


@login_required
@require_POST
@idempotent_post
def review(request: HttpRequest, claim_no: str) -> HttpResponse:
    """One tap: another person looks again."""
    found = own_claim(request, claim_no)
    form = ReviewForm(request.POST)
    words = form.cleaned_data["words"] if form.is_valid() else ""
    try:
        ask_review(claim=found, words=words, by=actor_from(request), at=clock.now())
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("Another person will look at it again."))
    return redirect("claims:claim", found.no)


@login_required
@require_POST
@idempotent_post
def withdraw(request: HttpRequest, claim_no: str) -> HttpResponse:
    found = own_claim(request, claim_no)
    try:
        withdraw_claim(claim=found, by=actor_from(request), at=clock.now())
    except Refused as refusal:
        messages.error(request, str(refusal.message))
        return redirect("claims:claim", found.no)
    messages.success(request, _("The claim is withdrawn. You can report it again at any time."))
    return redirect("claims:list")
