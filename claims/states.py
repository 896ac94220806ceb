"""The lives of a claim, a settlement and a review."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from insureweb.kernel.states import StateMachine

ADJUSTER, APPROVER = "claims_adjuster", "claims_approver"
DESK = {ADJUSTER, APPROVER}


class ClaimState(models.TextChoices):
    DRAFT = "draft", _("Not sent yet")
    SUBMITTED = "submitted", _("Being decided")
    EVIDENCE_WANTED = "evidence_wanted", _("Documents missing")
    REFERRED = "referred", _("With an adjuster")
    APPROVED = "approved", _("Approved")
    PAYING = "paying", _("Being paid")
    PAID = "paid", _("Paid")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    CLOSED = "closed", _("Closed")

    @property
    def tone(self) -> str:
        """What the state means to the reader: who must act, or how it ended."""
        return TONES[self]


TONES = {
    ClaimState.DRAFT: "waiting",
    ClaimState.SUBMITTED: "moving",
    ClaimState.EVIDENCE_WANTED: "waiting",
    ClaimState.REFERRED: "moving",
    ClaimState.APPROVED: "moving",
    ClaimState.PAYING: "moving",
    ClaimState.PAID: "good",
    ClaimState.REFUSED: "bad",
    ClaimState.WITHDRAWN: "neutral",
    ClaimState.CLOSED: "neutral",
}
# With us: the statutory clock runs or waits for documents.
OPEN = (ClaimState.SUBMITTED, ClaimState.EVIDENCE_WANTED, ClaimState.REFERRED)
# Money is promised and not yet there.
OWED = (ClaimState.APPROVED, ClaimState.PAYING)
# Takes part of the cover: a second claim for the same stay meets these.
LIVE = (*OPEN, *OWED, ClaimState.PAID)

CLAIM = StateMachine(
    "claim",
    ClaimState,
    initial={ClaimState.DRAFT},
    moves={
        (ClaimState.DRAFT, ClaimState.SUBMITTED): {"customer", "customer_service", "system"},
        (ClaimState.DRAFT, ClaimState.WITHDRAWN): {"customer", "system"},
        (ClaimState.SUBMITTED, ClaimState.REFERRED): {"system"},
        (ClaimState.SUBMITTED, ClaimState.APPROVED): {"system"},
        (ClaimState.SUBMITTED, ClaimState.REFUSED): {"system"},
        (ClaimState.SUBMITTED, ClaimState.WITHDRAWN): {"customer"},
        (ClaimState.EVIDENCE_WANTED, ClaimState.REFERRED): {"customer", *DESK},
        (ClaimState.EVIDENCE_WANTED, ClaimState.WITHDRAWN): {"customer"},
        (ClaimState.REFERRED, ClaimState.EVIDENCE_WANTED): DESK,
        (ClaimState.REFERRED, ClaimState.APPROVED): DESK,
        (ClaimState.REFERRED, ClaimState.REFUSED): DESK,
        (ClaimState.REFERRED, ClaimState.PAID): DESK,
        (ClaimState.REFERRED, ClaimState.WITHDRAWN): {"customer"},
        (ClaimState.APPROVED, ClaimState.PAYING): {"system"},
        (ClaimState.APPROVED, ClaimState.REFERRED): {APPROVER, "finance"},
        (ClaimState.PAYING, ClaimState.PAID): {"gateway", "system"},
        (ClaimState.PAYING, ClaimState.APPROVED): {"gateway", "system"},
        (ClaimState.PAID, ClaimState.REFERRED): {"customer", "customer_service"},
        (ClaimState.PAID, ClaimState.CLOSED): {"system"},
        (ClaimState.REFUSED, ClaimState.REFERRED): {"customer", "customer_service"},
        (ClaimState.REFUSED, ClaimState.CLOSED): {"system"},
        (ClaimState.CLOSED, ClaimState.REFERRED): {"customer", "customer_service"},
    },
)


class SettlementState(models.TextChoices):
    REQUESTED = "requested", _("Asked of the bank")
    PAID = "paid", _("Paid")
    FAILED = "failed", _("Not paid")


SETTLEMENT = StateMachine(
    "settlement",
    SettlementState,
    initial={SettlementState.REQUESTED},
    moves={
        (SettlementState.REQUESTED, SettlementState.PAID): {"gateway", "system"},
        (SettlementState.REQUESTED, SettlementState.FAILED): {"gateway", "system", "finance", APPROVER},
    },
)


class ReviewState(models.TextChoices):
    OPEN = "open", _("Being looked at again")
    UPHELD = "upheld", _("The decision stands")
    CHANGED = "changed", _("The decision was changed")


REVIEW = StateMachine(
    "claim_review",
    ReviewState,
    initial={ReviewState.OPEN},
    moves={
        (ReviewState.OPEN, ReviewState.UPHELD): DESK,
        (ReviewState.OPEN, ReviewState.CHANGED): DESK,
    },
)
