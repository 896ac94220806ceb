"""What both sides of the sandbox agree on: names, times, addresses, and how one reaches the other."""

import functools
from datetime import datetime
from typing import Any

import httpx
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from insureweb.kernel.periods import BUSINESS_ZONE

APP_ID = "2026000000000001"
SELLER_ID = "2088000000000001"
OTHER_SELLER_ID = "2088000000000999"
TIME_FORMAT = "%Y-%m-%d %H:%M:%S"
TIMEOUT_SECONDS = 5.0

PAGE_PAY = "trade.page.pay"
QUERY = "trade.query"
REFUND = "trade.refund"
REFUND_QUERY = "trade.refund.query"
TRANSFER = "fund.transfer"
TRANSFER_QUERY = "fund.transfer.query"

OK = "10000"
NOT_FOUND = "40404"
REFUSED = "40004"


def written(at: datetime) -> str:
    """An instant as the gateway writes it: local time of mainland China, whole seconds."""
    return at.astimezone(BUSINESS_ZONE).strftime(TIME_FORMAT)


def read_time(text: str) -> datetime:
    """Raises `ValueError`."""
    return datetime.strptime(text, TIME_FORMAT).replace(tzinfo=BUSINESS_ZONE)


def node_of(method: str) -> str:
    return f"sandbox_{method.replace('.', '_')}_response"


def address(path: str) -> str:
    return f"{settings.SANDBOX_GATEWAY_URL.rstrip('/')}{path}"


@functools.cache
def _in_process() -> httpx.WSGITransport:
    """The whole application inside this process, on the caller's database connection, which must stay open."""
    handler = WSGIHandler()

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        for signal in (request_started, request_finished):
            signal.disconnect(close_old_connections)
        try:
            response = handler(environ, start_response)
            body = b"".join(response)
            response.close()
        finally:
            for signal in (request_started, request_finished):
                signal.connect(close_old_connections)
        return [body]

    return httpx.WSGITransport(app=application)


def connect() -> httpx.Client:
    """A client of the other side: over the network, or inside this process when tests say `wsgi`."""
    in_process = getattr(settings, "SANDBOX_GATEWAY_TRANSPORT", "http") == "wsgi"
    return httpx.Client(
        transport=_in_process() if in_process else None,
        timeout=TIMEOUT_SECONDS,
        follow_redirects=False,
        trust_env=False,
    )
