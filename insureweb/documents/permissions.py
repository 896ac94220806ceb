"""Who may open a private file: its owner, and staff whose work it is. Everybody else finds nothing there."""

from insureweb.documents.models import StoredFile
from insureweb.kernel.actors import Actor, ActorKind

CONTRACT_DESK = frozenset({
    "underwriter", "claims_adjuster", "claims_approver", "customer_service", "finance", "auditor",
})  # fmt: skip
CLAIMS_DESK = frozenset({"claims_adjuster", "claims_approver"})
# Evidence shows illnesses and injuries: only those who decide on it see it.
STAFF_BY_PURPOSE: dict[str, frozenset[str]] = {"document": CONTRACT_DESK, "claim_evidence": CLAIMS_DESK}


def is_owner(stored: StoredFile, actor: Actor) -> bool:
    return bool(stored.owner_id) and actor.same_person_as(stored.owner_kind, stored.owner_id)


def works_with(stored: StoredFile, actor: Actor) -> bool:
    """True for staff whose roles cover the purpose of the file."""
    return actor.kind == ActorKind.STAFF and actor.is_one_of(STAFF_BY_PURPOSE.get(stored.purpose, frozenset()))
