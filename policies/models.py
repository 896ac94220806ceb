"""Every table of the promise, gathered from its wings."""

from policies.contract.declarations.models import OverdueReport, QuarterNotice, TurnoverDeclaration
from policies.contract.models import Beneficiary, Policy, PolicyChange, PolicyMember, PolicyVersion
from policies.offers.models import Quote, QuoteClaim
from policies.offers.needs.models import NeedsCheck, NeedsResult
from policies.offers.rosters.models import (
    Roster,
    RosterMember,
    RosterOffer,
    RosterPremium,
    RosterUpload,
    RosterWrongRow,
)
from policies.renewal.models import RenewalNotice
from policies.sale.models import Application, Order, OrderItem, SaleTraceEntry
from policies.trials.models import UnderwritingBackTest, UnderwritingBackTestRow, WhatIfRow, WhatIfRun
from policies.underwriting.models import Referral, UnderwritingDecision

__all__ = [
    "Application",
    "Beneficiary",
    "NeedsCheck",
    "NeedsResult",
    "Order",
    "OrderItem",
    "OverdueReport",
    "Policy",
    "PolicyChange",
    "PolicyMember",
    "PolicyVersion",
    "QuarterNotice",
    "Quote",
    "QuoteClaim",
    "Referral",
    "RenewalNotice",
    "Roster",
    "RosterMember",
    "RosterOffer",
    "RosterPremium",
    "RosterUpload",
    "RosterWrongRow",
    "SaleTraceEntry",
    "TurnoverDeclaration",
    "UnderwritingBackTest",
    "UnderwritingBackTestRow",
    "UnderwritingDecision",
    "WhatIfRow",
    "WhatIfRun",
]
