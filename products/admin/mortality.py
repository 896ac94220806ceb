"""Mortality tables in the back office: to look at. They come in by `manage.py load_mortality` and never change."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from insureweb.audit.back_office import HouseAdmin
from products.models import MortalityTable
from products.mortality_chart import chart_of


@admin.register(MortalityTable)
class MortalityTableAdmin(HouseAdmin):
    """The rates with a picture of them, on a scale where a steady ageing is a straight line."""

    list_display = ["code", "name", "from_age", "oldest_age", "short_hash", "loaded_at"]
    search_fields = ["code__startswith"]
    search_help_text = _("Beginning of the code")
    ordering = ["code"]
    address_field = "code"  # type: ignore[assignment]
    case_template = "admin/products/mortality_table.html"
    sidebar_icon = "monitoring"

    @admin.display(description=_("last age"))
    def oldest_age(self, record: MortalityTable) -> int:
        return record.last_age

    @admin.display(description=_("hash"))
    def short_hash(self, record: MortalityTable) -> str:
        return record.sha256[:12]

    def case_context(self, request: HttpRequest, record: MortalityTable) -> dict[str, Any]:
        return {
            "chart": chart_of(record.from_age, record.rates),
            "rates": list(enumerate(record.rates, record.from_age)),
        }
