"""Reading the sale trace."""

from django.db.models import Q

from policies.sale.models import Application, SaleTraceEntry


def trace_of(application_no: str) -> list[SaleTraceEntry]:
    """Every page of a sale in order: the quote's, the application's, the order's."""
    application = Application.objects.select_related("quote").filter(no=application_no).first()
    wanted = Q(application_no=application_no)
    if application is not None:
        wanted |= Q(quote_no=application.quote.no, application_no="")
        wanted |= Q(order_no__in=list(application.orders.values_list("no", flat=True)), application_no="")
    return list(SaleTraceEntry.objects.filter(wanted).order_by("id"))
