"""Background work of claims."""

from celery import shared_task

from claims.services import upkeep
from insureweb.kernel import clock
from insureweb.kernel.actors import Actor


@shared_task(name="claims.tasks.advance_waiting_claims")
def advance_waiting_claims() -> dict[str, int]:
    """Decide what got stuck, mark missed deadlines, discard old drafts, close quiet cases."""
    at, by = clock.now(), Actor.system("claims")
    return {
        "decided": upkeep.decide_stuck_claims(by=by, at=at),
        "missed": upkeep.note_missed_deadlines(by=by, at=at),
        "discarded": upkeep.discard_old_drafts(by=by, at=at),
        "closed": upkeep.close_quiet_claims(by=by, at=at),
    }
