"""What PostgreSQL holds about claims on group contracts, so that no writer can go round the services."""

import pgtrigger


def claim_fits_its_policy() -> pgtrigger.Trigger:
    """A claim on a policy with members names one of them, covered on the day; and no company is ever paid for one.

    The days of cover begin at midnight in Shanghai, as everywhere in the contract.
    """
    return pgtrigger.Trigger(
        name="fits_its_policy",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("policy_id", "member_id", "event_date", "claimant_id"),
        func="""
    IF NEW.member_id IS NULL THEN
        IF EXISTS (SELECT 1 FROM policies_policymember m WHERE m.policy_id = NEW.policy_id) THEN
            RAISE EXCEPTION 'claim %: claim_names_its_member', NEW.no USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM policies_policymember m WHERE m.id = NEW.member_id AND m.policy_id = NEW.policy_id
            AND m.effective @> (NEW.event_date::timestamp AT TIME ZONE 'Asia/Shanghai')
    ) THEN
        RAISE EXCEPTION 'claim %: claim_member_is_insured', NEW.no USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT 1 FROM customers_party p WHERE p.id = NEW.claimant_id AND p.kind <> 'person') THEN
        RAISE EXCEPTION 'claim %: claim_pays_no_employer', NEW.no USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
""",
    )
