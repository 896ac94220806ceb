"""Nothing stays unknown: whatever a gateway has not told us is asked."""

import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from celery import current_app, shared_task

from insureweb.finance import selectors
from insureweb.finance.models import Payment
from insureweb.finance.services.payouts import settle_payout_by_query
from insureweb.finance.services.refunds import settle_refund_by_query
from insureweb.finance.services.settlement import settle_by_query
from insureweb.finance.states import OPEN_PAYMENT
from insureweb.kernel import clock

logger = logging.getLogger(__name__)
# A gateway is given this long to tell us by itself.
PATIENCE = timedelta(seconds=30)


@shared_task(name="insureweb.finance.tasks.settle_unknown")
def settle_unknown() -> int:
    """Ask about every payment, refund and payout without an answer; close payments whose time is over. How many."""
    at = clock.now()
    older_than = at - PATIENCE
    asked = _each(selectors.payments_to_ask_about(older_than=older_than, now=at), settle_by_query)
    asked += _each(selectors.refunds_to_ask_about(older_than=older_than), settle_refund_by_query)
    asked += _each(selectors.payouts_to_ask_about(older_than=older_than), settle_payout_by_query)
    return asked


def _each(records: Sequence[Any], settle: Callable[..., Any]) -> int:
    """One that goes wrong must not keep the others waiting; it stays as it is and is asked about again."""
    for record in records:
        try:
            settle(record, at=clock.now())
        except Exception:
            logger.exception("settlement_failed", extra={"number": record.no})
    return len(records)


@shared_task(name="insureweb.finance.tasks.settle_payment")
def settle_payment(payment_no: str) -> None:
    """Ask about one payment whose payer is waiting."""
    payment = Payment.objects.get(no=payment_no)
    if payment.state in OPEN_PAYMENT:
        settle_by_query(payment, at=clock.now())


def ask_about_payment(payment_no: str) -> None:
    """Let a worker do so now. Without a broker the schedule does it a minute later."""
    try:
        current_app.send_task("insureweb.finance.tasks.settle_payment", [payment_no], retry=False, ignore_result=True)
    except Exception:
        logger.warning("broker_away", exc_info=True)
