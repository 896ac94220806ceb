"""Reading money, for pages, commands and other apps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Case, DecimalField, F, Q, QuerySet, Sum, When
from django.db.models.functions import Coalesce

from insureweb.finance.chart import LINE_OF, NORMAL_SIDE, AccountKind, Side
from insureweb.finance.models import LedgerAccount, LedgerTransaction, Payment, Payout, Refund
from insureweb.finance.states import OPEN_PAYMENT, PAYOUT_AT_GATEWAY, REFUND_AT_GATEWAY, RefundState
from insureweb.kernel.money import Money

_ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Balance:
    """An account and its sum on the side on which it grows; negative when it stands on the other."""

    insurer_code: str
    currency: str
    code: str
    kind: AccountKind
    amount: Decimal

    @property
    def name(self) -> str:
        return str(LINE_OF[self.code].name) if self.code in LINE_OF else self.code


def _signed_sum(condition: Q | None) -> Coalesce:
    amounts = Case(
        When(entries__side=Side.DEBIT, then=F("entries__amount")),
        When(entries__side=Side.CREDIT, then=-F("entries__amount")),
        output_field=DecimalField(max_digits=18, decimal_places=2),
    )
    return Coalesce(Sum(amounts, filter=condition), _ZERO, output_field=DecimalField(max_digits=18, decimal_places=2))


def balances(
    *, insurer_code: str = "", currency: str = "CNY", subject: tuple[str, str] | None = None, until: date | None = None
) -> list[Balance]:
    """Each account's sum: of one insurer or all, about one subject (kind, number) or all, up to and with a day."""
    accounts = LedgerAccount.objects.filter(currency=currency)
    if insurer_code:
        accounts = accounts.filter(insurer_code=insurer_code)
    condition = Q()
    if subject:
        condition &= Q(entries__transaction__subject_kind=subject[0], entries__transaction__subject_no=subject[1])
    if until:
        condition &= Q(entries__transaction__occurred_on__lte=until)
    found = accounts.annotate(sum=_signed_sum(condition or None)).order_by("insurer_code", "id")
    return [
        Balance(
            account.insurer_code,
            account.currency,
            account.code,
            AccountKind(account.kind),
            account.sum if NORMAL_SIDE[AccountKind(account.kind)] == Side.DEBIT else -account.sum,
        )
        for account in found
    ]


def balance_of(insurer_code: str, code: str, *, currency: str = "CNY", subject: tuple[str, str] | None = None) -> Money:
    """One account's sum on the side on which it grows.

    Raises:
        LookupError: the books have no such account.
    """
    for balance in balances(insurer_code=insurer_code, currency=currency, subject=subject):
        if balance.code == code:
            return Money(balance.amount, currency)
    raise LookupError(f"{insurer_code} has no {currency} account {code}.")


def transactions_of(subject_kind: str, subject_no: str) -> QuerySet[LedgerTransaction]:
    """The ledger's story of one subject, oldest first."""
    return (
        LedgerTransaction.objects.filter(subject_kind=subject_kind, subject_no=subject_no)
        .prefetch_related("entries__account")
        .order_by("id")
    )


def payment_by_token(token: UUID) -> Payment | None:
    return Payment.objects.filter(uuid=token).first()


def payments_of(subject_kind: str, subject_no: str) -> QuerySet[Payment]:
    """Every attempt to pay a subject, newest first."""
    return Payment.objects.filter(subject_kind=subject_kind, subject_no=subject_no).order_by("-id")


def payout_of(subject_kind: str, subject_no: str) -> Payout | None:
    """The newest payout of a subject."""
    return Payout.objects.filter(subject_kind=subject_kind, subject_no=subject_no).order_by("-id").first()


def refunds_of(payment: Payment) -> QuerySet[Refund]:
    return Refund.objects.filter(payment=payment).order_by("-id")


def payments_to_ask_about(*, older_than: datetime, now: datetime, limit: int = 200) -> Sequence[Payment]:
    """Open payments nobody has asked the gateway about since `older_than`, and those whose time is over."""
    return list(
        Payment.objects.filter(state__in=OPEN_PAYMENT)
        .filter(Q(created_at__lte=older_than) | Q(expires_at__lte=now))
        .filter(Q(checked_at__isnull=True) | Q(checked_at__lte=older_than))
        .order_by("id")[:limit]
    )


def refunds_to_ask_about(*, older_than: datetime, limit: int = 200) -> Sequence[Refund]:
    return list(
        Refund.objects.select_related("payment")
        .filter(state__in=REFUND_AT_GATEWAY, sent_at__lte=older_than)
        .filter(Q(checked_at__isnull=True) | Q(checked_at__lte=older_than))
        .order_by("id")[:limit]
    )


def payouts_to_ask_about(*, older_than: datetime, limit: int = 200) -> Sequence[Payout]:
    return list(
        Payout.objects.filter(state__in=PAYOUT_AT_GATEWAY, sent_at__lte=older_than)
        .filter(Q(checked_at__isnull=True) | Q(checked_at__lte=older_than))
        .order_by("id")[:limit]
    )


def money_returned(payment_no: str) -> Money:
    """What the gateway has confirmed to have given back of a payment.

    Raises:
        Payment.DoesNotExist
    """
    payment = Payment.objects.only("currency").get(no=payment_no)
    returned = Refund.objects.filter(payment=payment, state=RefundState.SUCCEEDED).aggregate(sum=Sum("amount"))
    return Money(returned["sum"] or _ZERO, payment.currency)
