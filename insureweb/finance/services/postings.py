"""The movements of money the house knows, each as one function; docs/algorithms/ledger.md has them as worked tables."""

from datetime import datetime

from insureweb.finance.chart import (
    CASH_AT_GATEWAY,
    CLAIMS_EXPENSE,
    CLAIMS_PAYABLE,
    CREDIT,
    DEBIT,
    OUTSTANDING_CLAIMS,
    OUTSTANDING_CLAIMS_MOVEMENT,
    PREMIUM_INCOME,
    PREMIUM_RECEIVED_IN_ADVANCE,
    REFUNDS_PAYABLE,
    SUSPENSE,
    TAXES_COLLECTED,
    TransactionKind,
)
from insureweb.finance.models import LedgerTransaction
from insureweb.finance.services.ledger import Leg, post_transaction
from insureweb.kernel.actors import Actor
from insureweb.kernel.context import use_case
from insureweb.kernel.money import Money
from insureweb.kernel.periods import business_date


def _move(
    kind: TransactionKind,
    *,
    debit: str,
    credit: str,
    insurer_code: str,
    amount: Money,
    subject_kind: str,
    subject_no: str,
    by: Actor,
    at: datetime,
) -> LedgerTransaction:
    return post_transaction(
        insurer_code=insurer_code,
        currency=amount.currency,
        kind=kind,
        subject_kind=subject_kind,
        subject_no=subject_no,
        legs=[Leg(debit, DEBIT, amount.amount), Leg(credit, CREDIT, amount.amount)],
        occurred_on=business_date(at),
        by=by,
        at=at,
    )


@use_case
def post_premium_received(
    *, insurer_code: str, amount: Money, subject_kind: str, subject_no: str, by: Actor, at: datetime
) -> LedgerTransaction:
    """The payer's money is at the gateway; the cover it buys has not been issued yet. Finance posts this itself."""
    return _move(
        TransactionKind.PREMIUM_RECEIVED, debit=CASH_AT_GATEWAY, credit=PREMIUM_RECEIVED_IN_ADVANCE,
        insurer_code=insurer_code, amount=amount, subject_kind=subject_kind, subject_no=subject_no, by=by, at=at,
    )  # fmt: skip


@use_case
def post_premium_recognised(
    *, insurer_code: str, amount: Money, policy_no: str, by: Actor, at: datetime
) -> LedgerTransaction:
    """The policy is issued: what was received in advance is written premium. Call it when a policy is issued."""
    return _move(
        TransactionKind.PREMIUM_RECOGNISED, debit=PREMIUM_RECEIVED_IN_ADVANCE, credit=PREMIUM_INCOME,
        insurer_code=insurer_code, amount=amount, subject_kind="policy", subject_no=policy_no, by=by, at=at,
    )  # fmt: skip


@use_case
def post_tax_collected(
    *, insurer_code: str, amount: Money, policy_no: str, by: Actor, at: datetime
) -> LedgerTransaction:
    """A tax came with the premium of a policy now issued: it is owed to the state and no income of ours."""
    return _move(
        TransactionKind.TAX_COLLECTED, debit=PREMIUM_RECEIVED_IN_ADVANCE, credit=TAXES_COLLECTED,
        insurer_code=insurer_code, amount=amount, subject_kind="policy", subject_no=policy_no, by=by, at=at,
    )  # fmt: skip


@use_case
def post_premium_returned(
    *, insurer_code: str, amount: Money, policy_no: str, by: Actor, at: datetime
) -> LedgerTransaction:
    """Written premium is given up again (cooling-off, cancellation). Call it before asking for the refund."""
    return _move(
        TransactionKind.PREMIUM_RETURNED, debit=PREMIUM_INCOME, credit=PREMIUM_RECEIVED_IN_ADVANCE,
        insurer_code=insurer_code, amount=amount, subject_kind="policy", subject_no=policy_no, by=by, at=at,
    )  # fmt: skip


@use_case
def post_money_in_suspense(
    *, insurer_code: str, amount: Money, payment_no: str, by: Actor, at: datetime
) -> LedgerTransaction:
    """Money came that nothing can be done with yet. Finance posts this itself."""
    return _move(
        TransactionKind.MONEY_IN_SUSPENSE, debit=CASH_AT_GATEWAY, credit=SUSPENSE,
        insurer_code=insurer_code, amount=amount, subject_kind="payment", subject_no=payment_no, by=by, at=at,
    )  # fmt: skip


@use_case
def post_refund_requested(
    *, insurer_code: str, amount: Money, refund_no: str, from_suspense: bool, by: Actor, at: datetime
) -> LedgerTransaction:
    """We owe the payer this amount from now on. Reversed when the gateway refuses. Finance posts this itself."""
    return _move(
        TransactionKind.REFUND_REQUESTED, debit=SUSPENSE if from_suspense else PREMIUM_RECEIVED_IN_ADVANCE,
        credit=REFUNDS_PAYABLE, insurer_code=insurer_code, amount=amount, subject_kind="refund",
        subject_no=refund_no, by=by, at=at,
    )  # fmt: skip


@use_case
def post_refund_paid(*, insurer_code: str, amount: Money, refund_no: str, by: Actor, at: datetime) -> LedgerTransaction:
    """The gateway has given the money back. Finance posts this itself."""
    return _move(
        TransactionKind.REFUND_PAID, debit=REFUNDS_PAYABLE, credit=CASH_AT_GATEWAY,
        insurer_code=insurer_code, amount=amount, subject_kind="refund", subject_no=refund_no, by=by, at=at,
    )  # fmt: skip


@use_case
def post_reserve_changed(
    *, insurer_code: str, before: Money, after: Money, claim_no: str, by: Actor, at: datetime
) -> LedgerTransaction | None:
    """A claim's reserve moves from one amount to another: set (from zero), moved, released (to zero).

    Only the difference is posted; nothing when there is none. The reserve is released in the transaction that
    posts what is payable, so that a claim is never counted twice.
    """
    change = after - before
    if not change:
        return None
    up = change > Money.zero(change.currency)
    return _move(
        TransactionKind.RESERVE_CHANGED,
        debit=OUTSTANDING_CLAIMS_MOVEMENT if up else OUTSTANDING_CLAIMS,
        credit=OUTSTANDING_CLAIMS if up else OUTSTANDING_CLAIMS_MOVEMENT,
        insurer_code=insurer_code, amount=change if up else -change, subject_kind="claim", subject_no=claim_no,
        by=by, at=at,
    )  # fmt: skip


@use_case
def post_claim_payable(
    *, insurer_code: str, amount: Money, claim_no: str, by: Actor, at: datetime
) -> LedgerTransaction:
    """The decision to pay: the amount is owed to the claimant. Call it before asking for the payout."""
    return _move(
        TransactionKind.CLAIM_PAYABLE, debit=CLAIMS_EXPENSE, credit=CLAIMS_PAYABLE,
        insurer_code=insurer_code, amount=amount, subject_kind="claim", subject_no=claim_no, by=by, at=at,
    )  # fmt: skip


@use_case
def post_payout_paid(*, insurer_code: str, amount: Money, payout_no: str, by: Actor, at: datetime) -> LedgerTransaction:
    """The gateway has transferred the money to the claimant. Finance posts this itself."""
    return _move(
        TransactionKind.PAYOUT_PAID, debit=CLAIMS_PAYABLE, credit=CASH_AT_GATEWAY,
        insurer_code=insurer_code, amount=amount, subject_kind="payout", subject_no=payout_no, by=by, at=at,
    )  # fmt: skip


premium_received = post_premium_received
premium_recognised = post_premium_recognised
premium_returned = post_premium_returned
claim_reserve_changed = post_reserve_changed
claim_payable = post_claim_payable
