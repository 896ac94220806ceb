"""What the customers app does when something happened; imported once the models are loaded."""

from datetime import datetime
from smtplib import SMTPRecipientsRefused

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver

from customers import second_factor
from customers.actors import actor_of
from customers.events import MessageQueued
from customers.mail import NoPhone, send_mail_for, send_sms_for
from customers.models import Channel, Message, User
from customers.services.accounts import record_login
from customers.services.messages import mark_failed, mark_sent
from customers.states import MessageState
from insureweb.kernel import clock
from insureweb.kernel.actors import Actor
from insureweb.kernel.outbox import subscribe

__all__ = ["second_factor", "send_queued_message"]

# Django's own receiver would write round our services and leave the history without a name.
user_logged_in.disconnect(dispatch_uid="update_last_login")


@receiver(user_logged_in, dispatch_uid="customers.note_login")
def note_login(sender: object, user: User, **_kwargs: object) -> None:
    record_login(user=user, by=actor_of(user), at=clock.now())


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
