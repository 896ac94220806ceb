"""The only writer of the books."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from insureweb.finance.chart import CHART, CREDIT, DEBIT, AccountKind, Side, TransactionKind
from insureweb.finance.models import LedgerAccount, LedgerEntry, LedgerTransaction
from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.context import current, use_case
from insureweb.kernel.money import MINOR_UNITS
from insureweb.kernel.periods import business_date

__all__ = [
    "CREDIT",
    "DEBIT",
    "AccountUnknown",
    "Leg",
    "OutOfBalance",
    "open_books",
    "post",
    "post_transaction",
    "reverse",
    "reverse_transaction",
]


class OutOfBalance(ValueError):
    """The legs do not form a transaction; a mistake in the code that posts, not of a person."""


class AccountUnknown(LookupError):
    """The insurer's books lack the account in this currency; `open_books` was not run."""


@dataclass(frozen=True, slots=True)
class Leg:
    """One side of a movement: the account's code, debit or credit, an amount above zero in major units."""

    account: str
    side: Side
    amount: Decimal


@use_case
def open_books(*, insurer_code: str, currency: str = "CNY", by: Actor, at: datetime) -> list[LedgerAccount]:
    """Create the accounts of the chart that an insurer's books lack in a currency; safe to repeat."""
    if currency not in MINOR_UNITS:
        raise ValueError(f"Unknown currency {currency!r}.")
    LedgerAccount.objects.bulk_create(
        [
            LedgerAccount(insurer_code=insurer_code, currency=currency, code=line.code, kind=AccountKind(line.kind))
            for line in CHART
        ],
        ignore_conflicts=True,
    )
    return list(LedgerAccount.objects.filter(insurer_code=insurer_code, currency=currency).order_by("id"))


def _check_legs(legs: Sequence[Leg], currency: str) -> None:
    if len(legs) < 2:
        raise OutOfBalance("A ledger transaction has at least two legs.")
    unit = MINOR_UNITS[currency]
    for leg in legs:
        if not isinstance(leg.amount, Decimal):
            raise TypeError(f"A leg takes a Decimal, not {type(leg.amount).__name__}.")
        if leg.amount <= 0 or leg.amount != leg.amount.quantize(unit):
            raise OutOfBalance(f"{leg.amount} is no amount to post: above zero, rounded to {unit}.")
    difference = sum((leg.amount if leg.side == DEBIT else -leg.amount for leg in legs), Decimal(0))
    if difference:
        raise OutOfBalance(f"Debits and credits differ by {difference}.")


def _accounts(insurer_code: str, currency: str, codes: set[str]) -> dict[str, int]:
    found = dict(
        LedgerAccount.objects.filter(insurer_code=insurer_code, currency=currency, code__in=codes).values_list(
            "code", "id"
        )
    )
    if missing := codes - found.keys():
        raise AccountUnknown(f"{insurer_code} has no {currency} account {', '.join(sorted(missing))}.")
    return found


def _write(header: LedgerTransaction, legs: Sequence[tuple[int, str, Decimal]], by: Actor) -> LedgerTransaction:
    header.actor_kind, header.actor_id, header.actor_label = by.kind, by.id, by.label
    header.reason = current().reason[:500]
    header.save(force_insert=True)
    LedgerEntry.objects.bulk_create(
        [
            LedgerEntry(transaction=header, account_id=account, side=side, amount=amount)
            for account, side, amount in legs
        ]
    )
    return header


@use_case
def post_transaction(
    *,
    insurer_code: str,
    currency: str,
    kind: str,
    subject_kind: str,
    subject_no: str,
    legs: Sequence[Leg],
    occurred_on: date,
    by: Actor,
    at: datetime,
) -> LedgerTransaction:
    """Write one balanced transaction into an insurer's books.

    Raises:
        OutOfBalance: fewer than two legs, an amount that is not positive or not rounded, debits ≠ credits.
        AccountUnknown: the books lack an account.
    """
    _check_legs(legs, currency)
    accounts = _accounts(insurer_code, currency, {leg.account for leg in legs})
    header = LedgerTransaction(
        insurer_code=insurer_code,
        currency=currency,
        kind=TransactionKind(kind),
        subject_kind=subject_kind,
        subject_no=subject_no,
        occurred_on=occurred_on,
        recorded_at=at,
    )
    return _write(header, [(accounts[leg.account], leg.side, leg.amount) for leg in legs], by)


@use_case
def reverse_transaction(*, original: LedgerTransaction, reason: str, by: Actor, at: datetime) -> LedgerTransaction:
    """Undo a transaction by its mirror image; the original stays as it was written.

    Raises:
        Refused: it was reversed before, or is itself a reversal.
    """
    if original.kind == TransactionKind.REVERSAL:
        raise Refused("is_a_reversal", _("A reversal is not reversed; post the movement again."))
    if LedgerTransaction.objects.filter(reverses=original).exists():
        raise Refused("already_reversed", _("This transaction was reversed before."))
    header = LedgerTransaction(
        insurer_code=original.insurer_code,
        currency=original.currency,
        kind=TransactionKind.REVERSAL,
        subject_kind=original.subject_kind,
        subject_no=original.subject_no,
        occurred_on=business_date(at),
        recorded_at=at,
        reverses=original,
    )
    entries = LedgerEntry.objects.filter(transaction=original).order_by("id")
    mirrored = [(e.account_id, CREDIT if e.side == DEBIT else DEBIT, e.amount) for e in entries]
    return _write(header, mirrored, by)


# The words the rest of the house uses.
post = post_transaction
reverse = reverse_transaction
