"""The command says the books are in order, and names whatever is not."""

import io
import json
from contextlib import contextmanager
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import connection

from insureweb.finance.gateways.base import Outcome
from insureweb.finance.verification import verify_ledger
from tests.factories import finance

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("money")]


@contextmanager
def behind_the_guards():
    """As somebody who owns the database might."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield cursor
        cursor.execute("SET LOCAL session_replication_role = origin")


@pytest.fixture
def busy_books():
    """Something of everything: paid, refunded, failed, suspended, paid out."""
    payment = finance.captured_payment("100.00")
    finance.settled_refund(payment, "40.00", Outcome.DONE)
    finance.settled_refund(payment, "10.00", Outcome.FAILED)
    finance.refund_of(payment, "5.00")
    finance.refund_of(payment, "5.00", automatic=False, by=finance.CLERK)
    finance.settle(finance.payment_at_cashier("50.00"), Outcome.DONE, amount="49.00")
    finance.payment()
    finance.settled_payout(finance.payout("30.00", automatic=True, by=finance.SYSTEM), Outcome.DONE)
    finance.settled_payout(finance.payout("20.00", automatic=True, by=finance.SYSTEM), Outcome.FAILED)
    finance.payout("10.00")


def run(*arguments):
    out = io.StringIO()
    code = 0
    try:
        call_command("verify_ledger", *arguments, stdout=out)
    except SystemExit as stop:
        code = stop.code
    return code, out.getvalue()


def test_books_in_order(busy_books):
    code, text = run()
    assert code == 0, text
    assert "The books are in order." in text
    assert "cash_at_gateway" in text


def test_json(busy_books):
    code, text = run("--json")
    report = json.loads(text)
    assert (code, report["problems"]) == (0, [])
    cash = [b for b in report["balances"] if (b["insurer"], b["account"]) == (finance.LIFE, "cash_at_gateway")]
    assert Decimal(cash[0]["sum"]) == Decimal("100.00") - 40 + 49 - 30


@pytest.mark.django_db(transaction=True)
def test_empty_books_are_in_order():
    assert run()[0] == 0


DAMAGES = {
    "balanced": """UPDATE finance_ledgerentry SET amount = amount + 1
        WHERE id = (SELECT min(id) FROM finance_ledgerentry)""",
    "trial_balance": "UPDATE finance_ledgerentry SET side = 'debit' WHERE side = 'credit'",
    "reversal": """UPDATE finance_ledgerentry SET amount = amount + 1 WHERE transaction_id =
        (SELECT min(id) FROM finance_ledgertransaction WHERE kind = 'reversal')""",
    "payments": "UPDATE finance_paymentshare SET captured_amount = captured_amount + 1 WHERE captured_amount = 100",
    "suspense": "UPDATE finance_paymentshare SET captured_amount = captured_amount + 1 WHERE captured_amount = 49",
    "refunds_requested": "UPDATE finance_refundshare SET amount = amount + 1 WHERE amount = 5",
    "refunds_paid": "UPDATE finance_refund SET state = 'sent' WHERE state = 'succeeded'",
    "refunded_total": "UPDATE finance_payment SET refunded_amount = 0 WHERE refunded_amount > 0",
    "payouts": "UPDATE finance_payout SET state = 'failed' WHERE state = 'paid'",
    "side": """UPDATE finance_ledgerentry e SET side = CASE side WHEN 'debit' THEN 'credit' ELSE 'debit' END
        FROM finance_ledgertransaction t WHERE t.id = e.transaction_id AND t.kind = 'claim_payable'""",
}


@pytest.mark.parametrize("check", DAMAGES)
def test_each_damage_is_named(busy_books, check):
    with behind_the_guards() as cursor:
        cursor.execute(DAMAGES[check])
    assert check in {problem.check for problem in verify_ledger().problems}
    code, text = run()
    assert code == 1
    assert f"WRONG {check}:" in text


def test_a_transaction_without_legs_is_found(busy_books):
    with behind_the_guards() as cursor:
        cursor.execute("DELETE FROM finance_ledgerentry")
    assert "balanced" in {problem.check for problem in verify_ledger().problems}
