"""Insurers with their branches, and categories, kept in the back office."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from insureweb.audit.back_office import HouseAdmin
from insureweb.kernel.actors import Actor
from insureweb.kernel.localized import Localized
from products.house_forms import (
    BranchCloseForm,
    BranchForm,
    CategoryChangeForm,
    CategoryForm,
    InsurerChangeForm,
    InsurerForm,
    both,
    region_choices,
)
from products.models import Branch, Category, Insurer
from products.models.insurers import LicenceScope
from products.services.insurers import (
    change_category,
    change_insurer,
    close_branch,
    create_category,
    create_insurer,
    open_branch,
)


def both_languages(text: Localized) -> str:
    return f"{text.zh_hans} / {text.en}"


def region_names(codes: list[str]) -> str:
    names = dict(region_choices())
    return ", ".join(str(names.get(code, code)) for code in codes)


class KeptAdmin(HouseAdmin):
    """A record made with one form and changed with another; `fixed` never changes, `shown` is what others read."""

    add_form: ClassVar[type[forms.ModelForm]]
    change_form: ClassVar[type[forms.ModelForm]]
    fixed: ClassVar[list[str]] = []
    shown: ClassVar[list[str]] = []

    def _may_change(self, request: HttpRequest, obj: Any) -> bool:
        return obj is not None and self.has_change_permission(request, obj)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            kwargs["form"] = self.add_form
        elif self._may_change(request, obj):
            kwargs["form"] = self.change_form
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return self._ordered(self.add_form)
        return [*self.fixed, *self._ordered(self.change_form)] if self._may_change(request, obj) else self.shown

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return []
        return self.fixed if self._may_change(request, obj) else self.shown

    @staticmethod
    def _ordered(form: type[forms.ModelForm]) -> list[str]:
        first = list(form.field_order or ())
        return [*first, *(name for name in form.base_fields if name not in first)]


def _scopes(codes: list[str]) -> str:
    return ", ".join(str(LicenceScope(code).label) for code in codes)


@admin.register(Insurer)
class InsurerAdmin(KeptAdmin):
    list_display = ["short_name", "code", "licence_scope", "uscc"]
    ordering = ["code"]
    address_field = "code"  # type: ignore[assignment]
    sidebar_icon = "domain"
    add_form, change_form = InsurerForm, InsurerChangeForm
    fixed = ["code", "licence_scope", "uscc", "branches_shown"]
    shown = ["code", "full_name", "brief_name", "licence_scope", "uscc", "regions_from", "regions_shown",
             "branches_shown"]  # fmt: skip

    @admin.display(description=_("company name"))
    def full_name(self, record: Insurer) -> str:
        return both_languages(record.name)

    @admin.display(description=_("short name"))
    def brief_name(self, record: Insurer) -> str:
        return both_languages(record.short_name)

    @admin.display(description=_("sale regions"))
    def regions_shown(self, record: Insurer) -> str:
        return region_names(record.sale_regions)

    @admin.display(description=_("branches"))
    def branches_shown(self, record: Insurer) -> str:
        rows = ((branch.name, region_names([branch.region]), branch.opened_on, branch.closed_on or "")
                for branch in record.branches.order_by("region", "id"))  # fmt: skip
        return format_html_join("", "<div>{}, {}: {} – {}</div>", rows) or "–"

    def create_by_service(self, *, data: dict[str, Any], by: Actor, at: datetime) -> Insurer:
        values = {name: data[name] for name in ("code", "licence_scope", "uscc", "number_mark")}
        return create_insurer(**values, **self._changing(data), by=by, at=at)

    def change_by_service(self, *, record: Insurer, data: dict[str, Any], by: Actor, at: datetime) -> Insurer:
        return change_insurer(insurer=record, **self._changing(data), by=by, at=at)

    @staticmethod
    def _changing(data: dict[str, Any]) -> dict[str, Any]:
        plain = {name: data[name] for name in ("sale_regions", "regions_from", "reason")}
        return {"name": both(data, "name"), "short_name": both(data, "short_name"), **plain}


@admin.register(Branch)
class BranchAdmin(KeptAdmin):
    """Branches open and close; what was entered stays."""

    list_display = ["name", "insurer", "place", "opened_on", "closed_on"]
    list_filter = ["insurer"]
    list_select_related = ["insurer"]
    ordering = ["-id"]
    sidebar_icon = "location_city"
    add_form, change_form = BranchForm, BranchCloseForm
    fixed = ["insurer", "full_name", "place", "opened_on"]
    shown = [*fixed, "closed_on"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A closed branch stays closed; another one opens in its place."""
        return (obj is None or obj.closed_on is None) and super().has_change_permission(request, obj)

    @admin.display(description=_("branch name"))
    def full_name(self, record: Branch) -> str:
        return both_languages(record.name)

    @admin.display(description=_("region"))
    def place(self, record: Branch) -> str:
        return region_names([record.region])

    def create_by_service(self, *, data: dict[str, Any], by: Actor, at: datetime) -> Branch:
        plain = {name: data[name] for name in ("insurer", "region", "opened_on", "reason")}
        return open_branch(name=both(data, "name"), **plain, by=by, at=at)

    def change_by_service(self, *, record: Branch, data: dict[str, Any], by: Actor, at: datetime) -> Branch:
        return close_branch(branch=record, closed_on=data["closed_on"], reason=data["reason"], by=by, at=at)


@admin.register(Category)
class CategoryAdmin(KeptAdmin):
    list_display = ["name", "code", "licences", "short_term_licences", "order"]
    ordering = ["order", "code"]
    address_field = "code"  # type: ignore[assignment]
    sidebar_icon = "category"
    add_form, change_form = CategoryForm, CategoryChangeForm
    fixed = ["code"]
    shown = ["code", "full_name", "licences", "short_term_licences", "order"]

    @admin.display(description=_("category name"))
    def full_name(self, record: Category) -> str:
        return both_languages(record.name)

    @admin.display(description=_("licence scopes"))
    def licences(self, record: Category) -> str:
        return _scopes(record.licence_scopes)

    @admin.display(description=_("licence scopes up to one year"))
    def short_term_licences(self, record: Category) -> str:
        return _scopes(record.short_term_scopes)

    def create_by_service(self, *, data: dict[str, Any], by: Actor, at: datetime) -> Category:
        return create_category(code=data["code"], **self._changing(data), by=by, at=at)

    def change_by_service(self, *, record: Category, data: dict[str, Any], by: Actor, at: datetime) -> Category:
        return change_category(category=record, **self._changing(data), by=by, at=at)

    @staticmethod
    def _changing(data: dict[str, Any]) -> dict[str, Any]:
        plain = {name: data[name] for name in ("licence_scopes", "short_term_scopes", "order", "reason")}
        return {"name": both(data, "name"), **plain}
