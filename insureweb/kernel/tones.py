"""What a state means to the reader, in five tones; the pill and every list take their shape and colour from here.

good: done well. moving: under way, nobody needs to act. waiting: a person must act. bad: failed or refused.
neutral: not begun, or over without blame.
"""

from typing import Any

TONES: dict[str, frozenset[str]] = {
    "good": frozenset({
        "accept", "accepted", "active", "answered", "approved", "captured", "checked", "clean", "complete",
        "completed", "confirmed", "delivered", "done", "effective", "enabled", "in_force", "issued", "on_sale",
        "open_for_sale", "paid", "passed", "published", "ready", "reconciled", "resolved", "sent", "settled",
        "signed", "succeeded", "underwritten", "verified",
    }),
    "moving": frozenset({
        "accepting", "appealed", "applied", "assessing", "authorised", "authorized", "decided", "in_assessment",
        "in_progress", "in_review", "in_underwriting", "investigating", "notified", "open", "paying",
        "payout_requested", "processing", "publishing", "queued", "received", "refunding", "registered", "reported",
        "reviewing", "running", "scheduled", "sending", "settling", "submitted", "underwriting",
    }),
    "waiting": frozenset({
        "action_required", "awaiting_acceptance", "awaiting_approval", "awaiting_customer", "awaiting_documents",
        "awaiting_evidence", "evidence_wanted", "awaiting_payment", "awaiting_second", "conditional", "created",
        "documents_requested", "due", "escalated", "exclude", "excluded", "expiring", "grace",
        "information_requested", "load", "loaded", "offered", "pending", "pending_payment", "proposed", "refer",
        "referred", "requested", "suspect", "unknown", "waiting",
    }),
    "bad": frozenset({
        "decline", "declined", "error", "failed", "fraud", "lapsed", "overdue", "refused", "rejected", "rescinded",
        "suspended", "unpaid", "void",
    }),
}  # fmt: skip
_BY_VALUE = {value: tone for tone, values in TONES.items() for value in values}


def tone_of(state: Any) -> str:
    """The tone of an enum member or of its value. An enum may say its own with a `tone` attribute."""
    own = getattr(state, "tone", None)
    if isinstance(own, str):
        return own
    return _BY_VALUE.get(str(getattr(state, "value", state)), "neutral")
