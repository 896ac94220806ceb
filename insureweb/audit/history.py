"""Row history and append-only tables, kept by PostgreSQL so that no writer can go round them.

On INSERT the row itself is the record, so only the fact is written; on UPDATE the old values of the changed columns; on
DELETE the whole old row. The state at any time follows by reading backwards. Who, why and which request come from the
transaction's context; a writer outside a service appears as its database role.
"""

import pgtrigger

_BODY = """
    IF TG_OP = 'UPDATE' THEN
        SELECT jsonb_object_agg(o.key, o.value) INTO before
            FROM jsonb_each(to_jsonb(OLD)) o WHERE to_jsonb(NEW) -> o.key IS DISTINCT FROM o.value;
        IF before IS NULL THEN
            RETURN NULL;
        END IF;
        row_id := NEW.id;
    ELSIF TG_OP = 'DELETE' THEN
        before := to_jsonb(OLD);
        row_id := OLD.id;
    ELSE
        row_id := NEW.id;
    END IF;
    INSERT INTO audit_change
        (table_name, row_id, operation, before, actor_kind, actor_id, actor_label, reason, request_id,
         transaction_id, recorded_at)
    VALUES
        (TG_TABLE_NAME, row_id, left(TG_OP, 1), before, coalesce(context ->> 'kind', 'database'),
         coalesce(context ->> 'id', session_user), coalesce(context ->> 'label', session_user),
         coalesce(context ->> 'reason', ''), coalesce(context ->> 'request', ''),
         pg_current_xact_id()::text::bigint, clock_timestamp());
    RETURN NULL;
"""


def row_history() -> pgtrigger.Trigger:
    """AFTER ROW trigger that hands every change to the one history table."""
    return pgtrigger.Trigger(
        name="row_history",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        declare=[
            ("context", "jsonb := coalesce(nullif(current_setting('insureweb.context', true), ''), '{}')::jsonb"),
            ("before", "jsonb"),
            ("row_id", "bigint"),
        ],
        func=_BODY,
    )


def _refusal(verb: str) -> str:
    return f"RAISE EXCEPTION '% {verb}', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';"


def append_only() -> list[pgtrigger.Trigger]:
    """Triggers that refuse UPDATE and DELETE; TRUNCATE fires no row trigger and needs one of its own."""
    return [
        pgtrigger.Trigger(
            name="append_only",
            when=pgtrigger.Before,
            operation=pgtrigger.Update | pgtrigger.Delete,
            func=_refusal("is append-only"),
        ),
        no_truncate(),
    ]


def no_truncate() -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="no_truncate",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func=_refusal("may not be truncated"),
    )
