"""The life of a roster: read, checked, priced, quoted. docs/reference/states.md is generated from this table."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from insureweb.kernel.states import StateMachine

CUSTOMER, SYSTEM = "customer", "system"


class RosterState(models.TextChoices):
    """Reading and pricing are the worker's; the steps between belong to the customer."""

    READING = "reading", _("Being read")
    CHECKED = "checked", _("Checked")
    PRICING = "pricing", _("Being priced")
    PRICED = "priced", _("Priced")
    QUOTED = "quoted", _("Quoted")

    @property
    def tone(self) -> str:
        tones = {"reading": "moving", "pricing": "moving", "checked": "waiting", "priced": "waiting", "quoted": "good"}
        return tones[self.value]


S = RosterState
ROSTER_MACHINE = StateMachine(
    "roster",
    RosterState,
    initial={S.READING},
    moves={
        (S.READING, S.CHECKED): {SYSTEM},
        (S.CHECKED, S.READING): {CUSTOMER},
        (S.CHECKED, S.PRICING): {CUSTOMER},
        (S.PRICING, S.PRICED): {SYSTEM},
        (S.PRICED, S.READING): {CUSTOMER},
        (S.PRICED, S.PRICING): {CUSTOMER},
        (S.PRICED, S.QUOTED): {CUSTOMER},
    },
)
AT_WORK = (RosterState.READING, RosterState.PRICING)
