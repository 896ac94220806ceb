"""What happens to quotes, applications, orders and policies, for those who listen."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from insureweb.kernel.outbox import Event


@dataclass(frozen=True)
class ApplicationSubmitted(Event):
    """The applicant has declared everything; underwriting answered in the same transaction."""

    application_no: str
    product_code: str
    outcome: str


@dataclass(frozen=True)
class ApplicationDecided(Event):
    """An underwriter decided a referred application."""

    application_no: str
    product_code: str
    outcome: str


@dataclass(frozen=True)
class PolicyIssued(Event):
    """Money arrived and the contract exists."""

    policy_no: str
    application_no: str
    order_no: str
    quote_no: str
    insurer_code: str
    product_code: str
    premium: Decimal
    currency: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class ReceiptAcknowledged(Event):
    """The policyholder confirmed that the policy arrived; the cooling-off period runs."""

    policy_no: str
    cooling_off_until: datetime


@dataclass(frozen=True)
class PolicyCancelled(Event):
    """The policy was cancelled in its cooling-off period and the premium goes back."""

    policy_no: str
    order_no: str
    amount: Decimal
    currency: str
    change_no: str


@dataclass(frozen=True)
class MemberListWanted(Event):
    """The next signed list of a group's insured is to be made, of the people whose number is above `after`."""

    policy_no: str
    after: int
