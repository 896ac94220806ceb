"""The sandbox posts its messages to the shop, outside any transaction, until the shop answers `success`."""

import hashlib
import logging
from datetime import datetime

from insureweb.finance.gateways import rsa2
from insureweb.finance.gateways.sandbox import protocol
from insureweb.finance.gateways.sandbox.events import NotificationDue
from insureweb.finance.gateways.sandbox.keys import GATEWAY, STRANGER, private_key
from insureweb.finance.gateways.sandbox.models import Behaviour, SandboxTrade
from insureweb.kernel.outbox import subscribe

logger = logging.getLogger(__name__)


class NotAcknowledged(Exception):
    """The shop did not answer `success`; the message is sent again later."""


def notification_fields(trade: SandboxTrade, *, at: datetime) -> dict[str, str]:
    """The signed message about a trade. Its id stays the same however often it is sent."""
    fields = {
        "notify_id": hashlib.sha256(f"{trade.trade_no}|{trade.state}".encode()).hexdigest()[:32],
        "notify_type": "trade_status_sync",
        "notify_time": protocol.written(at),
        "charset": "utf-8",
        "version": "1.0",
        "app_id": trade.app_id,
        "seller_id": trade.seller_id,
        "out_trade_no": trade.out_trade_no,
        "trade_no": trade.trade_no,
        "trade_status": trade.state,
        "total_amount": str(trade.amount if trade.paid_amount is None else trade.paid_amount),
        "currency": trade.currency,
        "subject": trade.title,
    }
    key = STRANGER if trade.behaviour == Behaviour.FORGE else GATEWAY
    return rsa2.signed_fields(fields, private_key(key))


@subscribe(NotificationDue, outside_transaction=True)
def notify_shop(event: NotificationDue, *, at: datetime) -> None:
    """Raises `NotAcknowledged`, so that the outbox tries again. A forged message is sent once and not insisted on."""
    trade = SandboxTrade.objects.get(trade_no=event.trade_no)
    answers = set()
    with protocol.connect() as client:
        for _turn in range(event.times):
            response = client.post(trade.notify_url, data=notification_fields(trade, at=at))
            answers.add(response.text.strip())
    if answers != {"success"} and trade.behaviour != Behaviour.FORGE:
        raise NotAcknowledged(f"{trade.trade_no}: the shop did not answer success.")
