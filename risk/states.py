"""The lives of an alert and of an entry in the risk register."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from insureweb.kernel.states import StateMachine

RISK_MANAGER = "risk_manager"


class AlertState(models.TextChoices):
    OPEN = "open", _("Waiting for a person")
    ASSIGNED = "assigned", _("A person is on it")
    CLOSED = "closed", _("Closed")

    @property
    def tone(self) -> str:
        """Who must act: nobody has it, somebody has it, it is over."""
        return {"open": "waiting", "assigned": "moving"}.get(self.value, "neutral")


LIVE_ALERTS = (AlertState.OPEN, AlertState.ASSIGNED)

ALERT = StateMachine(
    "alert",
    AlertState,
    initial={AlertState.OPEN},
    moves={
        (AlertState.OPEN, AlertState.ASSIGNED): {RISK_MANAGER},
        (AlertState.ASSIGNED, AlertState.OPEN): {RISK_MANAGER},
        (AlertState.ASSIGNED, AlertState.CLOSED): {RISK_MANAGER},
    },
)


class RiskState(models.TextChoices):
    OPEN = "open", _("Watched")
    CLOSED = "closed", _("No longer a risk")

    @property
    def tone(self) -> str:
        return "moving" if self == RiskState.OPEN else "neutral"


RISK = StateMachine(
    "risk_entry",
    RiskState,
    initial={RiskState.OPEN},
    moves={
        (RiskState.OPEN, RiskState.CLOSED): {RISK_MANAGER},
        (RiskState.CLOSED, RiskState.OPEN): {RISK_MANAGER},
    },
)
