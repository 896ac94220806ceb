"""The books: what may be posted, what PostgreSQL refuses whoever writes, and how mistakes are undone."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import InternalError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insureweb.finance import chart
from insureweb.finance.chart import CREDIT, DEBIT
from insureweb.finance.models import LedgerAccount, LedgerEntry, LedgerTransaction
from insureweb.finance.selectors import balance_of, balances, transactions_of
from insureweb.finance.services.ledger import AccountUnknown, Leg, OutOfBalance, open_books, post, reverse
from insureweb.kernel import clock
from insureweb.kernel.checks import Refused
from insureweb.kernel.money import Money
from tests.factories import finance

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("money")]
DAY = date(2026, 5, 19)
REFUSALS = (IntegrityError, InternalError)


def posted(*legs, insurer=finance.LIFE, kind="premium_received", **fields):
    return post(
        **{
            "insurer_code": insurer, "currency": "CNY", "kind": kind, "subject_kind": "order", "subject_no": "DD1",
            "legs": [Leg(account, side, Decimal(amount)) for account, side, amount in legs], "occurred_on": DAY,
            "by": finance.SYSTEM, "at": clock.now(),
        } | fields
    )  # fmt: skip


def cash_in(amount="100.00", **fields):
    return posted(("cash_at_gateway", DEBIT, amount), ("premium_received_in_advance", CREDIT, amount), **fields)


def check_now():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def account(code="cash_at_gateway", insurer=finance.LIFE):
    return LedgerAccount.objects.get(insurer_code=insurer, code=code)


def header(**fields):
    return LedgerTransaction.objects.create(
        **{
            "insurer_code": finance.LIFE, "currency": "CNY", "kind": "premium_received", "subject_kind": "order",
            "subject_no": "DD1", "occurred_on": DAY, "recorded_at": clock.now(), "actor_kind": "system",
            "actor_id": "t", "actor_label": "t",
        } | fields
    )  # fmt: skip


def leg(to, code, side, amount, insurer=finance.LIFE):
    return LedgerEntry.objects.create(transaction=to, account=account(code, insurer), side=side, amount=Decimal(amount))


def test_a_balanced_transaction_stands_with_its_subject_and_actor():
    made = cash_in()
    check_now()
    assert made.actor_label == "test"
    assert list(transactions_of("order", "DD1")) == [made]
    assert balance_of(finance.LIFE, "cash_at_gateway") == Money.of("100.00")
    assert balance_of(finance.LIFE, "premium_received_in_advance") == Money.of("100.00")
    assert balance_of(finance.PROPERTY, "cash_at_gateway") == Money.zero()


def test_books_open_once_with_the_whole_chart():
    again = open_books(insurer_code=finance.LIFE, by=finance.SYSTEM, at=clock.now())
    assert [line.code for line in chart.CHART] == [made.code for made in again]
    assert {made.code: made.kind for made in again} == {line.code: line.kind for line in chart.CHART}


def test_books_open_only_in_a_known_currency():
    with pytest.raises(ValueError, match="XXX"):
        open_books(insurer_code=finance.LIFE, currency="XXX", by=finance.SYSTEM, at=clock.now())


@pytest.mark.parametrize(
    "legs",
    [
        [],
        [("cash_at_gateway", DEBIT, "1.00")],
        [("cash_at_gateway", DEBIT, "1.00"), ("suspense", CREDIT, "0.99")],
        [("cash_at_gateway", DEBIT, "1.00"), ("suspense", DEBIT, "1.00")],
        [("cash_at_gateway", DEBIT, "0.00"), ("suspense", CREDIT, "0.00")],
        [("cash_at_gateway", DEBIT, "-1.00"), ("suspense", CREDIT, "-1.00")],
        [("cash_at_gateway", DEBIT, "0.001"), ("suspense", CREDIT, "0.001")],
    ],
)
def test_what_is_no_transaction_is_not_posted(legs):
    with pytest.raises(OutOfBalance):
        posted(*legs)
    assert not LedgerTransaction.objects.exists()


def test_floats_and_unknown_accounts_are_refused():
    with pytest.raises(TypeError):
        posted(legs=[Leg("cash_at_gateway", DEBIT, 1.0), Leg("suspense", CREDIT, 1.0)])
    with pytest.raises(AccountUnknown, match="petty_cash"):
        posted(("petty_cash", DEBIT, "1.00"), ("suspense", CREDIT, "1.00"))
    with pytest.raises(AccountUnknown):
        cash_in(insurer="nobody")


def test_a_reversal_mirrors_its_original_and_happens_once():
    made = cash_in("12.34")
    undone = reverse(original=made, reason="wrong order", by=finance.SYSTEM, at=clock.now())
    check_now()
    assert undone.reverses == made
    assert undone.reason == "wrong order"
    assert [(e.account.code, e.side, e.amount) for e in undone.entries.select_related("account").order_by("id")] == [
        ("cash_at_gateway", "credit", Decimal("12.34")),
        ("premium_received_in_advance", "debit", Decimal("12.34")),
    ]
    assert balance_of(finance.LIFE, "cash_at_gateway") == Money.zero()
    for original in (made, undone):
        with pytest.raises(Refused):
            reverse(original=original, reason="again", by=finance.SYSTEM, at=clock.now())


# --- What the database refuses ---------------------------------------------------------------------------------------


def test_a_header_without_legs_fails_at_commit():
    header()
    with pytest.raises(IntegrityError, match="has 0 legs"):
        check_now()


def test_a_single_leg_fails_at_commit():
    leg(header(), "cash_at_gateway", DEBIT, "1.00")
    with pytest.raises(IntegrityError, match="has 1 legs"):
        check_now()


def test_legs_out_of_balance_fail_at_commit():
    made = header()
    leg(made, "cash_at_gateway", DEBIT, "1.00")
    leg(made, "suspense", CREDIT, "0.99")
    with pytest.raises(IntegrityError, match="out of balance"):
        check_now()


def test_legs_in_another_insurers_books_fail_at_commit():
    made = header()
    leg(made, "cash_at_gateway", DEBIT, "1.00")
    leg(made, "suspense", CREDIT, "1.00", insurer=finance.PROPERTY)
    with pytest.raises(IntegrityError, match="mixes books"):
        check_now()


def test_legs_in_another_currency_fail_at_commit():
    open_books(insurer_code=finance.LIFE, currency="USD", by=finance.SYSTEM, at=clock.now())
    made = header(currency="USD")
    for code, side in (("cash_at_gateway", DEBIT), ("suspense", CREDIT)):
        other = LedgerAccount.objects.get(insurer_code=finance.LIFE, currency="CNY", code=code)
        LedgerEntry.objects.create(transaction=made, account=other, side=side, amount=Decimal(1))
    with pytest.raises(IntegrityError, match="mixes books"):
        check_now()


@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
@pytest.mark.parametrize("table", ["finance_ledgertransaction", "finance_ledgerentry"])
def test_posted_rows_are_never_changed(table, statement):
    cash_in()
    check_now()
    with pytest.raises(REFUSALS), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))


def violates(name):
    return pytest.raises(IntegrityError, match=name)


def test_named_constraints():
    made = cash_in()
    with violates("ledger_entry_amount_positive"), transaction.atomic():
        leg(made, "cash_at_gateway", DEBIT, "0.00")
    with violates("ledger_entry_side_known"), transaction.atomic():
        leg(made, "cash_at_gateway", "left", "1.00")
    with violates("ledger_transaction_kind_known"), transaction.atomic():
        header(kind="gift")
    with violates("ledger_reversal_names_its_original"), transaction.atomic():
        header(kind="reversal")
    with violates("ledger_reversal_names_its_original"), transaction.atomic():
        header(reverses=made)
    with violates("ledger_account_is_unique"), transaction.atomic():
        LedgerAccount.objects.create(insurer_code=finance.LIFE, code="suspense", kind="liability")
    with violates("ledger_account_kind_known"), transaction.atomic():
        LedgerAccount.objects.create(insurer_code=finance.LIFE, code="x", kind="gift")
    reverse(original=made, reason="once", by=finance.SYSTEM, at=clock.now())
    with violates("reverses_id"), transaction.atomic():
        header(kind="reversal", reverses=made)


@pytest.mark.django_db(transaction=True)
def test_no_leg_joins_a_transaction_that_was_committed():
    made = cash_in()
    with pytest.raises(REFUSALS, match="is closed"), transaction.atomic():
        leg(made, "cash_at_gateway", DEBIT, "1.00")


# --- Whatever is posted, the books sum to zero -----------------------------------------------------------------------

CODES = st.sampled_from([line.code for line in chart.CHART])
AMOUNTS = st.decimals(min_value=Decimal("0.01"), max_value=Decimal("99999999.99"), places=2)
LEGS = st.lists(st.builds(Leg, CODES, st.sampled_from([DEBIT, CREDIT]), AMOUNTS), max_size=5)


def closed_with(legs, code):
    """The same legs with one more that brings them into balance, where one is missing."""
    difference = sum((item.amount if item.side == DEBIT else -item.amount for item in legs), Decimal(0))
    if difference:
        legs = [*legs, Leg(code, CREDIT if difference > 0 else DEBIT, abs(difference))]
    return legs


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(st.tuples(LEGS, CODES, st.booleans()), max_size=4))
def test_books_always_sum_to_zero_whatever_is_posted(batches):
    with transaction.atomic():
        for legs, code, balanced in batches:
            wanted = closed_with(legs, code) if balanced else legs
            fits = len(wanted) >= 2 and not sum(
                (item.amount if item.side == DEBIT else -item.amount for item in wanted), Decimal(0)
            )
            if fits:
                posted(legs=wanted)
            else:
                with pytest.raises(OutOfBalance):
                    posted(legs=wanted)
        check_now()
        debit_sum = sum(b.amount for b in balances(insurer_code=finance.LIFE) if b.kind in {"asset", "expense"})
        credit_sum = sum(b.amount for b in balances(insurer_code=finance.LIFE) if b.kind in {"liability", "income"})
        assert debit_sum == credit_sum
        transaction.set_rollback(True)
