"""Do the books hold together, and do they agree with the payments, refunds and payouts they tell of?

The constraints keep this true row by row; this reads everything again, as an auditor would, say after a restore.
Each check is one statement that finds only what is wrong, so it stays quick over many rows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from insureweb.finance.chart import CHART, NORMAL_SIDE
from insureweb.finance.models import LedgerAccount, LedgerTransaction
from insureweb.finance.selectors import Balance, balances


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, where, what should stand there and what does."""

    check: str
    message: str
    subject: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class Report:
    transactions: int
    balances: list[Balance]
    problems: list[Problem]


@dataclass(frozen=True, slots=True)
class Check:
    """`sql` yields (subject, expected, found) for each thing that is wrong."""

    code: str
    message: str | Promise
    sql: str


_POSTED = """
    SELECT t.subject_no, t.insurer_code, t.currency, sum(e.amount) AS amount
        FROM finance_ledgertransaction t
        JOIN finance_ledgerentry e ON e.transaction_id = t.id AND e.side = 'debit'
        WHERE t.kind = '{kind}' {more}
        GROUP BY t.subject_no, t.insurer_code, t.currency
"""
_COMPARED = """
    WITH posted AS ({posted}), due AS ({due})
    SELECT coalesce(posted.subject_no, due.subject_no) || ' ' || coalesce(posted.insurer_code, due.insurer_code),
           coalesce(due.amount, 0), coalesce(posted.amount, 0)
        FROM posted FULL JOIN due USING (subject_no, insurer_code, currency)
        WHERE coalesce(posted.amount, 0) <> coalesce(due.amount, 0)
"""


def _agree(kind: str, due: str, more: str = "") -> str:
    return _COMPARED.format(posted=_POSTED.format(kind=kind, more=more), due=due)


CHECKS = (
    Check(
        "balanced",
        _("A transaction is out of balance, has fewer than two legs or mixes books."),
        """
        SELECT t.id::text, '0',
               coalesce(sum(CASE e.side WHEN 'debit' THEN e.amount ELSE -e.amount END), 0)::text || ', ' || count(e.id)
            FROM finance_ledgertransaction t
            LEFT JOIN finance_ledgerentry e ON e.transaction_id = t.id
            LEFT JOIN finance_ledgeraccount a ON a.id = e.account_id
            GROUP BY t.id
            HAVING count(e.id) < 2
                OR sum(CASE e.side WHEN 'debit' THEN e.amount ELSE -e.amount END) <> 0
                OR count(*) FILTER (WHERE a.insurer_code <> t.insurer_code OR a.currency <> t.currency) > 0
        """,
    ),
    Check(
        "reversal",
        _("A reversal does not mirror its original."),
        """
        WITH leg AS (SELECT transaction_id, account_id, side, amount FROM finance_ledgerentry),
             mirror AS (
                SELECT r.id AS transaction_id, e.account_id,
                       CASE e.side WHEN 'debit' THEN 'credit' ELSE 'debit' END AS side, e.amount
                    FROM finance_ledgertransaction r JOIN finance_ledgerentry e ON e.transaction_id = r.reverses_id
             ),
             undone AS (SELECT leg.* FROM leg JOIN finance_ledgertransaction r ON r.id = leg.transaction_id
                        WHERE r.reverses_id IS NOT NULL)
        SELECT transaction_id::text, 'mirror', side || ' ' || amount
            FROM ((SELECT * FROM undone EXCEPT ALL SELECT * FROM mirror)
                  UNION ALL (SELECT * FROM mirror EXCEPT ALL SELECT * FROM undone)) AS difference
        """,
    ),
    Check(
        "trial_balance",
        _("The books of an insurer do not sum to zero."),
        """
        SELECT a.insurer_code || ' ' || a.currency, '0',
               sum(CASE e.side WHEN 'debit' THEN e.amount ELSE -e.amount END)::text
            FROM finance_ledgerentry e JOIN finance_ledgeraccount a ON a.id = e.account_id
            GROUP BY a.insurer_code, a.currency
            HAVING sum(CASE e.side WHEN 'debit' THEN e.amount ELSE -e.amount END) <> 0
        """,
    ),
    Check(
        "payments",
        _("Money received for a subject and what was posted differ."),
        _agree(
            "premium_received",
            """
            SELECT p.subject_no, s.insurer_code, p.currency, sum(s.captured_amount) AS amount
                FROM finance_payment p JOIN finance_paymentshare s ON s.payment_id = p.id
                WHERE p.state IN ('captured', 'refunded') AND p.suspense_reason = ''
                GROUP BY p.subject_no, s.insurer_code, p.currency
            """,
        ),
    ),
    Check(
        "suspense",
        _("Money put in suspense and what was posted differ."),
        _agree(
            "money_in_suspense",
            """
            SELECT p.no AS subject_no, s.insurer_code, p.currency, sum(s.captured_amount) AS amount
                FROM finance_payment p JOIN finance_paymentshare s ON s.payment_id = p.id
                WHERE p.suspense_reason <> '' AND s.captured_amount > 0
                GROUP BY p.no, s.insurer_code, p.currency
            """,
        ),
    ),
    Check(
        "refunds_requested",
        _("A refund that is owed and what was posted differ."),
        _agree(
            "refund_requested",
            """
            SELECT r.no AS subject_no, s.insurer_code, r.currency, sum(s.amount) AS amount
                FROM finance_refund r JOIN finance_refundshare s ON s.refund_id = r.id
                WHERE r.state IN ('requested', 'sent', 'unknown', 'succeeded')
                GROUP BY r.no, s.insurer_code, r.currency
            """,
            "AND NOT EXISTS (SELECT 1 FROM finance_ledgertransaction v WHERE v.reverses_id = t.id)",
        ),
    ),
    Check(
        "refunds_paid",
        _("A refund that was given and what was posted differ."),
        _agree(
            "refund_paid",
            """
            SELECT r.no AS subject_no, s.insurer_code, r.currency, sum(s.amount) AS amount
                FROM finance_refund r JOIN finance_refundshare s ON s.refund_id = r.id
                WHERE r.state = 'succeeded' GROUP BY r.no, s.insurer_code, r.currency
            """,
        ),
    ),
    Check(
        "refunded_total",
        _("A payment's refunded amount and its refunds differ."),
        """
        SELECT p.no, coalesce(sum(r.amount) FILTER (WHERE r.state NOT IN ('failed', 'rejected')), 0),
               p.refunded_amount
            FROM finance_payment p LEFT JOIN finance_refund r ON r.payment_id = p.id
            GROUP BY p.id
            HAVING coalesce(sum(r.amount) FILTER (WHERE r.state NOT IN ('failed', 'rejected')), 0) <> p.refunded_amount
        """,
    ),
    Check(
        "payouts",
        _("A payout that was paid and what was posted differ."),
        _agree(
            "payout_paid",
            """
            SELECT o.no AS subject_no, o.insurer_code, o.currency, o.amount
                FROM finance_payout o WHERE o.state = 'paid'
            """,
        ),
    ),
)


def _rows(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def _wrong_sides(sums: list[Balance]) -> Iterator[Problem]:
    keeping = {line.code for line in CHART if line.keeps_its_side}
    for balance in sums:
        if balance.code in keeping and balance.amount < 0:
            yield Problem(
                "side",
                str(_("An account stands on the wrong side.")),
                f"{balance.insurer_code} {balance.currency} {balance.code}",
                str(NORMAL_SIDE[balance.kind].label),
                str(balance.amount),
            )


def verify_ledger() -> Report:
    """Read all books and everything they tell of."""
    currencies = LedgerAccount.objects.order_by("currency").values_list("currency", flat=True).distinct()
    sums = [balance for currency in currencies for balance in balances(currency=currency)]
    problems = [
        Problem(check.code, str(check.message), str(subject), str(expected), str(found))
        for check in CHECKS
        for subject, expected, found in _rows(check.sql)
    ]
    return Report(LedgerTransaction.objects.count(), sums, [*problems, *_wrong_sides(sums)])
