from insureweb.finance.gateways.sandbox.models import SandboxRefund, SandboxSwitch, SandboxTrade, SandboxTransfer
from insureweb.finance.models.ledger import LedgerAccount, LedgerEntry, LedgerTransaction
from insureweb.finance.models.payments import GatewayNotification, Payment, PaymentShare
from insureweb.finance.models.payouts import Payout
from insureweb.finance.models.refunds import Refund, RefundShare

__all__ = [
    "GatewayNotification",
    "LedgerAccount",
    "LedgerEntry",
    "LedgerTransaction",
    "Payment",
    "PaymentShare",
    "Payout",
    "Refund",
    "RefundShare",
    "SandboxRefund",
    "SandboxSwitch",
    "SandboxTrade",
    "SandboxTransfer",
]
