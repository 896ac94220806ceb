"""Products in the back office: their versions, new drafts, the switch that stops a sale, the way back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from insureweb.audit.back_office import HouseAdmin, actor_at, case_action
from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from products import selectors
from products.admin.insurers import region_names
from products.admin.reasons import reason_in
from products.forms import ProductForm
from products.messages import refusal_words
from products.models import Product, SaleSwitch
from products.rules.document import ProductFileError
from products.services.drafts import start_draft, start_product
from products.services.versions import roll_back, set_sale_switch
from products.states import VersionState
from products.version_pages import page_url

AUTHOR = "product_manager"


@admin.register(Product)
class ProductAdmin(HouseAdmin):
    """A product with its versions and the switch that stops its sale."""

    list_display = ["name", "code", "insurer", "category"]
    list_filter = ["insurer", "category"]
    list_select_related = ["insurer", "category"]
    search_fields = ["code__startswith"]
    search_help_text = _("Beginning of the code")
    ordering = ["code"]
    address_field = "code"  # type: ignore[assignment]
    case_template = "admin/products/product.html"
    form = ProductForm
    fields = ["code", "name_zh_hans", "name_en", "insurer", "category"]
    sidebar_icon = "inventory_2"

    def create_by_service(self, *, data: dict[str, Any], by: Actor, at: datetime) -> Product:
        try:
            return start_product(**ProductForm.arguments(data), by=by, at=at).product
        except ProductFileError as error:
            raise Refused("unreadable", error.message, "code") from None

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """One product after the other: the draft is what comes next."""
        one = {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().add_view(request, form_url, {**(extra_context or {}), **one})

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        """To the draft, where the writing begins."""
        draft = selectors.versions_of(Product.objects.get(code=obj.code)).get()
        return HttpResponseRedirect(page_url(draft, "change"))

    def case_context(self, request: HttpRequest, record: Product) -> dict[str, Any]:
        switches = list(record.switches.order_by("region"))
        versions = list(selectors.versions_of(record))
        published = [
            version for version in versions if version.published_at and version.state != VersionState.WITHDRAWN
        ]
        open_ = self.actions_open_to(actor_at(request))
        return {
            "versions": versions,
            "switches": switches,
            "may_switch": "switch_off" in open_,
            "may_draft": "copy" in open_,
            "may_roll_back": "roll_back" in open_ and len(published) > 1,
            "is_off": any(switch.region == "all" and not switch.is_on for switch in switches),
        }

    @case_action(AUTHOR)
    def copy(self, request: HttpRequest, record: Product, *, by: Actor, at: datetime) -> Any:
        """Start a draft as a copy of one of the versions."""
        name = request.POST.get("version", "").strip()
        source = record.versions.filter(version=request.POST.get("source", "")).first()
        if source is None:
            raise Refused("unknown_version", refusal_words("unknown_version"), "source")
        try:
            draft = start_draft(from_version=source, name=name, by=by, at=at)
        except ProductFileError as error:
            raise Refused("unreadable", error.message, "version") from None
        return HttpResponseRedirect(page_url(draft, "change"))

    @case_action(AUTHOR)
    def roll_back(self, request: HttpRequest, record: Product, *, by: Actor, at: datetime) -> Any:
        version = roll_back(product=record, by=by, at=at, reason=reason_in(request))
        return _("Version %(version)s is on sale again.") % {"version": version.version}

    @case_action(AUTHOR, "risk_manager")
    def switch_off(self, request: HttpRequest, record: Product, *, by: Actor, at: datetime) -> Any:
        set_sale_switch(product=record, is_on=False, by=by, at=at, reason=reason_in(request))
        return _("The sale is switched off.")

    @case_action(AUTHOR, "risk_manager")
    def switch_on(self, request: HttpRequest, record: Product, *, by: Actor, at: datetime) -> Any:
        set_sale_switch(product=record, is_on=True, by=by, at=at, reason=reason_in(request))
        return _("The sale is switched on.")


@admin.register(SaleSwitch)
class SaleSwitchAdmin(HouseAdmin):
    list_display = ["product", "place", "is_on"]
    list_select_related = ["product"]
    ordering = ["-id"]
    fields = ["product", "place", "is_on"]
    readonly_fields = fields
    sidebar_icon = "toggle_on"

    @admin.display(description=_("region"))
    def place(self, record: SaleSwitch) -> str:
        return region_names([record.region])
