"""What PostgreSQL holds about a contract and the members of a group, so that no writer can go round the services."""

import pgtrigger

_WRONG = """
        RAISE EXCEPTION 'policy %: its members are not those of the offer, or do not sum to its premium', {policy}
            USING ERRCODE = 'check_violation';
"""
_FOUND = """
    (SELECT count(*) FROM policies_policymember m WHERE m.policy_id = {policy}) IS DISTINCT FROM {members}
    OR (SELECT sum(m.premium) FROM policies_policymember m WHERE m.policy_id = {policy}) IS DISTINCT FROM {premium}
"""


# What was sold, by whom and from which price. None of it changes over the life of a contract.
SOLD = ("no", "insurer_id", "product_version_id", "quote_id", "application_no", "order_no")


def sold_for_life() -> pgtrigger.Trigger:
    """A policy keeps its number, insurer, product version, quote and order for life."""
    changed = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in SOLD)
    return pgtrigger.Trigger(
        name="sold_for_life",
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf(*SOLD),
        func=f"""
    IF {changed} THEN
        RAISE EXCEPTION 'policy % keeps what was sold', OLD.no USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
""",
    )


def policy_has_its_members() -> pgtrigger.Trigger:
    """At commit: a policy made from a roster's offer has every member the offer priced, at the policy's premium."""
    found = _FOUND.format(policy="NEW.id", members="expected", premium="NEW.premium")
    return pgtrigger.Trigger(
        name="has_its_members",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("premium"),
        timing=pgtrigger.Deferred,
        declare=[("expected", "bigint")],
        func=f"""
    SELECT o.members INTO expected FROM policies_rosteroffer o WHERE o.quote_id = NEW.quote_id;
    IF FOUND AND ({found}) THEN
        {_WRONG.format(policy="NEW.id")}
    END IF;
    RETURN NULL;
""",  # noqa: S608  names of our own columns
    )


def members_are_the_offers() -> pgtrigger.Trigger:
    """After one statement: it has written all members of each policy it touched, and of no other kind of policy."""
    found = _FOUND.format(policy="touched.id", members="touched.members", premium="touched.premium")
    return pgtrigger.Trigger(
        name="are_the_offers",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        referencing=pgtrigger.Referencing(new="added"),
        declare=[("touched", "record")],
        func=f"""
    FOR touched IN
        SELECT p.id, p.premium, o.members FROM policies_policy p
            LEFT JOIN policies_rosteroffer o ON o.quote_id = p.quote_id
            WHERE p.id IN (SELECT a.policy_id FROM added a)
    LOOP
        IF {found} THEN
            {_WRONG.format(policy="touched.id")}
        END IF;
    END LOOP;
    RETURN NULL;
""",  # noqa: S608  names of our own columns
    )
