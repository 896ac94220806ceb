"""The back office's base: lists, forms, case pages, history, reveals. It stands this low so that every app has it."""

from insureweb.audit.back_office.admin import HouseAdmin, case_action
from insureweb.audit.back_office.ports import actor_at, register_actor_source
from insureweb.audit.back_office.stories import story_of
from insureweb.audit.back_office.work import (
    Due,
    Kpi,
    WorkItem,
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
    "actor_at",
    "case_action",
    "count_up_to_limit",
    "register_actor_source",
    "register_due",
    "register_kpis",
    "register_work",
    "story_of",
]
