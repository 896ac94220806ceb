"""What claims do when something happened, here and in finance."""

from datetime import datetime

from claims.events import (
    ClaimDecided,
    ClaimPaid,
    ClaimPaymentFailed,
    ClaimRefused,
    ClaimsToDecide,
    ClaimSubmitted,
)
from claims.services import letters
from claims.services.back_test import CLAIMS
from claims.services.deciding import decide_automatically
from claims.services.settling import HOUSE, release_settlement
from insureweb.finance.events import PayoutReady
from insureweb.finance.models import Payout
from insureweb.kernel.outbox import subscribe
from products.services.runs import WORKER, do_next_part


@subscribe(ClaimSubmitted)
def decide(event: ClaimSubmitted, *, at: datetime) -> None:
    """Decide within seconds; a claim decided already is left alone."""
    decide_automatically(claim_no=event.claim_no, by=HOUSE, at=at)


@subscribe(PayoutReady)
def release(event: PayoutReady, *, at: datetime) -> None:
    """The second person has approved: from now on the customer may know."""
    payout = (
        Payout.objects.filter(no=event.payout_no, subject_kind="claim").values_list("subject_no", flat=True).first()
    )
    if payout is not None:
        release_settlement(settlement_no=payout, by=HOUSE, at=at)


@subscribe(ClaimDecided)
def tell_decision(event: ClaimDecided, *, at: datetime) -> None:
    letters.tell_decision(claim_no=event.claim_no, sequence=event.sequence, by=HOUSE, at=at)


@subscribe(ClaimPaid)
def write_payment_letter(event: ClaimPaid, *, at: datetime) -> None:
    letters.write_payment_letter(claim_no=event.claim_no, settlement_no=event.settlement_no, by=HOUSE, at=at)


@subscribe(ClaimRefused)
def write_refusal_letter(event: ClaimRefused, *, at: datetime) -> None:
    letters.write_refusal_letter(claim_no=event.claim_no, sequence=event.sequence, by=HOUSE, at=at)


@subscribe(ClaimPaymentFailed)
def ask_for_account(event: ClaimPaymentFailed, *, at: datetime) -> None:
    letters.ask_for_account(claim_no=event.claim_no, by=HOUSE, at=at)


@subscribe(ClaimsToDecide)
def decide_again(event: ClaimsToDecide, *, at: datetime) -> None:
    """The next decisions of a back-test."""
    do_next_part(work=CLAIMS, run_id=event.run_id, done=event.done, by=WORKER, at=at)
