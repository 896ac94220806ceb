"""Background work of the help desk."""

from celery import shared_task

from insureweb.helpdesk.selectors import settled_silently
from insureweb.helpdesk.services.tickets import close_ticket
from insureweb.kernel import clock
from insureweb.kernel.actors import Actor


@shared_task(name="insureweb.helpdesk.tasks.close_quiet_conversations")
def close_quiet_conversations() -> int:
    """Close what was answered two weeks ago and not taken up again; how many there were."""
    at, by = clock.now(), Actor.system("helpdesk")
    quiet = list(settled_silently(at)[:500])
    for ticket in quiet:
        close_ticket(ticket=ticket, by=by, at=at, reason="no further message for 14 days")
    return len(quiet)
