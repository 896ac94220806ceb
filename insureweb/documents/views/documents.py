"""Opening one's own files, and the public page on which anybody checks a document of ours."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from insureweb.documents.models import Document, StoredFile
from insureweb.documents.selectors import is_owner, open_file, rendition_of, verify_pdf
from insureweb.documents.services.uploads import read_upload
from insureweb.kernel.actors import Actor, ActorKind
from insureweb.kernel.checks import Refused


def _actor(request: HttpRequest) -> Actor:
    """Customers are known to the lower apps by their account's uuid only."""
    return Actor(ActorKind.CUSTOMER.value, str(getattr(request.user, "uuid", "")), "")


@require_safe
@never_cache
@login_required
def download(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A file or document of one's own; somebody else's answers like one that does not exist."""
    stored = _found(uuid, request.GET.get("language") or get_language() or "")
    if stored is None or not is_owner(stored, _actor(request)):
        raise Http404
    response = HttpResponse(open_file(stored), content_type=stored.media_type)
    name = f"{stored.subject_no}.{stored.media_type.rpartition('/')[2]}"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def _found(uuid: UUID, language: str) -> StoredFile | None:
    document = Document.objects.filter(uuid=uuid).first()
    if document is not None:
        return rendition_of(document, language).file
    return StoredFile.objects.filter(uuid=uuid).first()


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def verify(request: HttpRequest, code: str = "") -> HttpResponse:
    """Is this document ours and still valid? By its code, and byte by byte when the PDF is sent along."""
    code = (request.GET.get("code") or code).strip().upper()
    document = Document.objects.filter(verification_code=code).first() if code.isascii() and len(code) == 14 else None
    context: dict[str, Any] = {"code": code, "document": document, "asked": bool(code)}
    if request.method == "POST":
        context |= _checked(request, document)
    return render(request, "documents/verify.html", context, status=200 if document or not code else 404)


def _checked(request: HttpRequest, document: Document | None) -> dict[str, Any]:
    file = request.FILES.get("file")
    if file is None:
        return {"error": _("Choose the PDF first.")}
    try:
        return {"verification": verify_pdf(document, read_upload(file))}
    except Refused as refusal:
        return {"error": refusal.message}
