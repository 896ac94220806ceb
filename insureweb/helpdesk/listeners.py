"""Telling people that their conversation was answered: accounts by message, visitors by e-mail."""

from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from customers.services.messages import send_message
from insureweb.helpdesk.events import TicketAnswered
from insureweb.helpdesk.models import Ticket, TicketMessage
from insureweb.kernel.actors import Actor
from insureweb.kernel.localized import LANGUAGES, Localized
from insureweb.kernel.outbox import subscribe

POSTMAN = Actor.system("helpdesk")


@subscribe(TicketAnswered)
def tell_the_account(event: TicketAnswered, *, at: datetime) -> None:
    """To the inbox and by mail, without the words of the answer: mail is read by many."""
    ticket = Ticket.objects.select_related("user").get(no=event.ticket_no)
    if ticket.user is None:
        return
    title, body = _words(ticket.no)
    send_message(
        user=ticket.user, kind="ticket_answered", title=title, body=body, subject_kind="ticket", subject_no=ticket.no,
        by=POSTMAN, at=at,
    )  # fmt: skip


@subscribe(TicketAnswered, outside_transaction=True)
def mail_the_visitor(event: TicketAnswered, *, at: datetime) -> None:
    """Send the answer to a visitor who left an address; the Message-ID makes a second sending the same mail."""
    ticket = Ticket.objects.get(no=event.ticket_no)
    if ticket.user_id is not None or ticket.email is None:
        return
    message = TicketMessage.objects.get(uuid=event.message)
    with translation.override(ticket.language):
        context = {
            "answer": message.body.open(),
            "ticket": ticket,
            "brand": settings.BRAND["name"][ticket.language],
            "phone": settings.BRAND["phone"],
        }
        mail = EmailMessage(
            subject=_("Our answer to %(number)s") % {"number": ticket.no},
            body=render_to_string("helpdesk/mail/answer.txt", context),
            to=[ticket.email.open()],
            headers={"Message-ID": f"<{message.uuid}@insureweb>"},
        )
    mail.send()


def _words(number: str) -> tuple[Localized, Localized]:
    titles, bodies = {}, {}
    for language in LANGUAGES:
        with translation.override(language):
            titles[language] = _("We answered your message %(number)s") % {"number": number}
            bodies[language] = _("The answer is on the page of your conversation. You can write back there.")
    return Localized.read(titles), Localized.read(bodies)
