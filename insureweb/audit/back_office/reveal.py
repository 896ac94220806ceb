"""Opening one sealed value on purpose: ask why, write it down, show it for five minutes."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views import View

from insureweb.audit.access import reveal
from insureweb.audit.back_office.ports import actor_at
from insureweb.audit.back_office.stories import label_of
from insureweb.kernel import clock
from insureweb.kernel.checks import Refused

SHOWN_FOR_SECONDS = 300


class RevealView(View):
    """GET asks for the reason, POST shows the value. Inside the page as a fragment, or as a page without scripts."""

    admin: Any = None

    def _record(self, request: HttpRequest, object_id: str, field: str) -> Any:
        if not self.admin.has_view_permission(request):
            raise PermissionDenied
        record = self.admin.get_object(request, object_id)
        if record is None or field not in self.admin.reveal_fields:
            raise Http404
        if not self.admin.has_view_permission(request, record):
            raise PermissionDenied
        if not self.admin.may_reveal(actor_at(request), field):
            raise PermissionDenied
        return record

    def get(self, request: HttpRequest, object_id: str, field: str) -> HttpResponse:
        record = self._record(request, object_id, field)
        return self._page(request, record, field, hidden="hide" in request.GET)

    def post(self, request: HttpRequest, object_id: str, field: str) -> HttpResponse:
        record = self._record(request, object_id, field)
        reason = request.POST.get("reason", "").replace("\x00", "")[:500]
        try:
            value = reveal(record=record, field=field, reason=reason, by=actor_at(request), at=clock.now())
        except Refused as refusal:
            return self._page(request, record, field, refusal=refusal, status=422)
        return self._page(request, record, field, value=value, is_open=True)

    def _page(self, request: HttpRequest, record: Any, field: str, *, status: int = 200, **extra: Any) -> HttpResponse:
        opts = self.admin.opts
        address = getattr(record, self.admin.address_field)
        context = self.admin.admin_site.each_context(request) | {
            "opts": opts,
            "record": record,
            "field": field,
            "label": label_of(type(record), field),
            "title": label_of(type(record), field),
            "masked": self.admin.mask_of(record, field),
            "shown_for": SHOWN_FOR_SECONDS,
            "reveal_url": reverse(f"admin:{opts.app_label}_{opts.model_name}_reveal", args=[address, field]),
            "back_url": reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[address]),
        }
        template = "admin/_reveal.html" if request.headers.get("HX-Request") else "admin/reveal.html"
        response = TemplateResponse(request, template, context | extra, status=status)
        response["Cache-Control"] = "no-store"
        return response
