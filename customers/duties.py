"""Separated duties in the database: a trigger refuses a second role that must be another person's."""

import pgtrigger

from customers.roles import CONFLICTS


def two_people() -> pgtrigger.Trigger:
    """BEFORE INSERT OR UPDATE on the roles people hold, with the same table as `customers.roles`."""
    pairs = sorted(f"'{a}+{b}'" for pair in CONFLICTS for a, b in (sorted(pair), sorted(pair, reverse=True)))
    # Role names come from our own table of constants.
    body = f"""
        SELECT name INTO wanted FROM auth_group WHERE id = NEW.group_id;
        SELECT g.name INTO held
            FROM customers_userrole r JOIN auth_group g ON g.id = r.group_id
            WHERE r.user_id = NEW.user_id AND r.id IS DISTINCT FROM NEW.id
              AND g.name || '+' || wanted IN ({", ".join(pairs)})
            LIMIT 1;
        IF held IS NOT NULL THEN
            RAISE EXCEPTION 'roles % and % must be two people', held, wanted USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """  # noqa: S608
    return pgtrigger.Trigger(
        name="two_people",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        declare=[("wanted", "text"), ("held", "text")],
        func=body,
    )
