from policies.underwriting.models.decisions import UnderwritingDecision
from policies.underwriting.models.referrals import Referral

__all__ = ["Referral", "UnderwritingDecision"]
