"""Lists over big tables: no exact count, the next page by key, records addressed by their public number."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.functional import cached_property
from unfold.views import ChangeList

COUNT_LIMIT = 1000


class CappedPaginator(Paginator):
    """Counts at most `COUNT_LIMIT` rows. Further back lie filters, search and the keyset link, not page numbers."""

    template_name = "admin/_pagination.html"

    @property
    def limit(self) -> int:
        return COUNT_LIMIT

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by()[: COUNT_LIMIT + 1].count())

    @property
    def is_capped(self) -> bool:
        return self.count > COUNT_LIMIT


class HouseChangeList(ChangeList):
    """A list whose links carry public numbers and whose order continues by key with `?before=<key>`."""

    KEYSET_PARAMETER = "before"

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.before = request.GET.get(self.KEYSET_PARAMETER, "")
        super().__init__(request, *args, **kwargs)
        self.pk_attname = self.model_admin.address_field

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        # The theme offers “show all” when the two differ; nobody counts the rest here.
        self.full_result_count = self.result_count

    def get_filters_params(self, params: Any = None) -> dict[str, Any]:
        chosen: dict[str, Any] = super().get_filters_params(params)
        chosen.pop(self.KEYSET_PARAMETER, None)
        return chosen

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> Any:
        rows = super().get_queryset(request, exclude_parameters)
        return rows.filter(pk__lt=int(self.before)).order_by("-pk") if self.before.isdecimal() else rows

    @property
    def is_by_key(self) -> bool:
        """True when the order is the newest first, so that the next page can start after a key."""
        return list(self.queryset.query.order_by)[:1] in (["-pk"], ["-id"])

    def next_key_url(self) -> str:
        """Where the list goes on after its last row; empty at the end."""
        rows = list(self.result_list)
        if not self.is_by_key or len(rows) < self.list_per_page:
            return ""
        return str(self.get_query_string({self.KEYSET_PARAMETER: rows[-1].pk}, remove=["p"]))
