"""Insurers, categories, products and their versions in the back office. Nothing here writes round a service."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from insureweb.audit.back_office import HouseAdmin, actor_at, case_action
from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.localized import Localized
from products.compiled import compiled
from products.messages import refusal_words
from products.models import Category, Insurer, Product, ProductVersion, SaleSwitch
from products.rules.vectors import differences
from products.services.versions import (
    publish_version,
    resume_version,
    send_back,
    set_sale_switch,
    submit_for_review,
    suspend_version,
    withdraw_version,
)
from products.states import PRODUCT_VERSION, VersionState

MOVES = {
    VersionState.DRAFT: ("send_back", _("Send back to the authors")),
    VersionState.IN_REVIEW: ("submit", _("Hand in for review")),
    VersionState.PUBLISHED: ("publish", _("Publish")),
    VersionState.SUSPENDED: ("suspend", _("Suspend the sale")),
    VersionState.WITHDRAWN: ("withdraw", _("Withdraw for good")),
}
RESUME = ("resume", _("Resume the sale"))
MAX_REASON = 500


def reason_in(request: HttpRequest) -> str:
    """The reason typed.

    Raises:
        Refused: there is none.
    """
    reason = request.POST.get("reason", "").replace("\x00", "").strip()[:MAX_REASON]
    if not reason:
        raise Refused("reason_needed", refusal_words("reason_needed"), "reason")
    return reason


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


@admin.register(Product)
class ProductAdmin(HouseAdmin):
    """A product with its versions and the switch that stops its sale."""

    list_display = ["code", "name", "insurer", "category"]
    list_filter = ["insurer", "category"]
    list_select_related = ["insurer", "category"]
    search_fields = ["code__startswith"]
    search_help_text = _("Beginning of the code")
    ordering = ["code"]
    address_field = "code"  # type: ignore[assignment]
    case_template = "admin/products/product.html"
    sidebar_icon = "inventory_2"

    def case_context(self, request: HttpRequest, record: Product) -> dict[str, Any]:
        switches = list(record.switches.order_by("region"))
        versions = record.versions.defer("definition", "source").order_by("-id")
        return {
            "versions": versions,
            "switches": switches,
            "may_switch": actor_at(request).is_one_of({"product_manager", "risk_manager"}),
            "is_off": any(switch.region == "all" and not switch.is_on for switch in switches),
        }

    @case_action("product_manager", "risk_manager")
    def switch_off(self, request: HttpRequest, record: Product, *, by: Actor, at: datetime) -> Any:
        set_sale_switch(product=record, is_on=False, by=by, at=at, reason=reason_in(request))
        return _("The sale is switched off.")

    @case_action("product_manager", "risk_manager")
    def switch_on(self, request: HttpRequest, record: Product, *, by: Actor, at: datetime) -> Any:
        set_sale_switch(product=record, is_on=True, by=by, at=at, reason=reason_in(request))
        return _("The sale is switched on.")


@admin.register(ProductVersion)
class ProductVersionAdmin(HouseAdmin):
    """A version: what it says, whether its test vectors hold, and the moves of its life."""

    list_display = ["product", "version", "state", "sale_from", "sale_until", "published_at", "short_hash"]
    list_filter = ["state"]
    list_select_related = ["product"]
    search_fields = ["product__code__startswith", "content_hash__startswith"]
    search_help_text = _("Beginning of the product code or of the hash")
    ordering = ["-id"]
    address_field = "content_hash"  # type: ignore[assignment]
    case_template = "admin/products/version.html"
    sidebar_icon = "history_edu"

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProductVersion]:
        return super().get_queryset(request).select_related("product__insurer", "product__category").defer("source")

    @admin.display(description=_("hash"))
    def short_hash(self, record: ProductVersion) -> str:
        return record.content_hash[:12]

    def case_context(self, request: HttpRequest, record: ProductVersion) -> dict[str, Any]:
        product = compiled(record)
        definition = product.definition
        return {
            "definition": definition,
            "vectors": [(one, list(differences(definition, product.rating, one))) for one in definition.vectors],
            "decision_tables": list(definition.tables.values()),
            "moves": self._moves(request, record),
        }

    def _moves(self, request: HttpRequest, record: ProductVersion) -> list[tuple[str, Any]]:
        """(action, label) of every move open from this state to this person."""
        open_ = self.actions_open_to(actor_at(request))
        moves = []
        for target in PRODUCT_VERSION.following(record.state):
            is_resume = (record.state, target) == (VersionState.SUSPENDED, VersionState.PUBLISHED)
            move = RESUME if is_resume else MOVES[VersionState(target)]
            if move[0] in open_:
                moves.append(move)
        return moves

    @case_action("product_manager")
    def submit(self, request: HttpRequest, record: ProductVersion, *, by: Actor, at: datetime) -> Any:
        submit_for_review(version=record, by=by, at=at, reason=reason_in(request))
        return _("The version is in review. Somebody else publishes it.")

    @case_action("product_manager")
    def send_back(self, request: HttpRequest, record: ProductVersion, *, by: Actor, at: datetime) -> Any:
        send_back(version=record, by=by, at=at, reason=reason_in(request))
        return _("The version is a draft again.")

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
        withdraw_version(version=record, by=by, at=at, reason=reason_in(request))
        return _("The version is withdrawn.")


@admin.register(SaleSwitch)
class SaleSwitchAdmin(HouseAdmin):
    list_display = ["product", "region", "is_on"]
    list_select_related = ["product"]
    ordering = ["-id"]
    fields = ["product", "region", "is_on"]
    readonly_fields = fields
    sidebar_icon = "toggle_on"
