"""What happened to claims, for listeners here and above."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from insureweb.kernel.outbox import Event


@dataclass(frozen=True)
class ClaimSubmitted(Event):
    """A customer has sent a claim, or the documents it was waiting for."""

    claim_no: str
    policy_no: str
    coverage: str
    event_date: date


@dataclass(frozen=True)
class ClaimDecided(Event):
    """A decision was written; `outcome` is pay, advance, documents, refer, refuse or uphold."""

    claim_no: str
    policy_no: str
    sequence: int
    outcome: str
    automatic: bool
    amount: Decimal


@dataclass(frozen=True)
class ClaimPaid(Event):
    """The bank confirmed a payment of the claim."""

    claim_no: str
    policy_no: str
    settlement_no: str
    amount: Decimal
    coverage: str


@dataclass(frozen=True)
class ClaimPaymentFailed(Event):
    """A payment came back; the customer must say where to pay, or a person must look."""

    claim_no: str
    settlement_no: str


@dataclass(frozen=True)
class ClaimRefused(Event):
    """The claim was refused; a letter follows within three days."""

    claim_no: str
    policy_no: str
    sequence: int
    ground: str
    automatic: bool


@dataclass(frozen=True)
class ClaimsToDecide(Event):
    """The next decisions of a back-test are to be made again; `done` says how many are through."""

    run_id: int
    done: int
