"""Rules about several rows, kept by PostgreSQL so that no writer can go round the services."""

import pgtrigger

_BALANCE = """
    SELECT t.insurer_code, t.currency, t.written_in INTO header
        FROM finance_ledgertransaction t WHERE t.id = {transaction};
    IF header.written_in <> pg_current_xact_id()::text::bigint THEN
        RAISE EXCEPTION 'ledger transaction % is closed', {transaction} USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT count(*) AS legs,
           coalesce(sum(CASE e.side WHEN 'debit' THEN e.amount ELSE -e.amount END), 0) AS difference,
           count(*) FILTER (WHERE a.insurer_code <> header.insurer_code OR a.currency <> header.currency) AS strangers
        INTO found
        FROM finance_ledgerentry e JOIN finance_ledgeraccount a ON a.id = e.account_id
        WHERE e.transaction_id = {transaction};
    IF found.legs < 2 THEN
        RAISE EXCEPTION 'ledger transaction % has % legs', {transaction}, found.legs
            USING ERRCODE = 'check_violation';
    ELSIF found.difference <> 0 THEN
        RAISE EXCEPTION 'ledger transaction % is out of balance by %', {transaction}, found.difference
            USING ERRCODE = 'check_violation';
    ELSIF found.strangers > 0 THEN
        RAISE EXCEPTION 'ledger transaction % mixes books', {transaction} USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
"""


def balance(transaction: str, *, name: str) -> pgtrigger.Trigger:
    """At commit: at least two legs, debits equal credits, one insurer and currency, and no leg added later.

    It sits on the header too, because a transaction without legs has no leg to check it.
    """
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        timing=pgtrigger.Deferred,
        declare=[("header", "record"), ("found", "record")],
        func=_BALANCE.format(transaction=transaction),
    )


_SHARES = """
    SELECT {whole_columns} INTO whole FROM {whole_table} w WHERE w.id = {whole_id};
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    SELECT {part_sums} INTO parts FROM {part_table} p WHERE p.{part_key} = {whole_id};
    IF parts IS DISTINCT FROM whole THEN
        RAISE EXCEPTION '{part_table}: the parts of % do not sum to the whole', {whole_id}
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
"""


def parts_sum_to_whole(
    *, name: str, whole_table: str, whole_id: str, part_table: str, part_key: str, columns: list[str]
) -> pgtrigger.Trigger:
    """At commit: for each column, the parts add up to the whole."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf(*columns),
        timing=pgtrigger.Deferred,
        declare=[("whole", "record"), ("parts", "record")],
        func=_SHARES.format(
            whole_table=whole_table,
            whole_id=whole_id,
            part_table=part_table,
            part_key=part_key,
            whole_columns=", ".join(f"w.{column}" for column in columns),
            part_sums=", ".join(f"coalesce(sum(p.{column}), 0)::numeric(18, 2)" for column in columns),
        ),
    )


def payment_shares(whole_id: str, *, name: str) -> pgtrigger.Trigger:
    return parts_sum_to_whole(
        name=name,
        whole_table="finance_payment",
        whole_id=whole_id,
        part_table="finance_paymentshare",
        part_key="payment_id",
        columns=["amount", "captured_amount", "refunded_amount"],
    )


def refund_shares(whole_id: str, *, name: str) -> pgtrigger.Trigger:
    return parts_sum_to_whole(
        name=name,
        whole_table="finance_refund",
        whole_id=whole_id,
        part_table="finance_refundshare",
        part_key="refund_id",
        columns=["amount"],
    )


def keep_refunded_total() -> pgtrigger.Trigger:
    """Add each refund to its payment, and take it off again when it is given up.

    The UPDATE waits for the payment's row and the CHECK sees the newest sum: two refunds at once cannot both fit.
    """
    return pgtrigger.Trigger(
        name="refunded_total",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("state"),
        func="""
            IF TG_OP = 'INSERT' THEN
                UPDATE finance_payment SET refunded_amount = refunded_amount + NEW.amount WHERE id = NEW.payment_id;
            ELSIF NEW.state IN ('failed', 'rejected') AND OLD.state NOT IN ('failed', 'rejected') THEN
                UPDATE finance_payment SET refunded_amount = refunded_amount - NEW.amount WHERE id = NEW.payment_id;
                UPDATE finance_paymentshare s SET refunded_amount = s.refunded_amount - r.amount
                    FROM finance_refundshare r
                    WHERE r.refund_id = NEW.id AND s.payment_id = NEW.payment_id AND s.insurer_code = r.insurer_code;
            END IF;
            RETURN NULL;
        """,
    )


def keep_refunded_share() -> pgtrigger.Trigger:
    """Add each part of a refund to the insurer's share of the payment."""
    return pgtrigger.Trigger(
        name="refunded_share",
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        func="""
            UPDATE finance_paymentshare s SET refunded_amount = s.refunded_amount + NEW.amount
                FROM finance_refund r
                WHERE r.id = NEW.refund_id AND s.payment_id = r.payment_id AND s.insurer_code = NEW.insurer_code;
            IF NOT FOUND THEN
                RAISE EXCEPTION 'refund %: % has no share of the payment', NEW.refund_id, NEW.insurer_code
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NULL;
        """,
    )
