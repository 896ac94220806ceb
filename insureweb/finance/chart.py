"""The chart of accounts every insurer's books are opened with.

Data, not code: a new account is a new line here and appears in the books when `open_books` runs again.
"""

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class AccountKind(models.TextChoices):
    ASSET = "asset", _("Asset")
    LIABILITY = "liability", _("Liability")
    INCOME = "income", _("Income")
    EXPENSE = "expense", _("Expense")


class Side(models.TextChoices):
    DEBIT = "debit", _("Debit")
    CREDIT = "credit", _("Credit")


DEBIT, CREDIT = Side.DEBIT, Side.CREDIT
# The side on which an account of each kind grows.
NORMAL_SIDE = {
    AccountKind.ASSET: DEBIT,
    AccountKind.EXPENSE: DEBIT,
    AccountKind.LIABILITY: CREDIT,
    AccountKind.INCOME: CREDIT,
}

CASH_AT_GATEWAY = "cash_at_gateway"
PREMIUM_RECEIVABLE = "premium_receivable"
PREMIUM_RECEIVED_IN_ADVANCE = "premium_received_in_advance"
REFUNDS_PAYABLE = "refunds_payable"
OUTSTANDING_CLAIMS = "outstanding_claims"
CLAIMS_PAYABLE = "claims_payable"
SUSPENSE = "suspense"
TAXES_COLLECTED = "taxes_collected"
PREMIUM_INCOME = "premium_income"
CLAIMS_EXPENSE = "claims_expense"
OUTSTANDING_CLAIMS_MOVEMENT = "outstanding_claims_movement"


@dataclass(frozen=True, slots=True)
class ChartLine:
    """One account: its stable code, its kind, its name, and whether a sum on the wrong side is a fault."""

    code: str
    kind: AccountKind
    name: str | Promise
    keeps_its_side: bool = True


CHART = (
    ChartLine(CASH_AT_GATEWAY, AccountKind.ASSET, _("Cash at payment gateways"), keeps_its_side=False),
    ChartLine(PREMIUM_RECEIVABLE, AccountKind.ASSET, _("Premiums receivable")),
    ChartLine(PREMIUM_RECEIVED_IN_ADVANCE, AccountKind.LIABILITY, _("Premiums received in advance")),
    ChartLine(REFUNDS_PAYABLE, AccountKind.LIABILITY, _("Refunds payable")),
    ChartLine(OUTSTANDING_CLAIMS, AccountKind.LIABILITY, _("Outstanding claims reserve")),
    ChartLine(CLAIMS_PAYABLE, AccountKind.LIABILITY, _("Claims payable")),
    ChartLine(SUSPENSE, AccountKind.LIABILITY, _("Suspense")),
    ChartLine(TAXES_COLLECTED, AccountKind.LIABILITY, _("Taxes collected for the state")),
    ChartLine(PREMIUM_INCOME, AccountKind.INCOME, _("Premium income"), keeps_its_side=False),
    ChartLine(CLAIMS_EXPENSE, AccountKind.EXPENSE, _("Claims paid"), keeps_its_side=False),
    ChartLine(
        OUTSTANDING_CLAIMS_MOVEMENT,
        AccountKind.EXPENSE,
        _("Movement in outstanding claims reserve"),
        keeps_its_side=False,
    ),
)
LINE_OF = {line.code: line for line in CHART}


class TransactionKind(models.TextChoices):
    """Why money moved; each kind has a worked table in docs/algorithms/ledger.md."""

    PREMIUM_RECEIVED = "premium_received", _("Premium received")
    PREMIUM_RECOGNISED = "premium_recognised", _("Premium recognised")
    TAX_COLLECTED = "tax_collected", _("Tax collected")
    PREMIUM_RETURNED = "premium_returned", _("Premium returned")
    MONEY_IN_SUSPENSE = "money_in_suspense", _("Money put in suspense")
    REFUND_REQUESTED = "refund_requested", _("Refund requested")
    REFUND_PAID = "refund_paid", _("Refund paid")
    RESERVE_CHANGED = "reserve_changed", _("Claim reserve changed")
    CLAIM_PAYABLE = "claim_payable", _("Claim payable")
    PAYOUT_PAID = "payout_paid", _("Claim paid out")
    REVERSAL = "reversal", _("Reversal")
