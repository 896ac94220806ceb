from policies.underwriting.services.decisions import decide_by_table
from policies.underwriting.services.referrals import (
    approve_proposal,
    decide_referral,
    open_referral,
    release_referral,
    return_proposal,
    take_referral,
    withdraw_referral,
)

__all__ = [
    "approve_proposal",
    "decide_by_table",
    "decide_referral",
    "open_referral",
    "release_referral",
    "return_proposal",
    "take_referral",
    "withdraw_referral",
]
