from insureweb.audit.models.access import AccessLog
from insureweb.audit.models.bases import AppendOnly, Tracked
from insureweb.audit.models.change import Change

__all__ = ["AccessLog", "AppendOnly", "Change", "Tracked"]
