"""Pages of the back office about one product version. Apps above add theirs here, so nothing below knows them.

Register in an app's `admin.py`, which is imported when the back office starts; the routes are made from what is there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse

from insureweb.audit.back_office import actor_at
from insureweb.kernel import clock
from insureweb.kernel.actors import Actor
from products.models import ProductVersion
from products.services.drafts import MAY_DRAFT
from products.states import VersionState

ROUTE = "products_productversion"


class Desk:
    """One request about one version: who, when, where the other pages are, and how a page is made."""

    def __init__(self, admin: Any, request: HttpRequest, version: ProductVersion, page: VersionPage) -> None:
        self.admin, self.request, self.version, self.page = admin, request, version, page

    @cached_property
    def by(self) -> Actor:
        return actor_at(self.request)

    @cached_property
    def at(self) -> datetime:
        return clock.now()

    @property
    def may_edit(self) -> bool:
        """Whether this person may change this version: an author, and it is a draft."""
        return self.version.state == VersionState.DRAFT and self.by.is_one_of(MAY_DRAFT)

    def check_author(self) -> None:
        """Raises PermissionDenied: this person writes no drafts."""
        if not self.by.is_one_of(MAY_DRAFT):
            raise PermissionDenied

    def url(self, code: str, *args: Any) -> str:
        return page_url(self.version, code, *args)

    def render(self, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        frame = self.admin.version_frame(self.request, self.version, tab=self.page.tab or self.page.code)
        title = context.get("title") or self.page.title
        return TemplateResponse(
            self.request, template, {**frame, "desk": self, "title": title, **context}, status=status
        )

    def go(self, address: str, message: str = "") -> HttpResponseRedirect:
        if message:
            messages.success(self.request, message)
        return HttpResponseRedirect(address)


@dataclass(frozen=True, slots=True)
class VersionPage:
    """One page. `path` follows the version's address and may hold converters; `title` makes it a tab.

    `tab` names the tab a page without its own belongs to; `shown` says whether a version has this tab for a person.
    """

    code: str
    path: str
    view: Callable[..., HttpResponseBase]
    title: Any = ""
    tab: str = ""
    order: int = 100
    shown: Callable[[ProductVersion, Actor], bool] = lambda version, by: True


_pages: dict[str, VersionPage] = {}


def register_version_page(page: VersionPage) -> VersionPage:
    """Add a page; the same code replaces it."""
    _pages[page.code] = page
    return page


def version_pages() -> list[VersionPage]:
    return sorted(_pages.values(), key=lambda page: page.order)


def page_url(version: ProductVersion, code: str, *args: Any) -> str:
    """Where a page of a version stands; `change` is its first page."""
    return reverse(f"admin:{ROUTE}_{code}", args=[version.address, *args])
