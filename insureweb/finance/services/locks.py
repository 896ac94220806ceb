"""The locks that decide races about one subject. Order of the house: the subject's own rows, then these, then rows."""

from django.db import connection

from insureweb.finance.models import Payment, Payout, Refund
from insureweb.kernel.fixed_query import lock_row


def lock_subject(scope: str, subject_kind: str, subject_no: str) -> None:
    """Hold a subject's payments (or payouts) until the transaction ends, the ones that do not exist yet included."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"finance|{scope}|{subject_kind}|{subject_no}"]
        )


def lock_payment(payment: Payment) -> Payment:
    """The payment as it stands now, held until the transaction ends."""
    return lock_row(payment)


def lock_refund(refund: Refund) -> Refund:
    return lock_row(refund)


def lock_payout(payout: Payout) -> Payout:
    return lock_row(payout)
