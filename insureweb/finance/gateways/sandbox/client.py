"""Our side of the sandbox gateway: what the shop would do with a real one of the Alipay kind."""

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import parse_qsl, urlencode

import httpx
from django.conf import settings
from django.urls import reverse

from insureweb.finance.gateways import rsa2
from insureweb.finance.gateways.base import (
    FRESHNESS,
    GatewayUnavailable,
    MovementFacts,
    NotificationRejected,
    Outcome,
    PaymentFacts,
    VerifiedNotification,
    refuse_open_transaction,
)
from insureweb.finance.gateways.sandbox import protocol
from insureweb.finance.gateways.sandbox.keys import GATEWAY, SHOP, private_key, public_key
from insureweb.finance.models import Payment
from insureweb.finance.states import Verdict
from insureweb.kernel.money import MINOR_UNITS, Money

OUTCOMES = {
    "WAIT_BUYER_PAY": Outcome.PENDING,
    "TRADE_SUCCESS": Outcome.DONE,
    "TRADE_FAILED": Outcome.FAILED,
    "TRADE_CLOSED": Outcome.CLOSED,
    "PROCESSING": Outcome.PENDING,
    "SUCCESS": Outcome.DONE,
    "FAILED": Outcome.FAILED,
}
# What a message may carry into our tables; anything else it says (buyer, bank) is not kept.
KEPT_FIELDS = (
    "notify_id", "notify_time", "app_id", "seller_id", "out_trade_no", "trade_no", "trade_status", "total_amount",
    "currency",
)  # fmt: skip


class SandboxGateway:
    """Speaks RSA2 with our sandbox. See docs/reference/sandbox-gateway.md."""

    code = "sandbox"

    def cashier_url(self, payment: Payment, *, language: str, at: datetime) -> str:
        content = {
            "out_trade_no": payment.no,
            "total_amount": str(payment.amount),
            "currency": payment.currency,
            "subject": payment.description,
            "seller_id": protocol.SELLER_ID,
            "time_expire": protocol.written(payment.expires_at),
            "language": language,
        }
        fields = self._request(protocol.PAGE_PAY, content, at) | {
            "notify_url": settings.PUBLIC_URL + reverse("gateways:notify", args=[self.code]),
            "return_url": settings.PUBLIC_URL + reverse("finance:return", args=[payment.uuid]),
        }
        signed = rsa2.signed_fields(fields, private_key(SHOP))
        return f"{protocol.address(reverse('gateways:sandbox_gateway'))}?{urlencode(signed)}"

    def _request(self, method: str, content: Mapping[str, str], at: datetime) -> dict[str, str]:
        return {
            "app_id": protocol.APP_ID,
            "method": method,
            "charset": "utf-8",
            "version": "1.0",
            "timestamp": protocol.written(at),
            "biz_content": json.dumps(content, ensure_ascii=False, separators=(",", ":")),
        }

    # --- What it tells us ---------------------------------------------------------------------------------------------

    def verify_notification(self, headers: Mapping[str, str], body: bytes, *, at: datetime) -> VerifiedNotification:
        fields = _read_form(body)
        kept = {name: fields[name][:64] for name in KEPT_FIELDS if name in fields}

        def rejected(verdict: Verdict) -> NotificationRejected:
            return NotificationRejected(
                verdict,
                notification_id=kept.get("notify_id", ""),
                payment_no=kept.get("out_trade_no", ""),
                fields=kept,
            )

        try:
            rsa2.verify_fields(fields, public_key(GATEWAY))
        except rsa2.BadSignature as error:
            raise rejected(Verdict.BAD_SIGNATURE) from error
        if fields.get("app_id") != protocol.APP_ID:
            raise rejected(Verdict.WRONG_APPLICATION)
        if fields.get("seller_id") != protocol.SELLER_ID:
            raise rejected(Verdict.WRONG_MERCHANT)
        try:
            sent_at = protocol.read_time(fields["notify_time"])
            facts = _payment_facts(fields)
            notification_id = fields["notify_id"]
        except (KeyError, ValueError) as error:
            raise rejected(Verdict.UNREADABLE) from error
        if abs(at - sent_at) > FRESHNESS:
            raise rejected(Verdict.STALE)
        if not notification_id or len(notification_id) > 64:
            raise rejected(Verdict.UNREADABLE)
        return VerifiedNotification(notification_id, facts, kept)

    def answer(self, believed: bool) -> str:
        return "success" if believed else "fail"

    # --- What we ask --------------------------------------------------------------------------------------------------

    def _call(self, method: str, content: Mapping[str, str], at: datetime) -> dict[str, Any]:
        """Raises `GatewayUnavailable`: no answer, or one that its key does not vouch for."""
        refuse_open_transaction()
        fields = rsa2.signed_fields(self._request(method, content, at), private_key(SHOP))
        try:
            with protocol.connect() as client:
                response = client.post(protocol.address(reverse("gateways:sandbox_api")), data=fields)
                response.raise_for_status()
            return rsa2.read_answer(response.text, protocol.node_of(method), public_key(GATEWAY))
        except httpx.HTTPError as error:
            raise GatewayUnavailable(type(error).__name__) from error
        except rsa2.BadSignature as error:
            raise GatewayUnavailable("BadSignature") from error

    def query(self, payment_no: str, *, at: datetime) -> PaymentFacts:
        answer = self._call(protocol.QUERY, {"out_trade_no": payment_no}, at)
        if answer.get("code") == protocol.NOT_FOUND:
            return PaymentFacts(payment_no, Outcome.NOT_FOUND)
        _expect(answer.get("code") == protocol.OK and answer.get("out_trade_no") == payment_no)
        _expect(answer.get("seller_id") == protocol.SELLER_ID)
        try:
            return _payment_facts(answer)
        except (KeyError, ValueError) as error:
            raise GatewayUnavailable("Unreadable") from error

    def refund(self, *, payment_no: str, refund_no: str, amount: Money, reason: str, at: datetime) -> MovementFacts:
        content = {
            "out_trade_no": payment_no,
            "out_request_no": refund_no,
            "refund_amount": str(amount.amount),
            "refund_reason": reason,
        }
        return _movement(self._call(protocol.REFUND, content, at), "out_request_no", refund_no, amount)

    def query_refund(self, *, payment_no: str, refund_no: str, at: datetime) -> MovementFacts:
        content = {"out_trade_no": payment_no, "out_request_no": refund_no}
        return _movement(self._call(protocol.REFUND_QUERY, content, at), "out_request_no", refund_no)

    def transfer(
        self, *, payout_no: str, amount: Money, payee_name: str, payee_account: str, at: datetime
    ) -> MovementFacts:
        content = {
            "out_biz_no": payout_no,
            "trans_amount": str(amount.amount),
            "currency": amount.currency,
            "payee_name": payee_name,
            "payee_account": payee_account,
        }
        return _movement(self._call(protocol.TRANSFER, content, at), "out_biz_no", payout_no, amount)

    def query_transfer(self, payout_no: str, *, at: datetime) -> MovementFacts:
        return _movement(self._call(protocol.TRANSFER_QUERY, {"out_biz_no": payout_no}, at), "out_biz_no", payout_no)


def _read_form(body: bytes) -> dict[str, str]:
    """Raises `NotificationRejected`: this is no form, or one that names a field twice."""
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, strict_parsing=True, max_num_fields=50)
    except ValueError as error:
        raise NotificationRejected(Verdict.UNREADABLE) from error
    fields = dict(pairs)
    if len(fields) != len(pairs) or any("\0" in text for pair in pairs for text in pair):
        raise NotificationRejected(Verdict.UNREADABLE)
    return fields


def _payment_facts(fields: Mapping[str, Any]) -> PaymentFacts:
    """Raises `KeyError` or `ValueError`: a field is missing or makes no sense."""
    try:
        amount = Decimal(fields["total_amount"])
    except (InvalidOperation, TypeError) as error:
        raise ValueError("no amount") from error
    currency = str(fields["currency"])
    if not amount.is_finite() or currency not in MINOR_UNITS or abs(amount) >= Decimal("1e15"):
        raise ValueError("no amount")
    if amount != amount.quantize(MINOR_UNITS[currency]):
        raise ValueError("a part of a cent")
    outcome = OUTCOMES[fields["trade_status"]]
    money = Money(amount, currency) if outcome is Outcome.DONE else None
    return PaymentFacts(str(fields["out_trade_no"]), outcome, str(fields["trade_no"]), money)


def _expect(holds: bool) -> None:
    if not holds:
        raise GatewayUnavailable("Unexpected answer")


def _movement(answer: Mapping[str, Any], key: str, number: str, amount: Money | None = None) -> MovementFacts:
    """Raises `GatewayUnavailable`: the answer is about something else."""
    if answer.get("code") == protocol.NOT_FOUND:
        return MovementFacts(number, Outcome.NOT_FOUND)
    _expect(answer.get(key) == number)
    if answer.get("code") == protocol.REFUSED:
        return MovementFacts(number, Outcome.FAILED, failure=str(answer.get("sub_msg", "")))
    outcome = OUTCOMES.get(str(answer.get("status")))
    _expect(answer.get("code") == protocol.OK and outcome is not None)
    if amount is not None:
        _expect(answer.get("amount") == str(amount.amount))
    assert outcome is not None  # noqa: S101  expected above; for the type checker
    failure = "" if outcome is not Outcome.FAILED else str(answer.get("sub_msg", ""))
    return MovementFacts(number, outcome, str(answer.get("gateway_no", "")), failure)
