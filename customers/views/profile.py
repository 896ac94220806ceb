"""My profile: what we know about you, masked; how we reach you; your data and your consents."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import translate_url
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from customers import selectors
from customers.actors import account_of, actor_from
from customers.models import Consent
from customers.services import accounts, consents, parties
from insureweb.kernel import clock
from insureweb.kernel.checks import Refused


@login_required
@require_safe
@never_cache
def profile(request: HttpRequest) -> HttpResponse:
    return _page(request)


def _page(request: HttpRequest, *, refusal: Refused | None = None, status: int = 200) -> HttpResponse:
    context = {
        "party": selectors.own_party(account_of(request)),
        "others": selectors.parties_of(account_of(request)).filter(is_self=False),
        "consents": selectors.current_consents(account_of(request)),
        "requests": selectors.privacy_requests_of(account_of(request)),
        "errors": {refusal.field: str(refusal)} if refusal else {},
        "problems": [(f"id_{refusal.field}", str(refusal))] if refusal else [],
        "raw": request.POST,
    }
    return render(request, "customers/profile.html", context, status=status)


@login_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """The language of mail; the page goes on in it."""
    language = request.POST.get("language", "")
    try:
        accounts.set_language(user=account_of(request), language=language, by=actor_from(request), at=clock.now())
    except Refused as refusal:
        return _page(request, refusal=refusal, status=422)
    with override(language):
        messages.success(request, _("We will write to you in this language."))
    here = request.build_absolute_uri("/")
    return redirect(translate_url(here + request.path.lstrip("/").removesuffix("language/"), language))


@login_required
@require_POST
def say_who(request: HttpRequest) -> HttpResponse:
    """Name and ID number of the account's own person, for whoever is insured without having bought anything."""
    try:
        parties.record_person(
            owner=account_of(request),
            name=request.POST.get("name", ""),
            id_number=request.POST.get("id_number", ""),
            is_self=True,
            by=actor_from(request),
            at=clock.now(),
        )
    except Refused as refusal:
        return _page(request, refusal=refusal, status=422)
    messages.success(request, _("Thank you. Cover that others took out for you is on My page now."))
    return redirect("my")


@login_required
@require_POST
def set_contact(request: HttpRequest) -> HttpResponse:
    party = selectors.own_party(account_of(request))
    if party is None:
        return redirect("customers:profile")
    try:
        parties.set_contact(
            party=party,
            phone=request.POST.get("phone", ""),
            address=request.POST.get("address", ""),
            by=actor_from(request),
            at=clock.now(),
        )
    except Refused as refusal:
        return _page(request, refusal=refusal, status=422)
    messages.success(request, _("Your contact details are saved."))
    return redirect("customers:profile")


@login_required
@require_POST
def request_privacy(request: HttpRequest) -> HttpResponse:
    kind = request.POST.get("kind", "")
    try:
        asked = accounts.request_privacy(user=account_of(request), kind=kind, by=actor_from(request), at=clock.now())
    except Refused as refusal:
        return _page(request, refusal=refusal, status=422)
    messages.success(request, _("We have your request and answer by %(day)s.") % {"day": asked.due_date.isoformat()})
    return redirect("customers:profile")


@login_required
@require_POST
def withdraw_consent(request: HttpRequest, uuid: str) -> HttpResponse:
    consent = get_object_or_404(Consent, user=account_of(request), uuid=uuid)
    if consent in selectors.current_consents(account_of(request)):
        consents.withdraw_consent(consent=consent, by=actor_from(request), at=clock.now())
    messages.success(request, _("Your consent is withdrawn from now on. What was done with it before stays valid."))
    return redirect("customers:profile")
