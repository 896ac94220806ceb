"""The back office's base: lists, forms, case pages, history, reveals. It stands this low so that every app has it."""

from insureweb.audit.back_office.admin import HouseAdmin, case_action
from insureweb.audit.back_office.ports import actor_at, register_actor_source
from insureweb.audit.back_office.stories import story_of

__all__ = ["HouseAdmin", "actor_at", "case_action", "register_actor_source", "story_of"]
