"""Sending: a message becomes a mail in the reader's language; in development nothing leaves the machine."""

from collections.abc import Sequence

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.module_loading import import_string

from customers.models import Channel, Message, Party
from customers.services.development import record_mail
from insureweb.kernel import clock
from insureweb.kernel.actors import Actor

POSTBOX = Actor.system("development mail")


class RecordedEmailBackend(BaseEmailBackend):
    """Keeps mail in a table instead of sending it, so that a developer can read login codes at /dev/messages/."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        if not settings.DEVELOPMENT_PAGES:
            raise ImproperlyConfigured("Recorded mail shows login codes; it is for development only.")
        for mail in email_messages:
            _record(Channel.MAIL, ", ".join(mail.to), str(mail.subject), str(mail.body))
        return len(email_messages)


def _record(channel: str, recipient: str, subject: str, body: str) -> None:
    record_mail(channel=channel, recipient=recipient, subject=subject, body=body, by=POSTBOX, at=clock.now())


class RecordedSms:
    """Keeps SMS beside the mail."""

    def send(self, *, phone: str, text: str) -> None:
        if not settings.DEVELOPMENT_PAGES:
            raise ImproperlyConfigured("Recorded SMS are for development only.")
        _record(Channel.SMS, phone, "", text)


class NoPhone(LookupError):
    """The account has no phone to send to."""


def send_mail_for(message: Message) -> None:
    """Send one message as mail. Its Message-ID is the message's own, so a second sending shows as the same mail."""
    language = message.user.language
    with translation.override(language):
        context = {
            "body": message.body.get(language),
            "brand": settings.BRAND["name"][language],
            "phone": settings.BRAND["phone"],
            "address": settings.PUBLIC_URL,
        }
        text = render_to_string("customers/mail/message.txt", context)
    mail = EmailMessage(
        subject=message.title.get(language),
        body=text,
        to=[message.user.email],
        headers={"Message-ID": f"<{message.uuid}@insureweb>"},
    )
    mail.send()


def send_sms_for(message: Message) -> None:
    """Send one message as SMS to the account holder's phone.

    Raises:
        NoPhone: none is known.
    """
    party = Party.objects.filter(owner=message.user, is_self=True).first()
    if party is None or party.phone is None:
        raise NoPhone
    sender = import_string(settings.SMS_BACKEND)()
    sender.send(phone=party.phone.open(), text=message.body.get(message.user.language))
