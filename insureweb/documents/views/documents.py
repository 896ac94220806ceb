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

from insureweb.audit.back_office import actor_at
from insureweb.documents.models import Document, MediaType, StoredFile
from insureweb.documents.permissions import is_owner, works_with
from insureweb.documents.selectors import open_file, public_facts, rendition_of, verify_pdf
from insureweb.documents.services.access import note_opening
from insureweb.documents.services.uploads import read_upload
from insureweb.kernel import clock
from insureweb.kernel.checks import Refused


@require_safe
@never_cache
@login_required
def download(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A file or document of one's own or of one's case; any other answers like one that does not exist."""
    stored = _found(uuid, request.GET.get("language") or get_language() or "")
    by = actor_at(request)
    if stored is None or not (is_owner(stored, by) or works_with(stored, by)):
        raise Http404
    if not is_owner(stored, by):
        note_opening(stored=stored, by=by, at=clock.now())
    return file_response(stored)


def file_response(stored: StoredFile) -> HttpResponse:
    """The bytes of a file whoever asks may have; the caller has made sure of that."""
    response = HttpResponse(open_file(stored), content_type=stored.media_type)
    response["Content-Disposition"] = f'{_disposition(stored)}; filename="{_file_name(stored)}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _disposition(stored: StoredFile) -> str:
    """Photos we wrote anew and documents of ours show in the page; a stranger's PDF is only ever saved."""
    return "inline" if stored.is_image or stored.purpose == "document" else "attachment"


def _file_name(stored: StoredFile) -> str:
    return f"{stored.subject_no}.{MediaType(stored.media_type).extension}"


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
    if document is not None:
        context["facts"] = public_facts(document, get_language() or "")
    status = 200 if document or not code else 404
    if request.method == "POST":
        checked = _checked(request, document)
        context |= checked
        status = 422 if "error" in checked else status
    return render(request, "documents/verify.html", context, status=status)


def _checked(request: HttpRequest, document: Document | None) -> dict[str, Any]:
    file = request.FILES.get("file")
    if file is None:
        return {"error": _("Choose the PDF first.")}
    try:
        return {"verification": verify_pdf(document, read_upload(file))}
    except Refused as refusal:
        return {"error": refusal.message}
