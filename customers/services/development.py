"""What development keeps instead of sending it."""

from datetime import datetime

from customers.models import RecordedMail
from insureweb.kernel.actors import Actor
from insureweb.kernel.context import use_case


@use_case
def record_mail(*, channel: str, recipient: str, subject: str, body: str, by: Actor, at: datetime) -> RecordedMail:
    """Keep one mail or SMS for /dev/messages/."""
    return RecordedMail.objects.create(
        channel=channel, recipient=recipient[:320], subject=subject[:300], body=body, recorded_at=at
    )
