"""The sandbox gateway's own doings: it takes play money, gives it back, and can be told to misbehave."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import uuid4

from django.utils.translation import gettext_lazy as _

from insureweb.finance.gateways.sandbox import protocol
from insureweb.finance.gateways.sandbox.events import NotificationDue
from insureweb.finance.gateways.sandbox.models import (
    Behaviour,
    MovementState,
    Operation,
    SandboxRefund,
    SandboxSwitch,
    SandboxTrade,
    SandboxTransfer,
    TradeState,
)
from insureweb.kernel.actors import Actor
from insureweb.kernel.checks import Refused
from insureweb.kernel.context import use_case
from insureweb.kernel.money import CENT
from insureweb.kernel.outbox import publish
from insureweb.kernel.periods import BUSINESS_ZONE

# How long "take its time" takes.
DELAY = timedelta(seconds=20)
BANK = Actor.system("sandbox-gateway")


@dataclass(frozen=True, slots=True)
class Answer:
    """What an API call says, and whether the answer reaches the shop as it should."""

    content: dict[str, Any] = field(default_factory=dict)
    behaviour: str = Behaviour.NORMAL.value


def _new_no(at: datetime) -> str:
    return f"{at.astimezone(BUSINESS_ZONE):%Y%m%d}{uuid4().int % 10**20:020d}"


def behaviour_of(operation: Operation) -> str:
    switch = SandboxSwitch.objects.filter(operation=operation).first()
    return switch.behaviour if switch else Behaviour.NORMAL.value


@use_case
def set_switch(*, operation: Operation, behaviour: Behaviour, by: Actor, at: datetime) -> SandboxSwitch:
    """Tell the sandbox how one of its calls behaves from now on."""
    switch, _created = SandboxSwitch.objects.get_or_create(operation=operation)
    switch.behaviour = behaviour
    switch.save(update_fields=["behaviour"])
    return switch


# --- The cashier -----------------------------------------------------------------------------------------------------


def _read_amount(text: Any) -> Decimal:
    """Raises `Refused`."""
    try:
        amount = Decimal(str(text))
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or not 0 < amount < Decimal("1e15") or amount != amount.quantize(CENT):
        raise Refused("amount", "INVALID_PARAMETER")
    return amount


@use_case
def open_trade(
    *, content: Mapping[str, Any], app_id: str, notify_url: str, return_url: str, by: Actor, at: datetime
) -> SandboxTrade:
    """The trade for the shop's number; the same one when the buyer comes again.

    Raises:
        Refused: the amount, the time or the number cannot be read.
    """
    amount = _read_amount(content.get("total_amount"))
    try:
        expires_at = protocol.read_time(str(content.get("time_expire")))
    except ValueError as error:
        raise Refused("time_expire", "INVALID_PARAMETER") from error
    number = str(content.get("out_trade_no", ""))[:64]
    if not number:
        raise Refused("out_trade_no", "INVALID_PARAMETER")
    trade, _created = SandboxTrade.objects.get_or_create(
        out_trade_no=number,
        defaults={
            "trade_no": _new_no(at),
            "app_id": app_id,
            "seller_id": str(content.get("seller_id", ""))[:32],
            "title": str(content.get("subject", ""))[:200],
            "amount": amount,
            "currency": str(content.get("currency", "CNY"))[:3],
            "notify_url": notify_url[:500],
            "return_url": return_url[:500],
            "expires_at": expires_at,
            "created_at": at,
        },
    )
    return trade


def _locked(trade: SandboxTrade) -> SandboxTrade:
    return SandboxTrade.objects.select_for_update().get(pk=trade.pk)


@use_case
def pay_trade(*, trade: SandboxTrade, behaviour: Behaviour = Behaviour.NORMAL, by: Actor, at: datetime) -> SandboxTrade:
    """The buyer pays; the shop hears of it as the behaviour says.

    Raises:
        Refused: it was paid or closed before, or its time is over.
    """
    locked = _locked(trade)
    if locked.state != TradeState.WAITING:
        raise Refused("trade_over", _("This payment is already finished."))
    if locked.expires_at <= at:
        raise Refused("trade_expired", _("The time to pay is over. Nothing was charged."))
    locked.behaviour = behaviour
    if behaviour == Behaviour.FAIL:
        locked.state = TradeState.FAILED
    else:
        locked.state, locked.paid_at, locked.paid_amount = TradeState.SUCCESS, at, locked.amount
        if behaviour == Behaviour.WRONG_AMOUNT:
            locked.paid_amount = locked.amount - CENT if locked.amount > CENT else locked.amount + CENT
    locked.save(update_fields=["state", "behaviour", "paid_at", "paid_amount"])
    _announce(locked, at)
    return locked


@use_case
def cancel_trade(*, trade: SandboxTrade, by: Actor, at: datetime) -> SandboxTrade:
    """The buyer leaves without paying.

    Raises:
        Refused: it was paid or closed before.
    """
    locked = _locked(trade)
    if locked.state != TradeState.WAITING:
        raise Refused("trade_over", _("This payment is already finished."))
    locked.state = TradeState.CLOSED
    locked.save(update_fields=["state"])
    _announce(locked, at)
    return locked


def _announce(trade: SandboxTrade, at: datetime) -> None:
    if trade.behaviour == Behaviour.LOST_ANSWER:
        return
    times = 3 if trade.behaviour == Behaviour.REPEAT else 1
    due = at + DELAY if trade.behaviour == Behaviour.DELAY else at
    publish(NotificationDue(trade_no=trade.trade_no, times=times), at=due)


# --- The API ---------------------------------------------------------------------------------------------------------


def _unknown() -> dict[str, Any]:
    return {"code": protocol.NOT_FOUND, "msg": "Business Failed", "sub_code": "TRADE_NOT_EXIST"}


@use_case
def answer_query(*, content: Mapping[str, Any], by: Actor, at: datetime) -> Answer:
    """What became of a payment."""
    behaviour = behaviour_of(Operation.QUERY)
    trade = SandboxTrade.objects.filter(out_trade_no=str(content.get("out_trade_no", ""))).first()
    if trade is None:
        return Answer(_unknown(), behaviour)
    expired = trade.state == TradeState.WAITING and trade.expires_at <= at
    state = TradeState.CLOSED if expired else TradeState(trade.state)
    if behaviour == Behaviour.DELAY:
        state = TradeState.WAITING
    return Answer(
        {
            "code": protocol.OK,
            "msg": "Success",
            "out_trade_no": trade.out_trade_no,
            "trade_no": trade.trade_no,
            "seller_id": trade.seller_id,
            "trade_status": state.value,
            "total_amount": str(trade.amount if trade.paid_amount is None else trade.paid_amount),
            "currency": trade.currency,
        },
        behaviour,
    )


def _movement_state(behaviour: str) -> MovementState:
    if behaviour == Behaviour.FAIL:
        return MovementState.FAILED
    return MovementState.PROCESSING if behaviour == Behaviour.DELAY else MovementState.SUCCESS


def _ready_at(behaviour: str, at: datetime) -> datetime:
    return at + DELAY if behaviour == Behaviour.DELAY else at


def _told(movement: SandboxRefund | SandboxTransfer, key: str, number: str, gateway_no: str) -> dict[str, Any]:
    failed = movement.state == MovementState.FAILED
    return {
        "code": protocol.REFUSED if failed else protocol.OK,
        "msg": "Business Failed" if failed else "Success",
        "sub_msg": "told to fail" if failed else "",
        key: number,
        "gateway_no": gateway_no,
        "status": movement.state,
        "amount": str(movement.amount),
    }


def _told_refund(refund: SandboxRefund) -> dict[str, Any]:
    return _told(refund, "out_request_no", refund.out_request_no, f"R{refund.pk:012d}")


def _told_transfer(transfer: SandboxTransfer) -> dict[str, Any]:
    return _told(transfer, "out_biz_no", transfer.out_biz_no, transfer.transfer_no)


def _refused(key: str, number: str, why: str) -> Answer:
    return Answer({"code": protocol.REFUSED, "msg": "Business Failed", "sub_msg": why, key: number})


@use_case
def answer_refund(*, content: Mapping[str, Any], by: Actor, at: datetime) -> Answer:
    """Give money back; the shop's number makes a repeated request the same refund."""
    number = str(content.get("out_request_no", ""))[:64]
    trade = SandboxTrade.objects.select_for_update().filter(out_trade_no=str(content.get("out_trade_no", ""))).first()
    known = SandboxRefund.objects.filter(out_request_no=number).first()
    if known is not None:
        return Answer(_told_refund(known))
    if trade is None or trade.paid_amount is None:
        return _refused("out_request_no", number, "TRADE_NOT_PAID")
    amount = _read_amount(content.get("refund_amount"))
    if trade.refunded_amount + amount > trade.paid_amount:
        return _refused("out_request_no", number, "REFUND_AMT_NOT_EQUAL_TOTAL")
    behaviour = behaviour_of(Operation.REFUND)
    refund = SandboxRefund.objects.create(
        trade=trade, out_request_no=number, amount=amount, state=_movement_state(behaviour),
        ready_at=_ready_at(behaviour, at), created_at=at,
    )  # fmt: skip
    if refund.state != MovementState.FAILED:
        trade.refunded_amount += amount
        trade.save(update_fields=["refunded_amount"])
    return Answer(_told_refund(refund), behaviour)


@use_case
def answer_refund_query(*, content: Mapping[str, Any], by: Actor, at: datetime) -> Answer:
    """What became of a refund."""
    refund = SandboxRefund.objects.filter(out_request_no=str(content.get("out_request_no", ""))).first()
    if refund is None:
        return Answer(_unknown())
    return Answer(_told_refund(_ripened(refund, at)), behaviour_of(Operation.QUERY))


@use_case
def answer_transfer(*, content: Mapping[str, Any], by: Actor, at: datetime) -> Answer:
    """Send money to a person; the shop's number makes a repeated request the same transfer."""
    number = str(content.get("out_biz_no", ""))[:64]
    known = SandboxTransfer.objects.filter(out_biz_no=number).first()
    if known is not None:
        return Answer(_told_transfer(known))
    if not content.get("payee_name") or not content.get("payee_account"):
        return _refused("out_biz_no", number, "PAYEE_NOT_EXIST")
    behaviour = behaviour_of(Operation.TRANSFER)
    transfer = SandboxTransfer.objects.create(
        transfer_no=_new_no(at), out_biz_no=number, amount=_read_amount(content.get("trans_amount")),
        currency=str(content.get("currency", "CNY"))[:3], payee_tail=str(content["payee_account"])[-4:],
        state=_movement_state(behaviour), ready_at=_ready_at(behaviour, at), created_at=at,
    )  # fmt: skip
    return Answer(_told_transfer(transfer), behaviour)


@use_case
def answer_transfer_query(*, content: Mapping[str, Any], by: Actor, at: datetime) -> Answer:
    """What became of a transfer."""
    transfer = SandboxTransfer.objects.filter(out_biz_no=str(content.get("out_biz_no", ""))).first()
    if transfer is None:
        return Answer(_unknown())
    return Answer(_told_transfer(_ripened(transfer, at)), behaviour_of(Operation.QUERY))


def _ripened(movement: Any, at: datetime) -> Any:
    if movement.state == MovementState.PROCESSING and movement.ready_at <= at:
        movement.state = MovementState.SUCCESS
        movement.save(update_fields=["state"])
    return movement


ANSWERS: dict[str, Callable[..., Answer]] = {
    protocol.QUERY: answer_query,
    protocol.REFUND: answer_refund,
    protocol.REFUND_QUERY: answer_refund_query,
    protocol.TRANSFER: answer_transfer,
    protocol.TRANSFER_QUERY: answer_transfer_query,
}
