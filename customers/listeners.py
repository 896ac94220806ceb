"""What the customers app does when something happened; imported once the models are loaded."""

from datetime import datetime
from smtplib import SMTPRecipientsRefused

from customers import second_factor
from customers.events import MessageQueued
from customers.mail import NoPhone, send_mail_for, send_sms_for
from customers.models import Channel, Message
from customers.services.messages import mark_failed, mark_sent
from customers.states import MessageState
from insureweb.kernel.actors import Actor
from insureweb.kernel.outbox import subscribe

__all__ = ["second_factor", "send_queued_message"]

POSTMAN = Actor.system("postman")
SENDERS = {Channel.MAIL.value: send_mail_for, Channel.SMS.value: send_sms_for}


@subscribe(MessageQueued, outside_transaction=True)
def send_queued_message(event: MessageQueued, *, at: datetime) -> None:
    """Send once: what is no longer waiting was sent by an earlier delivery. Network trouble is left to the outbox."""
    message = Message.objects.select_related("user").get(uuid=event.message)
    if message.state != MessageState.WAITING:
        return
    try:
        SENDERS[message.channel](message)
    except (SMTPRecipientsRefused, NoPhone) as error:
        mark_failed(message=message, reason=type(error).__name__, by=POSTMAN, at=at)
        return
    mark_sent(message=message, by=POSTMAN, at=at)
