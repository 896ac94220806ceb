"""States of a product version and who may move it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from insureweb.kernel.states import StateMachine


class VersionState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    PUBLISHED = "published", _("Published")
    SUSPENDED = "suspended", _("Suspended")
    WITHDRAWN = "withdrawn", _("Withdrawn from sale")


PRODUCT_VERSION = StateMachine(
    "product_version",
    VersionState,
    initial={VersionState.DRAFT},
    moves={
        (VersionState.DRAFT, VersionState.IN_REVIEW): {"system", "product_manager"},
        (VersionState.DRAFT, VersionState.WITHDRAWN): {"system", "product_manager"},
        (VersionState.IN_REVIEW, VersionState.DRAFT): {"system", "product_manager"},
        (VersionState.IN_REVIEW, VersionState.PUBLISHED): {"system", "product_manager"},
        (VersionState.IN_REVIEW, VersionState.WITHDRAWN): {"system", "product_manager"},
        (VersionState.PUBLISHED, VersionState.SUSPENDED): {"system", "product_manager", "risk_manager"},
        (VersionState.PUBLISHED, VersionState.WITHDRAWN): {"system", "product_manager"},
        (VersionState.SUSPENDED, VersionState.PUBLISHED): {"system", "product_manager"},
        (VersionState.SUSPENDED, VersionState.WITHDRAWN): {"system", "product_manager"},
    },
)


class RunState(models.TextChoices):
    """A try-out of a version over past business: the worker does it part by part; people may stop it."""

    RUNNING = "running", _("Running")
    FINISHED = "finished", _("Finished")
    STOPPED = "stopped", _("Stopped")

    @property
    def tone(self) -> str:
        return {"running": "moving", "finished": "good", "stopped": "neutral"}[self.value]


VERSION_RUN = StateMachine(
    "version_run",
    RunState,
    initial={RunState.RUNNING},
    moves={
        (RunState.RUNNING, RunState.FINISHED): {"system"},
        (RunState.RUNNING, RunState.STOPPED): {"system", "product_manager", "actuary", "risk_manager"},
    },
)
