from claims.models.back_test import ClaimsBackTest, ClaimsBackTestRow
from claims.models.claim import BenefitKind, Cause, Claim, Payee
from claims.models.deadline import ClaimDeadline, Duty
from claims.models.decision import FORMAL_GROUNDS, ClaimDecision, Maker, Outcome, RefusalGround
from claims.models.evidence import Evidence
from claims.models.record import PartnerRecord
from claims.models.reserve import ReserveCause, ReserveMovement, Settlement, SettlementKind
from claims.models.review import ReviewRequest

__all__ = [
    "FORMAL_GROUNDS",
    "BenefitKind",
    "Cause",
    "Claim",
    "ClaimDeadline",
    "ClaimDecision",
    "ClaimsBackTest",
    "ClaimsBackTestRow",
    "Duty",
    "Evidence",
    "Maker",
    "Outcome",
    "PartnerRecord",
    "Payee",
    "RefusalGround",
    "ReserveCause",
    "ReserveMovement",
    "ReviewRequest",
    "Settlement",
    "SettlementKind",
]
