"""Every quarter that is over, across all policies: to be declared, late, declared; and where a difference is open."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from insureweb.kernel import clock
from insureweb.kernel.money import Money
from insureweb.kernel.periods import business_date
from insureweb.kernel.templatetags.house import money_text
from policies.admin.lists import ReadOnlyAdmin
from policies.contract.declarations.selectors import open_differences, quarters_over
from policies.models import QuarterNotice

DUE, LATE, DECLARED, DIFFERENCE = "due", "late", "declared", "difference"


class StandingFilter(admin.SimpleListFilter):
    """What is to be done about a quarter."""

    title = _("Status")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            (DUE, _("To be declared")), (LATE, _("Late")), (DECLARED, _("Declared")),
            (DIFFERENCE, _("Difference open")),
        ]  # fmt: skip

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        at = clock.now()
        today = business_date(at)
        match self.value():
            case "due":
                return queryset.filter(is_declared=False, due_date__gte=today)
            case "late":
                return queryset.filter(is_declared=False, due_date__lt=today)
            case "declared":
                return queryset.filter(is_declared=True)
            case "difference":
                return queryset.filter(policy__in=open_differences(at))
        return queryset


@admin.register(QuarterNotice)
class QuarterNoticeAdmin(ReadOnlyAdmin):
    list_display = ["policy", "number", "first_date", "due_date", "standing", "declared"]
    list_filter = [StandingFilter]
    empty_words = _("When a quarter of a policy with declared turnover is over, it stands here until it is declared.")
    search_fields = ["=policy__no"]
    fields = ["policy", "number", "first_date", "due_date", "sent_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return quarters_over()

    @admin.display(description=_("Status"))
    def standing(self, record: Any) -> Any:
        if record.is_declared:
            return _("Declared")
        return _("Late") if record.due_date < clock.today() else _("To be declared")

    @admin.display(description=_("turnover"))
    def declared(self, record: Any) -> str:
        return "" if record.turnover is None else money_text(Money(record.turnover, record.policy.currency))
