"""Everything of the promise that staff may read: nothing here is changed except through a case page."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from insureweb.audit.back_office import HouseAdmin
from insureweb.kernel import clock
from policies.contract.declarations.selectors import declarations_desk
from policies.contract.models import Policy, PolicyChange
from policies.contract.selectors.members import count_of, members_after
from policies.contract.selectors.pages import cover_rows, history_of
from policies.models import Application, Order, Quote, SaleTraceEntry, UnderwritingDecision
from policies.offers.selectors import receipt_lines
from policies.sale.cases import ApplicationSubject
from policies.sale.rules.interest import STAFF
from policies.sale.selectors.pages import receipt_of
from policies.sale.selectors.traces import trace_of

SELLERS = {"underwriter", "customer_service", "finance", "risk_manager", "auditor"}


class ReadOnlyAdmin(HouseAdmin):
    """A list and pages to read."""

    ordering = ["-id"]
    search_fields = ["=no"]
    search_help_text = _("Whole number")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields or [field.name for field in self.opts.fields if field.editable and field.name != "id"]


@admin.register(Quote)
class QuoteAdmin(ReadOnlyAdmin):
    list_display = ["no", "product_version", "plan", "total", "currency", "created_at", "expires_at"]
    list_select_related = ["product_version"]
    case_template = "policies/back_office/quote.html"

    def case_context(self, request: HttpRequest, record: Quote) -> dict[str, Any]:
        return {"lines": receipt_lines(record.breakdown), "steps": record.breakdown["steps"]}


def people_links(people: Sequence[tuple[Any, Any]], may_reveal: bool) -> list[dict[str, Any]]:
    """People with their masked values and, for those who may, the addresses at which they are opened on record."""
    rows = []
    for label, party in people:
        if party is None:
            continue
        for field, name in (("name", label), ("id_number", _("Resident ID")), ("phone", _("Phone"))):
            url = reverse("admin:customers_party_reveal", args=[party.uuid, field]) if may_reveal else ""
            rows.append({"label": name, "value": getattr(party, field), "url": url})
    return rows


@admin.register(Application)
class ApplicationAdmin(ReadOnlyAdmin):
    list_display = ["no", "product", "state", "premium", "created_at", "submitted_at", "expires_at"]
    list_filter = ["state"]
    list_select_related = ["quote__product_version__product"]
    case_template = "policies/back_office/application.html"

    @admin.display(description=_("product"))
    def product(self, record: Application) -> str:
        return str(record.quote.product_version.product.name)

    def case_context(self, request: HttpRequest, record: Application) -> dict[str, Any]:
        story = ApplicationSubject().story(record.no)
        return {
            "case": story,
            "people": people_links(story.people, may_reveal=True),
            "receipt": receipt_of(record),
            "trace": trace_of(record.no)[:200],
        }


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin):
    list_display = ["no", "what", "state", "amount", "currency", "created_at", "expires_at", "paid_at"]
    list_filter = ["state"]
    fields = ["no", "what", "state", "amount", "currency", "payment_no", "created_at", "expires_at", "paid_at"]
    readonly_fields = ["what"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        return super().get_queryset(request).prefetch_related("applications")

    @admin.display(description=_("applications"))
    def what(self, record: Order) -> str:
        return ", ".join(sorted(application.no for application in record.applications.all()))


@admin.register(Policy)
class PolicyAdmin(ReadOnlyAdmin):
    list_display = ["no", "product", "insurer", "state", "premium", "first_day", "last_day", "issued_at"]
    list_filter = ["state"]
    list_select_related = ["product_version__product", "insurer"]
    case_template = "policies/back_office/policy.html"

    @admin.display(description=_("product"))
    def product(self, record: Policy) -> str:
        return str(record.product_version.product.name)

    @admin.display(description=_("first day"))
    def first_day(self, record: Policy) -> Any:
        return record.span.first_day

    @admin.display(description=_("last day"))
    def last_day(self, record: Policy) -> Any:
        return record.span.last_day

    def case_context(self, request: HttpRequest, record: Policy) -> dict[str, Any]:
        people = [(_("Policyholder"), record.holder)]
        if record.relationship != STAFF:
            people.append((_("Insured"), record.insured))
        return {
            "member_count": count_of(record),
            "members": members_after(record, 0).members,
            "cover": cover_rows(record, record.period.lower),
            "people": people_links(people, may_reveal=True),
            "events": history_of(record),
            "declarations": declarations_desk(record, clock.now()),
        }


@admin.register(PolicyChange)
class PolicyChangeAdmin(ReadOnlyAdmin):
    list_display = ["no", "policy", "kind", "state", "amount", "asked_by_label", "created_at", "applied_at"]
    list_filter = ["kind", "state"]
    list_select_related = ["policy"]


@admin.register(SaleTraceEntry)
class SaleTraceAdmin(ReadOnlyAdmin):
    list_display = ["at", "application_no", "quote_no", "route", "step", "action", "status", "language", "body_hash"]
    search_fields = ["=application_no", "=quote_no", "=order_no"]
    search_help_text = _("Whole number of an application, quote or order")


@admin.register(UnderwritingDecision)
class UnderwritingDecisionAdmin(ReadOnlyAdmin):
    list_display = ["subject_no", "outcome", "loading_percent", "is_automatic", "decided_by_label", "at"]
    list_filter = ["outcome", "is_automatic"]
    search_fields = ["=subject_no"]
    fields: ClassVar[Any] = [
        "subject_no", "outcome", "loading_percent", "is_automatic", "decided_by_label", "approved_by_label", "table_id",
        "table_hash", "at",
    ]  # fmt: skip
