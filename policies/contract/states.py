"""The life of a policy and of a change to one."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from insureweb.kernel.states import StateMachine


class PolicyState(models.TextChoices):
    IN_FORCE = "in_force", _("In force")
    LAPSED = "lapsed", _("Lapsed")
    SURRENDERED = "surrendered", _("Surrendered")
    CANCELLED = "cancelled", _("Cancelled")
    EXPIRED = "expired", _("Ended")


POLICY_MACHINE = StateMachine(
    "policy",
    PolicyState,
    initial={PolicyState.IN_FORCE},
    moves={
        (PolicyState.IN_FORCE, PolicyState.LAPSED): {"system"},
        (PolicyState.LAPSED, PolicyState.IN_FORCE): {"customer", "customer_service", "system"},
        (PolicyState.LAPSED, PolicyState.EXPIRED): {"system"},
        (PolicyState.IN_FORCE, PolicyState.SURRENDERED): {"customer", "customer_service"},
        (PolicyState.IN_FORCE, PolicyState.CANCELLED): {"customer", "customer_service"},
        (PolicyState.IN_FORCE, PolicyState.EXPIRED): {"system"},
    },
)


class ChangeState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PRICED = "priced", _("Priced")
    ACCEPTED = "accepted", _("Agreed")
    APPLIED = "applied", _("Done")
    WITHDRAWN = "withdrawn", _("Withdrawn")


ASKERS = {"customer", "customer_service"}
CHANGE_MACHINE = StateMachine(
    "policy_change",
    ChangeState,
    initial={ChangeState.DRAFT, ChangeState.PRICED},
    moves={
        (ChangeState.DRAFT, ChangeState.PRICED): ASKERS | {"system"},
        (ChangeState.DRAFT, ChangeState.WITHDRAWN): ASKERS,
        (ChangeState.PRICED, ChangeState.ACCEPTED): ASKERS,
        (ChangeState.PRICED, ChangeState.APPLIED): ASKERS,
        (ChangeState.PRICED, ChangeState.WITHDRAWN): ASKERS,
        (ChangeState.ACCEPTED, ChangeState.APPLIED): ASKERS | {"system"},
    },
)


class ChangeKind(models.TextChoices):
    COOLING_OFF = "cooling_off", _("Cancel in the cooling-off period")
