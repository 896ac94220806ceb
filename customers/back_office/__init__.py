"""The back office as staff see it; the base class is re-exported for the apps above."""

from insureweb.audit.back_office import HouseAdmin, case_action

__all__ = ["HouseAdmin", "case_action"]
