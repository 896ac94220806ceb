"""Versions in the back office: the first page with its moves, and the pages every app adds."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from insureweb.audit.back_office import HouseAdmin, actor_at, case_action
from insureweb.kernel import clock
from insureweb.kernel.actors import Actor, who_did
from insureweb.kernel.checks import Refused
from insureweb.kernel.periods import business_date
from products import selectors
from products.admin.reasons import reason_in
from products.compiled import compiled
from products.drafting import pages
from products.drafting.differences import parts_touched
from products.drafting.parts import PARTS
from products.drafting.readiness import moves, requirements
from products.messages import refusal_words
from products.models import ProductVersion
from products.rules.vectors import differences
from products.services.drafts import MAY_DRAFT
from products.services.versions import (
    publish_version,
    resume_version,
    send_back,
    sign_version,
    submit_for_review,
    suspend_version,
    withdraw_version,
)
from products.states import VersionState
from products.version_pages import ROUTE, Desk, VersionPage, page_url, version_pages

pages.register()


def _definition_told(before: Any, after: Any) -> tuple[str, str]:
    """The parts touched; the history keeps the text of the column, the record its tree."""
    trees = [json.loads(value) if isinstance(value, str) else value for value in (before, after)]
    return "", parts_touched(*trees)


def _hands(version: ProductVersion) -> list[tuple[Any, str, datetime | None]]:
    """Whose hands it went through: what was done, who did it, when."""
    rows = (
        (_("Handed in"), version.submitted_by_kind, version.submitted_by_label, version.submitted_at),
        (_("Signed off"), version.signed_by_kind, version.signed_by_label, version.signed_at),
        (_("Published by"), version.published_by_kind, version.published_by_label, version.published_at),
    )
    return [(title, who_did(kind, label), at) for title, kind, label, at in rows if label]


class SignedFilter(admin.SimpleListFilter):
    """Whether an actuary answers for the version."""

    title = _("signed off by an actuary")
    parameter_name = "signed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Yes")), ("no", _("No"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ProductVersion]) -> QuerySet[ProductVersion]:
        return queryset.filter(signed_at__isnull=self.value() == "no") if self.value() else queryset


@admin.register(ProductVersion)
class ProductVersionAdmin(HouseAdmin):
    """A version: what it says, whether its test vectors hold, and the moves of its life."""

    list_display = ["product", "version", "state", "sale_from", "sale_until", "handed_in", "signed", "published_at"]
    list_filter: ClassVar[Any] = ["state", SignedFilter]
    list_select_related = ["product"]
    search_fields = ["product__code__startswith", "content_hash__startswith"]
    search_help_text = _("Beginning of the product code or of the hash")
    ordering = ["-id"]
    address_field = "address"  # type: ignore[assignment]
    case_template = "admin/products/version.html"
    sidebar_icon = "history_edu"
    story_tellers: ClassVar[dict[str, Any]] = {
        "definition": _definition_told,
        "source": None,
        "content_hash": lambda before, after: (str(before)[:12], str(after)[:12]),
    }

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProductVersion]:
        return super().get_queryset(request).select_related("product__insurer", "product__category").defer("source")

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> ProductVersion | None:
        if "\x00" in object_id:
            return None
        versions = self.get_queryset(request)
        return selectors.version_at(object_id, versions) or selectors.version_at(unquote(object_id), versions)

    def get_urls(self) -> list[URLPattern]:
        own = [
            path(
                f"<path:object_id>/{page.path}",
                self.admin_site.admin_view(self._view(page)),
                name=f"{ROUTE}_{page.code}",
            )
            for page in version_pages()
        ]
        return [*own, *super().get_urls()]

    def _view(self, page: VersionPage) -> Callable[..., HttpResponseBase]:
        def view(request: HttpRequest, object_id: str, **places: Any) -> HttpResponseBase:
            version = self._record_or_none(request, object_id)
            if version is None:
                raise Http404
            request.current_app = self.admin_site.name  # type: ignore[attr-defined]
            return page.view(Desk(self, request, version, page), **places)

        return view

    def version_frame(self, request: HttpRequest, version: ProductVersion, *, tab: str) -> dict[str, Any]:
        """What every page about a version shows round its own."""
        by = actor_at(request)
        tabs = [
            {"title": page.title, "url": page_url(version, page.code), "is_here": page.code == tab}
            for page in version_pages()
            if page.title and page.shown(version, by)
        ]
        first = {"title": _("Overview"), "url": page_url(version, "change"), "is_here": tab == "change"}
        return self._page_context(request, version) | {
            "version": version,
            "tabs": [first, *tabs],
            "definition": compiled(version).definition,
        }

    @admin.display(description=_("handed in by"))
    def handed_in(self, record: ProductVersion) -> str:
        return who_did(record.submitted_by_kind, record.submitted_by_label)

    @admin.display(description=_("signed off by"))
    def signed(self, record: ProductVersion) -> str:
        return who_did(record.signed_by_kind, record.signed_by_label)

    # --- The first page ----------------------------------------------------------------------------------------------

    def case_context(self, request: HttpRequest, record: ProductVersion) -> dict[str, Any]:
        product, by, today = compiled(record), actor_at(request), business_date(clock.now())
        definition = product.definition
        is_to_come = record.state in (VersionState.DRAFT, VersionState.IN_REVIEW)
        return self.version_frame(request, record, tab="change") | {
            "hands": _hands(record),
            "failed": sum(any(differences(definition, product.rating, one)) for one in definition.vectors),
            "vector_count": len(definition.vectors),
            "tests_url": page_url(record, "tests"),
            "moves": [move for move in moves(record, by, today) if not move.is_final],
            "final": next((move for move in moves(record, by, today) if move.is_final), None),
            "requirements": [
                (one, page_url(record, "part", one.part.code) if one.part else "")
                for one in (requirements(record, today) if is_to_come else [])
            ],
            "parts": [{"part": part, "url": page_url(record, "part", part.code)} for part in PARTS],
            "is_author": by.is_one_of(MAY_DRAFT),
        }

    @case_action("product_manager")
    def submit(self, request: HttpRequest, record: ProductVersion, *, by: Actor, at: datetime) -> Any:
        submit_for_review(version=record, by=by, at=at, reason=reason_in(request))
        return _("The version is in review. Somebody else publishes it.")

    @case_action("product_manager")
    def send_back(self, request: HttpRequest, record: ProductVersion, *, by: Actor, at: datetime) -> Any:
        send_back(version=record, by=by, at=at, reason=reason_in(request))
        return _("The version is a draft again.")

    @case_action("actuary")
    def sign(self, request: HttpRequest, record: ProductVersion, *, by: Actor, at: datetime) -> Any:
        sign_version(version=record, by=by, at=at, reason=reason_in(request))
        return _("You signed the version off. A product manager may publish it now.")

    @case_action("product_manager")
    def publish(self, request: HttpRequest, record: ProductVersion, *, by: Actor, at: datetime) -> Any:
        publish_version(version=record, by=by, at=at, reason=reason_in(request))
        return _("The version is on sale.")

    @case_action("product_manager", "risk_manager")
    def suspend(self, request: HttpRequest, record: ProductVersion, *, by: Actor, at: datetime) -> Any:
        suspend_version(version=record, by=by, at=at, reason=reason_in(request))
        return _("The sale is suspended.")

    @case_action("product_manager")
    def resume(self, request: HttpRequest, record: ProductVersion, *, by: Actor, at: datetime) -> Any:
        resume_version(version=record, by=by, at=at, reason=reason_in(request))
        return _("The version is on sale again.")

    @case_action("product_manager")
    def withdraw(self, request: HttpRequest, record: ProductVersion, *, by: Actor, at: datetime) -> Any:
        if request.POST.get("confirm") != "yes":
            raise Refused("not_confirmed", refusal_words("not_confirmed"), "confirm")
        withdraw_version(version=record, by=by, at=at, reason=reason_in(request))
        return _("The version is withdrawn.")
