"""Insurers and categories in the back office."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from insureweb.audit.back_office import HouseAdmin
from insureweb.kernel.localized import Localized
from products.models import Category, Insurer


def both_languages(text: Localized) -> str:
    return f"{text.zh_hans} / {text.en}"


@admin.register(Insurer)
class InsurerAdmin(HouseAdmin):
    list_display = ["code", "short_name", "licence_scope", "uscc"]
    ordering = ["code"]
    fields = ["code", "full_name", "brief_name", "licence_scope", "uscc", "sale_regions"]
    readonly_fields = fields
    address_field = "code"  # type: ignore[assignment]
    sidebar_icon = "domain"

    @admin.display(description=_("company name"))
    def full_name(self, record: Insurer) -> str:
        return both_languages(record.name)

    @admin.display(description=_("short name"))
    def brief_name(self, record: Insurer) -> str:
        return both_languages(record.short_name)


@admin.register(Category)
class CategoryAdmin(HouseAdmin):
    list_display = ["code", "name", "licence_scopes", "short_term_scopes", "order"]
    ordering = ["order", "code"]
    fields = ["code", "full_name", "licence_scopes", "short_term_scopes", "order"]
    readonly_fields = fields
    address_field = "code"  # type: ignore[assignment]
    sidebar_icon = "category"

    @admin.display(description=_("category name"))
    def full_name(self, record: Category) -> str:
        return both_languages(record.name)
