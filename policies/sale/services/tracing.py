"""Keeping the sale trace."""

from dataclasses import dataclass, field
from datetime import datetime

from policies.sale.models import SaleTraceEntry


@dataclass(slots=True)
class SaleSubject:
    """Which sale a page belongs to and what it showed; views fill it, the trace keeps it."""

    application_no: str = ""
    quote_no: str = ""
    order_no: str = ""
    step: str = ""
    action: str = ""
    shown: dict[str, str] = field(default_factory=dict)

    @property
    def is_known(self) -> bool:
        return bool(self.application_no or self.quote_no or self.order_no)


def record_page(
    *,
    subject: SaleSubject,
    route: str,
    action: str,
    status: int,
    body_hash: str,
    language: str,
    user_id: int | None,
    request_id: str,
    at: datetime,
) -> SaleTraceEntry:
    """Write one page of the trace: one statement of its own, so that a refused answer leaves its trace as well."""
    return SaleTraceEntry.objects.create(
        application_no=subject.application_no,
        quote_no=subject.quote_no,
        order_no=subject.order_no,
        user_id=user_id,
        route=route,
        step=subject.step,
        action=action,
        shown=subject.shown,
        status=status,
        body_hash=body_hash,
        language=language,
        request_id=request_id,
        at=at,
    )
