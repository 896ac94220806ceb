"""Reporting a claim in three steps: what happened, the papers, where to pay. Saved after each step."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from claims.checks import check_is_draft
from claims.forms import Choice, IncidentForm, MemberPayeeForm, PayeeForm, choices_of
from claims.models import Claim
from claims.rules.facts import TOLD_IN_WORDS
from claims.rules.payees import PAID_ON_DEATH
from claims.selectors.cover import cover_of
from claims.selectors.customer import claim_title, next_step
from claims.selectors.pages import papers_of
from claims.selectors.reporting import Claimable, claimable, member_to_report, newest_draft, was_covered
from claims.services.evidence import add_evidence, remove_evidence
from claims.services.reporting import known_ending, own_words, report_incident, send_claim
from claims.views.lookup import own_claim, person_at
from customers.actors import actor_from
from insureweb.kernel import clock
from insureweb.kernel.checks import Refused, allows
from insureweb.kernel.idempotency import idempotent_post
from policies.contract.models import PolicyMember

STEPS = ("happened", "evidence", "payee")


def _steps(current: str) -> list[dict[str, str]]:
    labels = {"happened": _("What happened"), "evidence": _("Photos and papers"), "payee": _("Check and send")}
    place = STEPS.index(current)
    state = dict.fromkeys(range(place), "done") | {place: "now"}
    return [{"label": labels[name], "state": state.get(index, "later")} for index, name in enumerate(STEPS)]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@idempotent_post
def happened(request: HttpRequest, claim: Claim | None = None, member: PolicyMember | None = None) -> HttpResponse:
    """Step 1, for a new claim or a draft; on a group policy for one member, who is chosen before."""
    today = clock.today()
    member = claim.member if claim else member
    may = Claimable([member.policy], [], []) if member else claimable(request.user, today)
    choices = choices_of(may.own, today)
    if request.method == "POST":
        form = IncidentForm(choices, today, request.POST)
        if form.is_valid():
            return _save_incident(request, form, claim, member)
    else:
        form = IncidentForm(choices, today, initial=_initial(request, choices, claim))
    if request.headers.get("HX-Request") and request.method == "GET":
        form = IncidentForm(choices, today, initial=_typed(request))
        return render(request, "claims/_happened_fields.html", {"form": form})
    draft = None if claim else newest_draft(request.user)
    context = _happened_context(request, form, member) | {
        "may": may,
        "draft": draft,
        "draft_title": claim_title(draft) if draft else "",
        "draft_href": next_step(draft) if draft else "",
    }
    return render(request, "claims/report_happened.html", context)


def _happened_context(request: HttpRequest, form: IncidentForm, member: PolicyMember | None) -> dict[str, Any]:
    return {
        "form": form,
        "steps": _steps("happened"),
        "member": member,
        "has_policies": bool(form.options),
        "here": request.path,
    }


@login_required
def for_member(request: HttpRequest, member: UUID) -> HttpResponse:
    """Step 1 of a claim for one member of a group policy, by the company or by the member."""
    try:
        found = member_to_report(request.user, member)
    except PolicyMember.DoesNotExist:
        raise Http404 from None
    return happened(request, member=found)


def _save_incident(
    request: HttpRequest, form: IncidentForm, draft: Claim | None, member: PolicyMember | None
) -> HttpResponse:
    choice = form.options[form.cleaned_data["cover"]]
    try:
        saved = report_incident(
            user=person_at(request), policy=choice.policy, coverage=choice.cover.code, incident=form.incident,
            member=member, draft=draft, by=actor_from(request), at=clock.now(),
        )  # fmt: skip
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
        return render(request, "claims/report_happened.html", _happened_context(request, form, member))
    return redirect("claims:step", saved.no, "evidence")


def _initial(request: HttpRequest, choices: list[Choice], claim: Claim | None) -> dict[str, Any]:
    if claim is None:
        return {"cover": _asked_cover(request, choices)} if "policy" in request.GET else {}
    words = own_words(claim, request.user)
    return {
        "cover": f"{claim.policy.no}:{claim.coverage}",
        "cause": claim.cause,
        "event_date": claim.event_date,
        "what_happened": words.what_happened,
        "hospital": words.hospital,
        "admitted": claim.admitted_date,
        "discharged": claim.discharged_date,
        "claimed": claim.amount_claimed or None,
    }


def _asked_cover(request: HttpRequest, choices: list[Choice]) -> str:
    """The first cover of the policy a link named, if it names one of the person's own."""
    number = request.GET.get("policy", "")
    own = [choice.key for choice in choices if choice.policy.no == number]
    return own[-1] if own else ""


def _typed(request: HttpRequest) -> dict[str, Any]:
    """What stands in the form while another cover is chosen, so that nothing typed is lost."""
    typed: dict[str, Any] = {
        name: request.GET.get(name, "")[:2000] for name in ("cover", "cause", "hospital", "claimed")
    }
    for name in ("admitted", "discharged"):
        parts = [request.GET.get(f"{name}_{part}", "")[:4] for part in (2, 1, 0)]
        typed[name] = "-".join(parts) if any(parts) else ""
    return typed


@login_required
def step(request: HttpRequest, claim_no: str, step: str) -> HttpResponse:
    """A later step, or the first one again, of a draft. One that was sent shows its page."""
    claim = own_claim(request, claim_no)
    if not allows(check_is_draft, claim):
        return redirect("claims:claim", claim.no)
    views = {"happened": happened, "evidence": evidence, "payee": payee}
    if step not in views:
        raise Http404
    return views[step](request, claim=claim)


@require_http_methods(["GET", "HEAD", "POST"])
def evidence(request: HttpRequest, claim: Claim) -> HttpResponse:
    """Step 2. Good files are kept at once; each bad one is named with its reason."""
    problems: list[tuple[str, str]] = []
    if request.method == "POST":
        problems = store_files(request, claim)
        if not problems and request.POST.get("action") != "add":
            return redirect("claims:step", claim.no, "payee")
        if not problems:
            return redirect("claims:step", claim.no, "evidence")
        claim = own_claim(request, claim.no)
    cover = cover_of(claim.policy, claim.coverage, claim.event_date)
    papers = papers_of(claim, cover)
    context = {
        "claim": claim,
        "title": claim_title(claim),
        "papers": papers,
        "others": [file for file in claim.evidence.all() if file.kind not in cover.paper_keys],
        "problems": problems,
        "steps": _steps("evidence"),
        "back": reverse("claims:step", args=[claim.no, "happened"]),
    }
    return render(request, "claims/report_evidence.html", context)


def store_files(request: HttpRequest, claim: Claim) -> list[tuple[str, str]]:
    """Store every file of the request; what went wrong, as (input id, words)."""
    problems = []
    kinds = cover_of(claim.policy, claim.coverage, claim.event_date).paper_keys | {"other"}
    for kind in sorted(kinds):
        for file in request.FILES.getlist(f"file_{kind}"):
            try:
                _store(request, claim, file, kind)
            except Refused as refusal:
                name = str(file.name or "")[:60]
                words = _("%(file)s: %(reason)s") % {"file": name, "reason": refusal.message}
                problems.append((f"id_file_{kind}", words))
    return problems


def _store(request: HttpRequest, claim: Claim, file: UploadedFile, kind: str) -> None:
    add_evidence(claim=claim, file=file, kind=kind, by=actor_from(request), at=clock.now())


@login_required
@require_POST
def remove_file(request: HttpRequest, claim_no: str, file: str) -> HttpResponse:
    claim = own_claim(request, claim_no)
    try:
        remove_evidence(claim=claim, file=str(file), by=actor_from(request), at=clock.now())
    except Refused:
        return redirect("claims:claim", claim.no)
    return redirect("claims:step", claim.no, "evidence")


@require_http_methods(["GET", "HEAD", "POST"])
@idempotent_post
def payee(request: HttpRequest, claim: Claim) -> HttpResponse:
    """Step 3: check everything, say where to pay, send."""
    form = _payee_form(request, claim)
    if request.method == "POST" and form.is_valid():
        account = None if form.uses_known else form.cleaned_data["account"]
        try:
            sent = send_claim(
                claim=claim, account=account, relative=form.relative, by=actor_from(request), at=clock.now()
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
        else:
            return redirect("claims:claim", sent.no)
    return render(request, "claims/report_payee.html", _check_context(request, claim, form))


def _payee_form(request: HttpRequest, claim: Claim) -> PayeeForm:
    """A sum due on a member's death may go to the family; everything else to the insured person."""
    ending = known_ending(claim)
    if claim.member and claim.benefit == PAID_ON_DEATH:
        return MemberPayeeForm(ending, request.POST or None, initial={"payee_is": claim.payee_is})
    return PayeeForm(ending, request.POST or None, for_another=bool(claim.member and not ending))


def _check_context(request: HttpRequest, claim: Claim, form: PayeeForm) -> dict[str, Any]:
    cover = cover_of(claim.policy, claim.coverage, claim.event_date)
    papers = papers_of(claim, cover)
    files = list(claim.evidence.all())
    missing = [paper.label for paper in papers if paper.wanted and not (files and paper.key in TOLD_IN_WORDS)]
    return {
        "claim": claim,
        "form": form,
        "title": claim_title(claim),
        "cover": cover,
        "cause": cover.cause_words(claim.cause),
        "words": own_words(claim, request.user),
        "file_count": len(files),
        "missing": missing,
        "was_covered": was_covered(claim),
        "steps": _steps("payee"),
    }
