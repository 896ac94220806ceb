"""The back office as staff see it: the frame, the sidebar, the first page. The base class is re-exported from audit."""

from insureweb.audit.back_office import (
    Due,
    HouseAdmin,
    Kpi,
    WorkItem,
    case_action,
    count_up_to_limit,
    register_due,
    register_kpis,
    register_work,
)

__all__ = [
    "Due",
    "HouseAdmin",
    "Kpi",
    "WorkItem",
    "case_action",
    "count_up_to_limit",
    "register_due",
    "register_kpis",
    "register_work",
]
