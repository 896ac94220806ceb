"""The life of a referred case."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from insureweb.kernel.states import StateMachine


class Outcome(models.TextChoices):
    """What underwriting says."""

    ACCEPT = "accept", _("Accepted for cover")
    LOAD = "load", _("Accepted with a loading")
    EXCLUDE = "exclude", _("Accepted with an exclusion")
    POSTPONE = "postpone", _("Postponed")
    REFER = "refer", _("With an underwriter")
    DECLINE = "decline", _("Declined")


class ReferralState(models.TextChoices):
    OPEN = "open", _("Waiting for an underwriter")
    ASSIGNED = "assigned", _("Being looked at")
    PROPOSED = "awaiting_second", _("Waiting for a second underwriter")
    DECIDED = "decided", _("Decided")
    WITHDRAWN = "withdrawn", _("Withdrawn")

    @property
    def tone(self) -> str | None:
        return {"open": "waiting", "assigned": "moving", "decided": "good"}.get(self.value)


UNDERWRITERS = {"underwriter"}
WITHDRAWERS = {"customer", "system", "staff"}

REFERRAL_MACHINE = StateMachine(
    "referral",
    ReferralState,
    initial={ReferralState.OPEN},
    moves={
        (ReferralState.OPEN, ReferralState.ASSIGNED): UNDERWRITERS,
        (ReferralState.ASSIGNED, ReferralState.OPEN): UNDERWRITERS,
        (ReferralState.ASSIGNED, ReferralState.PROPOSED): UNDERWRITERS,
        (ReferralState.ASSIGNED, ReferralState.DECIDED): UNDERWRITERS,
        (ReferralState.PROPOSED, ReferralState.ASSIGNED): UNDERWRITERS,
        (ReferralState.PROPOSED, ReferralState.DECIDED): UNDERWRITERS,
        (ReferralState.OPEN, ReferralState.WITHDRAWN): WITHDRAWERS,
        (ReferralState.ASSIGNED, ReferralState.WITHDRAWN): WITHDRAWERS,
        (ReferralState.PROPOSED, ReferralState.WITHDRAWN): WITHDRAWERS,
    },
)
