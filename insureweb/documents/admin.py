"""Issued documents in the back office: to find one, open it, see whether it is still valid."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from insureweb.audit.back_office import HouseAdmin
from insureweb.documents.models import Document

LANGUAGE_NAMES = {"zh-hans": _("Chinese"), "en": _("English")}


@admin.register(Document)
class DocumentAdmin(HouseAdmin):
    list_display = ["no", "kind", "subject_no", "state", "issued_at"]
    list_filter = ["kind", "state"]
    search_fields = ["=no", "=subject_no", "=verification_code"]
    search_help_text = _("Whole document number, policy or claim number, or verification code")
    ordering = ["-id"]
    fields: ClassVar[Any] = [
        "no", "kind", "shown_title", "subject_kind", "subject_no", "state", "issued_at", "ended_at",
        "verification_code", "opened",
    ]  # fmt: skip
    readonly_fields: ClassVar[Any] = ["shown_title", "opened"]
    sidebar_icon = "description"

    @admin.display(description=_("title"))
    def shown_title(self, document: Document) -> str:
        return str(document.title)

    @admin.display(description=_("open"))
    def opened(self, document: Document) -> SafeString:
        address = reverse("documents:download", args=[document.uuid])
        links = ((address, code, name) for code, name in LANGUAGE_NAMES.items())
        return format_html("{}", format_html_join(" ", '<a href="{}?language={}">{}</a>', links))

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("data")
