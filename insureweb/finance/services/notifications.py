"""A gateway's message: believed or not, carried out once, and written down either way."""

import hashlib
import logging
from collections.abc import Mapping
from datetime import datetime

from insureweb.finance.gateways.base import NotificationRejected, VerifiedNotification
from insureweb.finance.gateways.registry import gateway_named
from insureweb.finance.models import GatewayNotification, Payment
from insureweb.finance.services.locks import lock_subject
from insureweb.finance.services.settlement import gateway_actor, settle_payment
from insureweb.finance.states import CARRIED_OUT, Verdict
from insureweb.kernel.actors import Actor
from insureweb.kernel.context import use_case
from insureweb.kernel.fixed_query import FixedQuery, Given

logger = logging.getLogger(__name__)


def record_notification(*, gateway: str, headers: Mapping[str, str], body: bytes, at: datetime) -> Verdict:
    """Verify a message and carry it out. The verdict says whether the gateway may stop sending it.

    Checked: signature, application, merchant, time (± 5 minutes), payment number, currency, amount, replay.

    Raises:
        Refused: this installation does not use that gateway.
    """
    by = gateway_actor(gateway)
    digest = hashlib.sha256(body).hexdigest()
    try:
        message = gateway_named(gateway).verify_notification(headers, body, at=at)
    except NotificationRejected as rejection:
        logger.warning("gateway_message_refused", extra={"gateway": gateway, "verdict": rejection.verdict.value})
        write_refused(gateway=gateway, rejection=rejection, digest=digest, by=by, at=at)
        return rejection.verdict
    return carry_out(gateway=gateway, message=message, digest=digest, by=by, at=at)


@use_case
def write_refused(
    *, gateway: str, rejection: NotificationRejected, digest: str, by: Actor, at: datetime
) -> GatewayNotification:
    """Keep a message that was not believed, for whoever looks into it."""
    return GatewayNotification.objects.create(
        gateway=gateway,
        notification_id=rejection.notification_id[:64],
        payment_no=rejection.payment_no[:40],
        verdict=rejection.verdict,
        facts=rejection.fields,
        body_sha256=digest,
        received_at=at,
    )


@use_case
def carry_out(*, gateway: str, message: VerifiedNotification, digest: str, by: Actor, at: datetime) -> Verdict:
    """Carry out a believed message once; what it changes and its record are one transaction."""
    facts = message.facts
    payment = NOTIFIED.first(no=facts.payment_no, gateway=gateway)
    lock_subject("notification", gateway, message.notification_id)
    if _was_carried_out(gateway, message.notification_id):
        return Verdict.NO_EFFECT
    if payment is None:
        verdict = Verdict.UNKNOWN_PAYMENT
    else:
        verdict = settle_payment(payment=payment, facts=facts, by=by, at=at).verdict
    GatewayNotification.objects.create(
        gateway=gateway,
        notification_id=message.notification_id,
        payment_no=facts.payment_no,
        verdict=verdict,
        facts=message.fields,
        body_sha256=digest,
        received_at=at,
    )
    return verdict


def _was_carried_out(gateway: str, notification_id: str) -> bool:
    return DONE_BEFORE.exists(gateway=gateway, notification_id=notification_id)


NOTIFIED = FixedQuery(lambda: Payment.objects.filter(no=Given("no"), gateway=Given("gateway")))
DONE_BEFORE = FixedQuery(
    lambda: GatewayNotification.objects.filter(
        gateway=Given("gateway"), notification_id=Given("notification_id"), verdict__in=CARRIED_OUT
    )
)
