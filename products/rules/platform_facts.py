"""Facts the platform supplies to decision tables beside the product's own inputs and questions.

A table may name these columns without further declaration; docs/reference/product-file.md describes each one.
"""

# An input of this name makes a group product, priced member by member from a roster; this is the size of the roster.
GROUP_SIZE = "members"

UNDERWRITING_FACTS: dict[str, str] = {
    "age": "number",
    "sex": "text",
    "holder_age": "number",
    "relationship": "text",
    "existing_sum_insured": "number",
}

CLAIM_FACTS: dict[str, str] = {
    "policy_in_force": "boolean",
    "exact_duplicate": "boolean",
    "overlaps_earlier_claim": "boolean",
    "coverage": "text",
    "benefit": "text",
    "cause": "text",
    "days_since_start": "number",
    "past_waiting": "boolean",
    "stay_days": "number",
    "payable_days": "number",
    "amount": "number",
    "evidence_complete": "boolean",
    "reported_after_days": "number",
    "earlier_claims": "number",
    "fraud_score": "number",
}

# What a caller may leave out: nothing known counts as this.
DEFAULTS: dict[str, str] = {
    "existing_sum_insured": "0",
    "relationship": "self",
    "sex": "unknown",
    "stay_days": "0",
    "payable_days": "0",
    "reported_after_days": "0",
    "earlier_claims": "0",
    "fraud_score": "0",
}
